/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/terminal.h"
#include "view.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

/* How the making of an image is shown. */
typedef struct ImageView ImageView;

typedef struct {
    const char *id;           /* NULL if it failed */
    const char *const *names; /* of the new image; NULL for none */
    const char *output;       /* where the files went in place of an image; or NULL */
    const char *advice;       /* what a user may do next; or NULL */
    const GError *error;      /* why it failed; NULL if it did not */
    gint64 duration;          /* milliseconds */
} ImageResult;

struct ImageView {
    void (*on_progress)(ImageView *view, const CddBuildProgress *progress);
    void (*on_line)(ImageView *view, CddOutputStream stream, const char *line);
    void (*on_end)(ImageView *view, const ImageResult *result);
    void (*free)(ImageView *view);
    GString *rest[2]; /* of each stream, a line without its end */
};

/* Lines for people. Takes ownership of @terminal. */
ImageView *image_view_plain_new(Terminal *terminal, FILE *out, ViewDetail detail);

/* One JSON object a line. */
ImageView *image_view_json_new(FILE *out);

void image_view_free(ImageView *view);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImageView, image_view_free)

/* For cdd_service_build_image_async() and its like. */
CddOutputHandler image_view_get_handler(ImageView *view);

/* Adds output of a step. */
void image_view_output(ImageView *view, CddOutputStream stream, const void *data, gsize length);

/* Reports the beginning or the end of a step that the program does itself. */
void
image_view_step(ImageView *view, const char *message, CddBuildStepState state, gint64 milliseconds);

void image_view_warn(ImageView *view, const char *message);

/* Reports the end. The last call. */
void image_view_end(ImageView *view, const ImageResult *result);

/* The name of a step: its number in the Dockerfile, and what it does. */
char *image_view_label(const CddBuildProgress *progress);

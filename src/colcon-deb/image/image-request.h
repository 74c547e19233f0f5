/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * An image build as the command line describes it, turned into what the library takes. Errors are
 * usage errors and begin with the option.
 */
typedef struct {
    char *context_dir;
    char *file; /* --file: a path, - for standard input, or NULL */
    char **tags;
    char *target;
    char *platform;
    char **build_args;
    char **labels;
    char **cache_from;
    gboolean no_cache;
    gboolean pull;
    char *network;
    char **extra_hosts;
    char **secrets;
    char **ssh;
    char *output;
    char *builder;
    char *compression;
    char *dockerfile_text; /* the text read from standard input */
    CddBuilder builder_kind;
    CddContextCompression compression_kind;
    guint64 source_date_epoch;
} ImageRequest;

/* Checks and completes the request. Reads standard input for --file -. */
gboolean image_request_prepare(ImageRequest *request, GError **error);

/* Borrows everything from @request. */
CddBuildContext image_request_get_context(const ImageRequest *request);

void image_request_clear(ImageRequest *request);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImageRequest, image_request_clear)

/* Reads the variable SOURCE_DATE_EPOCH; 0 if it is unset. */
gboolean image_request_read_epoch(guint64 *epoch, GError **error);

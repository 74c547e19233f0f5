/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/* The builder images of an engine, and their dependency layers. */

typedef struct {
    char *id;
    char *name; /* the first name, or the beginning of the id */
    char **names;
    gboolean is_layer;
    char *ros_distro; /* NULL if unknown */
    char *architecture;
    guint64 size;
    gint64 created; /* seconds since 1970 */
} BuilderImage;

void builder_image_free(BuilderImage *image);

/*
 * Returns BuilderImage, the newest first; NULL with @error. @all: also layers, and images whose
 * name a newer image has taken.
 */
GPtrArray *
builder_images_list(CddService *service, gboolean all, GCancellable *cancellable, GError **error);

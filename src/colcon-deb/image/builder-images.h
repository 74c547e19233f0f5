/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/* The images of an engine that packages are built in, and the dependency layers on top of them. */

typedef struct {
    char *id;
    char *name; /* the first one, or the beginning of the id where it has none */
    char **names;
    gboolean is_layer;
    char *ros_distro; /* NULL if it does not say */
    char *architecture;
    guint64 size;
    gint64 created; /* seconds since 1970 */
} BuilderImage;

void builder_image_free(BuilderImage *image);

/*
 * BuilderImage, the newest first; NULL with @error set. @all: also layers, and images that have
 * lost their name to a newer one.
 */
GPtrArray *
builder_images_list(CddService *service, gboolean all, GCancellable *cancellable, GError **error);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/* Removes old dependency layers: each set of dependencies makes one. */

typedef struct {
    char *name;
    gint64 used; /* seconds since 1970 */
} LayerImage;

void layer_image_free(LayerImage *image);

/*
 * Sorts @images (LayerImage) by their last use, the latest first. Returns how many may stay: at
 * most @keep, and none that was unused for 30 days.
 */
guint layer_images_sort(GPtrArray *images, guint keep, gint64 now);

/* Removes the layers that may not stay at the time @now of the engine, by engine_get_time(). Errors
 * are ignored. */
void layer_images_expire(CddService *service, guint keep, gint64 now, GCancellable *cancellable);

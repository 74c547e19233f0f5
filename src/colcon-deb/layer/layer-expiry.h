/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/* Old dependency layers go: there is one for each set of dependencies that was ever built with. */

typedef struct {
    char *name;
    gint64 used; /* seconds since 1970 */
} LayerImage;

void layer_image_free(LayerImage *image);

/*
 * Puts those that may stay first and returns how many: the @keep that were used last, without those
 * that nobody used for 30 days.
 */
guint layer_images_sort(GPtrArray *images, guint keep, gint64 now);

/* Removes what is neither in use nor to stay, as far as the engine lets it. */
void layer_images_expire(CddService *service, guint keep, GCancellable *cancellable);

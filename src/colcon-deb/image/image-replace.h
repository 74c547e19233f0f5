/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * When an image takes over a name, the former image is removed, unless it has another name or a
 * container or an image needs it.
 */

/* The id of the image that has the name now; NULL if none has. */
char *image_replace_begin(CddService *service, const char *name, GCancellable *cancellable);

/* Removes @old (nullable), unless it is @new_id or has a name. Errors are ignored. */
void image_replace_end(CddService *service,
                       const char *old,
                       const char *new_id,
                       GCancellable *cancellable);

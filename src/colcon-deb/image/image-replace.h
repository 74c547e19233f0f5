/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * An image that gets the name of another: the other is removed if nobody can call it any more. One
 * that has a name of its own besides stays, and so does what a container or an image needs.
 */

/* What has the name now; NULL if nothing has. */
char *image_replace_begin(CddService *service, const char *name, GCancellable *cancellable);

/* Removes @old (nullable), unless it is the image @new_id, or has a name. A fault is no failure. */
void image_replace_end(CddService *service,
                       const char *old,
                       const char *new_id,
                       GCancellable *cancellable);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-image-reference.h>

/*
 * Adds the name of a new image to a query, in two parameters: the repository as @repository_key,
 * and `tag`. Adds nothing if @name is NULL.
 */
gboolean
cdd_image_add_name(GString *path, const char *repository_key, const char *name, GError **error);

/* Adds the name with its tag as one parameter. */
gboolean cdd_image_add_whole_name(GString *path, const char *key, const char *name, GError **error);

/* Returns the name to pull. Without tag and digest the engine would pull every tag. */
char *cdd_image_name_to_pull(const CddImageReference *reference);

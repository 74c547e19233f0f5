/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * The two parts in which the API takes a name that an image is to get: the repository under the
 * given key, and `tag`. NULL adds nothing.
 */
gboolean
cdd_image_add_name(GString *path, const char *repository_key, const char *name, GError **error);

/* The same for what takes both in one. */
gboolean cdd_image_add_whole_name(GString *path, const char *key, const char *name, GError **error);

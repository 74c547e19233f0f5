/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/owner.h"

/*
 * The key of the dependency layer that the last build of an output directory ended with, in
 * .colcon-deb/layer.json there. A container can write that file, so an image of that key is looked
 * at before it is used.
 */

/* The key; NULL if there is none. */
char *layer_record_read(const char *output_dir);

/* Writes @key; NULL removes the record. */
gboolean
layer_record_write(const char *output_dir, const Owner *owner, const char *key, GError **error);

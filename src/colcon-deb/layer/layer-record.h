/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/owner.h"

/*
 * Which dependency layer the last build of an output directory ended with, in
 * .colcon-deb/layer.json there. The build may write to that directory, so what is read is only a
 * key, and an image of that key is looked at before it is used.
 */

/* Whether @text is a key: what a container calls a set of dependencies, 64 hexadecimal digits. */
gboolean layer_is_key(const char *text);

/* The key; NULL if there is none, or none that can be read. */
char *layer_record_read(const char *output_dir);

/* Remembers @key, or with NULL that there is none. */
gboolean
layer_record_write(const char *output_dir, const Owner *owner, const char *key, GError **error);

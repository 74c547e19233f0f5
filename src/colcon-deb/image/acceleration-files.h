/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* What an accelerated image is made of, and what is remembered of it. */

/* The directory of the programs `wrapper` and `machine.so`; NULL with an error if this build of
 * colcon-deb has none. */
char *acceleration_find_programs(GError **error);

/* Makes colcon-deb's directory in the user's cache, and returns its path. */
char *acceleration_get_cache(GError **error);

/* Its path; it may not be there. */
char *acceleration_find_cache(void);

/* Whether the image has passed its self-test. */
gboolean acceleration_is_tested(const char *image_id);

/* Remembers that the image has passed. */
void acceleration_set_tested(const char *image_id);

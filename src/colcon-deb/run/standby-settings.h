/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * The settings of a build, as "NAME=value" entries of a container's environment. A standby is
 * created with those that the next build probably has, too. The options of one build alone come
 * with the line that begins it.
 */

/* Those that a standby is created with (borrowed); ends with NULL. */
GPtrArray *standby_settings_of_container(const char *const *environment);

/* The line that begins a build with all settings (docs/protocol.md, "The dialogue"). */
char *standby_settings_print(const char *const *environment);

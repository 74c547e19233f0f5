/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * @text with $NAME and ${NAME} replaced by the environment's values, and $$ by a dollar sign. A
 * variable that is not set is an error: an empty string in a path names some other directory.
 */
char *expand_variables(const char *text, GError **error);

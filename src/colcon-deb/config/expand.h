/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * @text with $NAME and ${NAME} replaced by variables of the environment, and $$ by a dollar sign.
 * An unset variable is an error: as an empty string in a path it would name another directory.
 */
char *expand_variables(const char *text, GError **error);

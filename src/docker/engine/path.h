/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * A path, and query, from a format that knows `%s`, a segment of a path or a value of a query,
 * `%r`, a reference to an image, whose slashes, colons and at sign stay, and `%u`, a guint. Text is
 * escaped, so that none of it can name another path; nor can a segment that is empty, `.` or `..`,
 * nor NULL: then the path is NULL, and a request for it is an error.
 */
char *cdd_path(const char *format, ...);

/* Adds a parameter to the query; a value of NULL adds nothing. */
void cdd_path_add(GString *path, const char *name, const char *value);

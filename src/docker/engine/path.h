/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Formats a path with a query. `%s` is a segment of the path or a value of the query; `%r` is an
 * image reference, whose slashes, colons and at sign are kept; `%u` is a guint. Text is escaped so
 * that it cannot change the path. Returns NULL if a segment is NULL, empty, `.` or `..`; a request
 * for a NULL path is an error.
 */
char *cdd_path(const char *format, ...);

/* Adds a parameter to the query, unless @value is NULL. */
void cdd_path_add(GString *path, const char *name, const char *value);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Files in a directory that others may write, too: only plain ones, and through no link on the way,
 * so that nothing outside of the directory is reached.
 */

/* Opens the file @path below the directory that @root is open on, for reading. Returns -1 with
 * errno; EINVAL for what is no plain file. */
int beneath_open(int root, const char *path);

/* The whole of it, with a zero behind it; NULL if there is no such file, it cannot be read, or it
 * has more than @max bytes. */
char *beneath_read(int root, const char *path, gsize max, gsize *length);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * The one way to open a file in a directory that a container can write. It refuses links, also on
 * the way, so that nothing outside of the directory is reached; it does not wait for a named pipe;
 * it takes regular files only, up to a bound.
 */

/* Opens the file @path below the directory that @root is open on, for reading. Returns -1 with
 * errno; EINVAL if it is not a regular file. */
int beneath_open(int root, const char *path);

/* The whole file, followed by a zero byte. Returns NULL with errno; EFBIG if it has more than @max
 * bytes. */
char *beneath_read(int root, const char *path, gsize max, gsize *length);

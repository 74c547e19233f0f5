/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Reads a user's file. A file that is not regular, such as a pipe, is an error; the function does
 * not wait for its data. A file larger than @max_size is an error too. Returns NULL without an
 * error if the file does not exist.
 */
GBytes *cdd_small_file_read(const char *path, gsize max_size, GError **error);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Reads a file of a user. What is no regular file, such as a pipe, is an error, and so is a file
 * larger than @max_size. Neither waits. Returns NULL without an error if the file does not exist.
 */
GBytes *cdd_small_file_read(const char *path, gsize max_size, GError **error);

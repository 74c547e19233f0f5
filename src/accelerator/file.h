/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Reads a regular file into @buffer and ends it with a zero byte. False if it cannot be read or
 * does not fit. */
bool file_read(const char *path, char *buffer, size_t size);

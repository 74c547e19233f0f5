/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "owner.h"

/*
 * Files that the program writes into a directory that others may write, too. Everything goes
 * through the open directory and never through a link: under sudo this is root writing where
 * another user may write.
 */

/* Makes @name anew in the directory that @directory is open on; @path is for messages. Returns an
 * open file, or -1. */
int output_file_create(
    int directory, const char *path, const char *name, const Owner *owner, GError **error);

/* Returns 0 or errno. */
int output_file_write(int fd, const char *data, size_t length);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * Reads a tar archive from fd and makes what it holds below a directory that exists. The archive
 * is a stranger's: a name that leads out of the directory, also by way of a link that the archive
 * itself made, is an error, and so are devices; files belong to the caller and have no set-user-id
 * bit. max_size bounds the bytes of all files, 0 not. Blocks; for a thread.
 */
gboolean cdd_tar_unpack(
    int fd, const char *directory, guint64 max_size, GCancellable *cancellable, GError **error);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * Writes a file or a directory with all below it to fd as a tar archive, under the name given, or
 * for a name of NULL what is in the directory. Names are in order, so that the same tree gives the
 * same bytes. Owner and group are root's unless keep_owner. Blocks; for a thread. fd is a socket;
 * when its other end is closed the error is G_IO_ERROR_BROKEN_PIPE.
 */
gboolean cdd_tar_pack(const char *path,
                      const char *name,
                      gboolean keep_owner,
                      int fd,
                      GCancellable *cancellable,
                      GError **error);

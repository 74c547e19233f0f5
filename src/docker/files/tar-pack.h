/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "tree-walk.h"

#include <colcon-deb-docker/cdd-build-context.h>

/* A file that is in no directory; of the directory's own nothing of that name is packed. */
typedef struct {
    const char *name; /* without a slash */
    GBytes *contents;
} CddTarMember;

/* All zero for everything that is there, as it is, but root's. */
typedef struct {
    CddIgnore *exclude;
    const CddTarMember *members; /* in the order of their names */
    gsize n_members;
    gboolean keep_owner;
    guint64 latest_time;               /* no entry has a later one; 0 for no bound */
    CddContextCompression compression; /* automatic is none */
    /* Told of sockets, pipes and devices. Without it only sockets are passed by; a pipe or a device
     * is an error. */
    CddTreeSkippedFunc skipped;
    gpointer user_data;
} CddTarOptions;

/*
 * Writes a file or a directory with all below it to fd as a tar archive, under the name given, or
 * for a name of NULL what is in the directory. Names are in order and times whole seconds, so that
 * the same tree gives the same bytes. A file with several names is in it once, and its further
 * names as links to the first; holes are left out. A file that becomes longer or shorter while it
 * is read is an error. Blocks; for a thread. fd is a socket; when its other end is closed the error
 * is G_IO_ERROR_BROKEN_PIPE.
 */
gboolean cdd_tar_pack(const char *path,
                      const char *name,
                      const CddTarOptions *options,
                      int fd,
                      GCancellable *cancellable,
                      GError **error);

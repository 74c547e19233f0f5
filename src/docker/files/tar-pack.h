/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "byte-queue.h"
#include "tree-walk.h"

#include <colcon-deb-docker/cdd-build-context.h>

/* A file that is added to an archive. It replaces entries of that name in the directory. */
typedef struct {
    const char *name; /* without a slash */
    GBytes *contents;
} CddTarMember;

/* All zero means everything, unchanged but owned by root. */
typedef struct {
    CddIgnore *exclude;
    const CddTarMember *members; /* sorted by name */
    gsize n_members;
    gboolean keep_owner;
    gboolean whole_seconds;            /* times lose their fractions */
    guint64 latest_time;               /* later file times are set to this; 0 for no limit */
    CddContextCompression compression; /* AUTO means none */
    CddTreeSkippedFunc skipped; /* called for sockets, pipes and devices, which are skipped */
    gpointer user_data;
} CddTarOptions;

/*
 * Writes a file or a directory tree to @to as a tar archive, under @name; if @name is NULL, the
 * contents of the directory. Names are sorted, so the same tree gives the same bytes. @path itself
 * must be a file, a directory or a symbolic link; if it is NULL, the archive has the members only.
 * A file with several names is packed once, its further names as hard links. Holes are left out. A
 * file whose size changes while it is read is an error. Blocks; call it in a thread. Does not end
 * @to. If its reader closes it, the error is G_IO_ERROR_BROKEN_PIPE.
 */
gboolean cdd_tar_pack(const char *path,
                      const char *name,
                      const CddTarOptions *options,
                      CddByteQueue *to,
                      GCancellable *cancellable,
                      GError **error);

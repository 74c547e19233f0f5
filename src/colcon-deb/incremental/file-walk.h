/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "file-list.h"

#include <gio/gio.h>

/* Whether a walk leaves out entries of that name: they are of version control. */
gboolean file_walk_leaves_out(const char *name);

/*
 * Lists the files below the directory @path, without those of version control (.git, .hg, .svn,
 * .bzr). Follows no link, opens regular files only, and leaves out files that vanish meanwhile.
 * @known: an earlier list of the directory, or NULL. A file with the same size, times, mode and
 * inode is not read again, unless it was so new that it could have changed unnoticed. @changed:
 * whether the result differs from @known.
 */
FileList *file_walk(const char *path,
                    const FileList *known,
                    gboolean *changed,
                    GCancellable *cancellable,
                    GError **error);

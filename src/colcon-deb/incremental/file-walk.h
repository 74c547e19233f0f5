/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "file-list.h"

#include <gio/gio.h>

/*
 * Lists what is below the directory @path but what version control keeps there (.git, .hg, .svn,
 * .bzr). No link is followed, nothing but plain files is opened, and what vanishes meanwhile is
 * left out.
 *
 * @known: an earlier list of it, or NULL. A file that has the size, times, mode and inode that it
 * had then is not read again, unless it was so young that it could have changed since without
 * showing it. @changed tells whether the result says more than @known.
 */
FileList *file_walk(const char *path,
                    const FileList *known,
                    gboolean *changed,
                    GCancellable *cancellable,
                    GError **error);

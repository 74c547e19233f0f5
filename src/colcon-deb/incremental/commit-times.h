/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "file-list.h"

#include <gio/gio.h>

/*
 * When each package last changed, as git tells: the time of the last commit that touched its
 * directory. Files that are changed but not committed count by their own times. A package that is
 * in no repository of git, or for which git cannot be asked, is left out.
 *
 * @source: the directory of the sources; @list: its files. A package is a directory with a
 * package.xml. Returns the text of a file that the container reads: docs/incremental.md. Waits for
 * git, so call it in a thread.
 */
char *commit_times_print(const char *source, const FileList *list, GCancellable *cancellable);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "file-list.h"

#include <gio/gio.h>

typedef enum {
    COMMIT_SOURCES,   /* of each package: a directory with a package.xml */
    COMMIT_OVERRIDES, /* of each override: a directory at the top. Files outside git do not count:
                         a build generates files there. */
} CommitSubject;

/*
 * When each package or override last changed, as git tells: the time of the last commit or merge
 * that changed its directory. Files that are changed but not committed count by their own times.
 * What is in no repository of git, or in one that git refuses to read, is left out.
 *
 * @root: the directory of the sources or overrides; @list: its files; @refused: gets the
 * repositories that git refuses (char *). Returns the text of a file that the container reads:
 * docs/incremental.md. Waits for git, so call it in a thread.
 */
char *commit_times_print(CommitSubject subject,
                         const char *root,
                         const FileList *list,
                         GPtrArray *refused,
                         GCancellable *cancellable);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/folder.h"
#include "file-list.h"

/* Waits until no build is saving generated files in the directory of overrides, or until it is
 * cancelled; for use in a thread. None begins before the folder is freed. Until then files and
 * markers belong together. NULL if there is no directory. */
Folder *overrides_lock(const char *debian_dirs, GCancellable *cancellable);

/*
 * The digest of the user's files in the directory of overrides. @list: its files. Generated files
 * that nobody has edited do not count, so that the digest is the same before a build and after it.
 * FILE_DIGEST_UNKNOWN as for file_list_seal(), and if there is a link.
 */
char *overrides_digest(const char *debian_dirs, const FileList *list);

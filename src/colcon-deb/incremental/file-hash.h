/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "file-list.h"

#include <gio/gio.h>

/* Reads each of @entries (FileEntry, regular files below @root) and sets its digest:
 * FILE_DIGEST_UNKNOWN if the file cannot be read, empty if it is gone. Many files are read by
 * several threads. Files that are left when @cancellable is cancelled keep their digest. */
void file_hash_all(int root, const GPtrArray *entries, GCancellable *cancellable);

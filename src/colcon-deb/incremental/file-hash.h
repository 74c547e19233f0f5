/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "file-list.h"

#include <gio/gio.h>

/* Reads each of @entries (FileEntry, regular files below @root) and sets its digest, or
 * FILE_DIGEST_UNKNOWN; that of a file that is no more there becomes empty. Several are read at a
 * time when there are many. What is left when @cancellable is cancelled stays as it is. */
void file_hash_all(int root, const GPtrArray *entries, GCancellable *cancellable);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "byte-queue.h"

/*
 * Unpacks a tar archive from @from in an existing directory. The archive is not trusted: a device
 * is an error, and so is a name that leads out of the directory, even through a link from the
 * archive. Files are owned by the caller and have no set-user-id bit. @max_size limits the bytes of
 * all files together; 0 for no limit. Blocks; call it in a thread.
 */
gboolean cdd_tar_unpack(CddByteQueue *from,
                        const char *directory,
                        guint64 max_size,
                        GCancellable *cancellable,
                        GError **error);

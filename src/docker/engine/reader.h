/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

typedef gboolean (*CddPieceFunc)(const guint8 *data,
                                 gsize length,
                                 gpointer user_data,
                                 GError **error);

/*
 * Reads a stream to its end and gives func each piece of it, in the caller's main context and in
 * order. A thread of its own does the reading, so that whoever writes at the other end never waits
 * for func, however slow that is: an engine stalls a container whose output is not read and loses
 * its tail. What waits for func is bounded in memory and then goes to a file; only when that
 * cannot grow does the reading wait.
 *
 * leftover is what had been read before. Finishes at the end of the stream, at its first error,
 * that of func included, or when it is cancelled, which drops what waits; nothing uses the stream
 * then any more.
 */
void cdd_reader_async(GInputStream *stream,
                      GBytes *leftover,
                      CddPieceFunc func,
                      gpointer func_data,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data);
gboolean cdd_reader_finish(GAsyncResult *result, GError **error);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

typedef gboolean (*CddPieceFunc)(const guint8 *data,
                                 gsize length,
                                 gpointer user_data,
                                 GError **error);

/*
 * Reads a stream to its end and calls @func for each piece, in order, in the caller's main context.
 * A separate thread reads, so the writer never waits for a slow @func: an engine stalls a container
 * whose output is not read, and loses the end of the output. Data that waits for @func is kept in
 * memory up to a limit, then in a file. Reading waits only if the file cannot grow.
 *
 * @leftover was read from the stream before. The thread cancels @at_end, which may be NULL, when it
 * has read all, before the pieces are delivered. Finishes at the end of the stream, at the first
 * error of the stream or of @func, or when it is cancelled, which drops the waiting data. After
 * that the stream is no longer used.
 */
void cdd_reader_async(GInputStream *stream,
                      GBytes *leftover,
                      GCancellable *at_end,
                      CddPieceFunc func,
                      gpointer func_data,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data);
gboolean cdd_reader_finish(GAsyncResult *result, GError **error);

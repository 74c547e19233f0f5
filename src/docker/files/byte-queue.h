/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * Bytes on their way between a thread, which blocks, and a main context, which must not: a pipe
 * without system calls for its bytes. Its memory is a ring, so a writer waits while it is full. One
 * writer and one reader, in any thread.
 */
typedef struct _CddByteQueue CddByteQueue;

CddByteQueue *cdd_byte_queue_new(void);
CddByteQueue *cdd_byte_queue_ref(CddByteQueue *self);
void cdd_byte_queue_unref(CddByteQueue *self);

/* For the writer: the reader gets what is left, and then the end. */
void cdd_byte_queue_end(CddByteQueue *self);
/* For the reader: from now on, writing fails with G_IO_ERROR_BROKEN_PIPE. */
void cdd_byte_queue_close(CddByteQueue *self);

/* Blocks until all is in the queue. */
gboolean cdd_byte_queue_write(CddByteQueue *self, const void *data, gsize length, GError **error);
/*
 * Blocks while the queue is empty. Sets @data to bytes in the queue, which are valid until the next
 * call; returns their number, 0 at the end.
 */
gsize cdd_byte_queue_read(CddByteQueue *self, const void **data);

/*
 * The same without blocking, for a part of the bytes: 0 if the queue is full or empty. @wait is
 * then made ready when that has changed. An end or an error is told by an error or @end.
 */
gsize cdd_byte_queue_try_write(
    CddByteQueue *self, const void *data, gsize length, GSource *wait, GError **error);
gsize
cdd_byte_queue_try_read(CddByteQueue *self, void *buffer, gsize size, GSource *wait, gboolean *end);

/* Returns a source that such a function makes ready, or that @cancellable does. */
GSource *cdd_byte_queue_wait_source_new(GCancellable *cancellable);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddByteQueue, cdd_byte_queue_unref)

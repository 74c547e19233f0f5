/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * The sending side of a two-way connection. Closing it ends only this side (shutdown(2),
 * close_notify, the end of a pipe): the peer reads an end of file and can still send.
 *
 * When nobody will read what is written, the connection's owner shuts the stream: writes and
 * splices that wait, and later ones, end with G_IO_ERROR_BROKEN_PIPE.
 */
#define CDD_TYPE_HALF_CLOSE_STREAM (cdd_half_close_stream_get_type())
G_DECLARE_FINAL_TYPE(
    CddHalfCloseStream, cdd_half_close_stream, CDD, HALF_CLOSE_STREAM, GFilterOutputStream)

/* @useless: cancelled, in any thread, when nobody will read what is written. */
GOutputStream *cdd_half_close_stream_new(GIOStream *connection, GCancellable *useless);

/*
 * Cancels @useless, and calls back for a write that waits: at once, or if it was begun in this
 * iteration of the main context, before sources that are attached from now on. In the main context
 * of the writes.
 */
void cdd_half_close_stream_shut(CddHalfCloseStream *self);

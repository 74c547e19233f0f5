/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * The sending side of a two-way connection. Closing it ends only this side (shutdown(2),
 * close_notify, the end of a pipe): the peer reads an end of file and can still send.
 */
#define CDD_TYPE_HALF_CLOSE_STREAM (cdd_half_close_stream_get_type())
G_DECLARE_FINAL_TYPE(
    CddHalfCloseStream, cdd_half_close_stream, CDD, HALF_CLOSE_STREAM, GFilterOutputStream)

GOutputStream *cdd_half_close_stream_new(GIOStream *connection);

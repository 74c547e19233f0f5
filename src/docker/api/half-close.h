/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * The sending side of a connection that is used both ways. Closing it ends that side alone: the
 * peer reads an end of file and goes on to send (shutdown(2), close_notify, the end of a pipe).
 */
#define CDD_TYPE_HALF_CLOSE_STREAM (cdd_half_close_stream_get_type())
G_DECLARE_FINAL_TYPE(
    CddHalfCloseStream, cdd_half_close_stream, CDD, HALF_CLOSE_STREAM, GFilterOutputStream)

GOutputStream *cdd_half_close_stream_new(GIOStream *connection);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-output.h>

/*
 * The engine's framing of two output streams in one (moby api/pkg/stdcopy): eight bytes, the stream
 * and a big-endian length, then that many bytes. Payload is handed on as it comes, so a frame's
 * length costs no memory. Fed any split of the bytes.
 */
typedef struct {
    guint8 header[8];
    guint header_length;
    guint8 stream;
    guint32 left;
    GString *message; /* of a frame in which the engine reports an error */
} CddStdcopy;

void cdd_stdcopy_init(CddStdcopy *self);
void cdd_stdcopy_clear(CddStdcopy *self);

gboolean cdd_stdcopy_feed(CddStdcopy *self,
                          const guint8 *data,
                          gsize length,
                          const CddOutputHandler *handler,
                          GError **error);

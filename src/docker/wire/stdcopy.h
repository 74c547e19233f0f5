/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-output.h>

/*
 * Decodes a multiplexed stream of standard output and standard error (moby api/pkg/stdcopy). A
 * frame has an eight-byte header (stream, big-endian length) and a payload. Payload is passed on as
 * it arrives, so long frames need no memory. The bytes may be split anywhere.
 */
typedef struct {
    guint8 header[8];
    guint header_length;
    guint8 stream;
    guint32 left;
    GString *message; /* the text of a frame that reports an error */
} CddStdcopy;

void cdd_stdcopy_init(CddStdcopy *self);
void cdd_stdcopy_clear(CddStdcopy *self);

gboolean cdd_stdcopy_feed(CddStdcopy *self,
                          const guint8 *data,
                          gsize length,
                          const CddOutputHandler *handler,
                          GError **error);

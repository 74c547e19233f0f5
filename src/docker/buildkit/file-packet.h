/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "wire/proto/file-transfer.pb-c.h"
#include <glib.h>
#include <sys/stat.h>

/*
 * Common code of both ends of a file transfer. On the wire a mode is that of Go's io/fs, which
 * differs from the kernel's.
 */
guint32 cdd_file_mode_to_wire(mode_t mode);
/* Returns 0 unless it is a file, directory or symbolic link. Drops set-id and sticky bits. */
mode_t cdd_file_mode_from_wire(guint32 wire);

/* Makes a packet without contents. */
GBytes *cdd_file_packet_new(Cdd__FilePacket__Type type, guint32 id);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "wire/proto/file-transfer.pb-c.h"
#include <glib.h>
#include <sys/stat.h>

/*
 * What both ends of a file transfer have in common. On the wire a mode is as Go's io/fs has it,
 * which is not what this kernel has.
 */
guint32 cdd_file_mode_to_wire(mode_t mode);
/* 0 for what is no file, directory or symbolic link; without set-id and sticky bits. */
mode_t cdd_file_mode_from_wire(guint32 wire);

/* A packet without contents. */
GBytes *cdd_file_packet_new(Cdd__FilePacket__Type type, guint32 id);

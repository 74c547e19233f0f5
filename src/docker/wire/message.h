/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>
#include <protobuf-c/protobuf-c.h>

/* A message's bytes, for cdd_grpc_call_send(). */
GBytes *cdd_message_pack(const ProtobufCMessage *message);

/*
 * A message of this type from its bytes, or NULL for what is none. Its texts may be any bytes.
 * cdd_message_free() frees it.
 */
gpointer
cdd_message_unpack(const ProtobufCMessageDescriptor *type, const guint8 *data, gsize length);
void cdd_message_free(gpointer message);

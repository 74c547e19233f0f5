/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>
#include <protobuf-c/protobuf-c.h>

/* Encodes a message, for cdd_grpc_call_send(). */
GBytes *cdd_message_pack(const ProtobufCMessage *message);

/*
 * Decodes a message, or returns NULL if the bytes are not valid. Its strings need not be UTF-8.
 * Free it with cdd_message_free().
 */
gpointer
cdd_message_unpack(const ProtobufCMessageDescriptor *type, const guint8 *data, gsize length);
void cdd_message_free(gpointer message);

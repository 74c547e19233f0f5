/* SPDX-License-Identifier: Apache-2.0 */
#include "message.h"

GBytes *
cdd_message_pack(const ProtobufCMessage *message)
{
    gsize size = protobuf_c_message_get_packed_size(message);
    guint8 *data = g_malloc(MAX(size, 1));

    protobuf_c_message_pack(message, data);
    return g_bytes_new_take(data, size);
}

gpointer
cdd_message_unpack(const ProtobufCMessageDescriptor *type, const guint8 *data, gsize length)
{
    return protobuf_c_message_unpack(type, NULL, length, data);
}

void
cdd_message_free(gpointer message)
{
    if (message != NULL)
        protobuf_c_message_free_unpacked(message, NULL);
}

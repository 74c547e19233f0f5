/* SPDX-License-Identifier: Apache-2.0 */
#include "unary.h"

#include "../wire/message.h"

typedef struct {
    const ProtobufCMessageDescriptor *type;
    CddUnaryFunc func;
    gpointer service;
    gboolean asked;
} Unary;

static void
on_message(CddGrpcCall *call, const guint8 *data, gsize length, gpointer user_data)
{
    Unary *unary = user_data;
    gpointer request;

    if (unary->asked)
        return;
    unary->asked = TRUE;
    request = cdd_message_unpack(unary->type, data, length);
    if (request == NULL)
        cdd_grpc_call_finish(call, CDD_GRPC_INVALID_ARGUMENT, "the request is not a valid message");
    else
        unary->func(call, request, unary->service);
    cdd_message_free(request);
}

void
cdd_unary_begin(CddGrpcCall *call,
                const ProtobufCMessageDescriptor *request_type,
                CddUnaryFunc func,
                gpointer service)
{
    static const CddGrpcHandlers handlers = {.on_message = on_message, .closed = g_free};
    Unary *unary = g_new0(Unary, 1);

    unary->type = request_type;
    unary->func = func;
    unary->service = service;
    cdd_grpc_call_set_handlers(call, &handlers, unary);
}

void
cdd_unary_reply(CddGrpcCall *call, const ProtobufCMessage *response)
{
    cdd_grpc_call_send(call, cdd_message_pack(response));
    cdd_grpc_call_finish(call, CDD_GRPC_OK, NULL);
}

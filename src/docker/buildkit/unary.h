/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../wire/grpc-server.h"
#include <protobuf-c/protobuf-c.h>

/*
 * A call that is one message and is answered with one. request is what it holds, valid during the
 * call only; what is none is refused. func answers with cdd_unary_reply() or finishes the call.
 */
typedef void (*CddUnaryFunc)(CddGrpcCall *call, gconstpointer request, gpointer service);

void cdd_unary_begin(CddGrpcCall *call,
                     const ProtobufCMessageDescriptor *request_type,
                     CddUnaryFunc func,
                     gpointer service);

/* The one message, and the end of the call. */
void cdd_unary_reply(CddGrpcCall *call, const ProtobufCMessage *response);

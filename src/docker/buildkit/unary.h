/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../wire/grpc-server.h"
#include <protobuf-c/protobuf-c.h>

/*
 * A call with one request message and one reply. @request is valid during the function only. @func
 * answers with cdd_unary_reply() or finishes the call. An invalid request is refused.
 */
typedef void (*CddUnaryFunc)(CddGrpcCall *call, gconstpointer request, gpointer service);

void cdd_unary_begin(CddGrpcCall *call,
                     const ProtobufCMessageDescriptor *request_type,
                     CddUnaryFunc func,
                     gpointer service);

/* Sends the reply and finishes the call. */
void cdd_unary_reply(CddGrpcCall *call, const ProtobufCMessage *response);

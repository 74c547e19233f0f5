/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * One HTTP/2 connection on which the peer makes gRPC calls and we answer them: its bytes go in,
 * calls and their messages come out, and what is answered comes out as bytes again. No input, no
 * output. What a peer may make us keep is bounded: calls at a time, headers, the length of a
 * message.
 */
typedef struct _CddGrpcServer CddGrpcServer;
/* Valid until its handlers' closed; every function here may be called on it until then. */
typedef struct _CddGrpcCall CddGrpcCall;

/* https://grpc.io/docs/guides/status-codes/ */
typedef enum {
    CDD_GRPC_OK = 0,
    CDD_GRPC_INVALID_ARGUMENT = 3,
    CDD_GRPC_NOT_FOUND = 5,
    CDD_GRPC_UNIMPLEMENTED = 12,
    CDD_GRPC_INTERNAL = 13,
    CDD_GRPC_UNAVAILABLE = 14,
} CddGrpcStatus;

typedef struct {
    /* One whole message; data is valid during the call only. */
    void (*on_message)(CddGrpcCall *call, const guint8 *data, gsize length, gpointer user_data);
    /* The peer sends no more. */
    void (*on_end)(CddGrpcCall *call, gpointer user_data);
    /* What has been queued is less than the peer takes: time to make more of it. */
    void (*on_writable)(CddGrpcCall *call, gpointer user_data);
    /* The call has gone, however it ended. Frees user_data. */
    void (*closed)(gpointer user_data);
} CddGrpcHandlers;

typedef struct {
    /* A new call, whose method and metadata are known. Without handlers it is UNIMPLEMENTED. */
    void (*on_call)(CddGrpcCall *call, gpointer user_data);
    /* There is something to send: called from within any function of a call. */
    void (*on_output)(gpointer user_data);
} CddGrpcServerFuncs;

/* funcs is borrowed. */
CddGrpcServer *cdd_grpc_server_new(const CddGrpcServerFuncs *funcs, gpointer user_data);
/* Not from within a handler. Calls that are open are closed. */
void cdd_grpc_server_free(CddGrpcServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddGrpcServer, cdd_grpc_server_free)

gboolean
cdd_grpc_server_receive(CddGrpcServer *self, const guint8 *data, gsize length, GError **error);

/* The next bytes for the peer, valid until the next call; *length 0 when there are none now. */
gboolean
cdd_grpc_server_send(CddGrpcServer *self, const guint8 **data, gsize *length, GError **error);

/* "/moby.filesync.v1.Auth/Credentials" */
const char *cdd_grpc_call_get_method(CddGrpcCall *call);
/* Every value of a name in the peer's metadata, in its order; NULL for none. */
const char *const *cdd_grpc_call_get_metadata(CddGrpcCall *call, const char *name);

void
cdd_grpc_call_set_handlers(CddGrpcCall *call, const CddGrpcHandlers *handlers, gpointer user_data);

/* Takes the message. */
void cdd_grpc_call_send(CddGrpcCall *call, GBytes *message);
/* Whether so much is queued that no more should be made before on_writable. */
gboolean cdd_grpc_call_is_full(CddGrpcCall *call);
gboolean cdd_grpc_call_is_finished(CddGrpcCall *call);
/* The end, behind all that is queued; message (nullable) says why. Only the first one counts. */
void cdd_grpc_call_finish(CddGrpcCall *call, CddGrpcStatus status, const char *message);

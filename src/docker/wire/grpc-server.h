/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * The server side of gRPC on one HTTP/2 connection, without input or output: the peer's bytes go
 * in, calls and messages come out, and replies come out as bytes. Memory is bounded: open calls,
 * headers and the length of a message have limits.
 */
typedef struct _CddGrpcServer CddGrpcServer;
/* Valid until @closed of its handlers has been called. */
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
    /* Receives a complete message; @data is valid during the call only. */
    void (*on_message)(CddGrpcCall *call, const guint8 *data, gsize length, gpointer user_data);
    /* The peer has finished sending. */
    void (*on_end)(CddGrpcCall *call, gpointer user_data);
    /* The queue is short; the handler may send more messages. */
    void (*on_writable)(CddGrpcCall *call, gpointer user_data);
    /* The call has ended, for any reason. Frees @user_data. */
    void (*closed)(gpointer user_data);
} CddGrpcHandlers;

typedef struct {
    /* A new call with method and metadata. Without handlers it fails as UNIMPLEMENTED. */
    void (*on_call)(CddGrpcCall *call, gpointer user_data);
    /* There are bytes to send. May be called from within any function of a call. */
    void (*on_output)(gpointer user_data);
} CddGrpcServerFuncs;

/* @funcs is borrowed. */
CddGrpcServer *cdd_grpc_server_new(const CddGrpcServerFuncs *funcs, gpointer user_data);
/* Closes open calls. Must not be called from within a handler. */
void cdd_grpc_server_free(CddGrpcServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddGrpcServer, cdd_grpc_server_free)

gboolean
cdd_grpc_server_receive(CddGrpcServer *self, const guint8 *data, gsize length, GError **error);

/* Returns the next bytes for the peer, valid until the next call. *length is 0 without any. */
gboolean
cdd_grpc_server_send(CddGrpcServer *self, const guint8 **data, gsize *length, GError **error);

/* Returns e.g. "/moby.filesync.v1.Auth/Credentials". */
const char *cdd_grpc_call_get_method(CddGrpcCall *call);
/* Returns all values of a name in the peer's metadata, in order; NULL if there are none. */
const char *const *cdd_grpc_call_get_metadata(CddGrpcCall *call, const char *name);

void
cdd_grpc_call_set_handlers(CddGrpcCall *call, const CddGrpcHandlers *handlers, gpointer user_data);

/* @message: (transfer full) */
void cdd_grpc_call_send(CddGrpcCall *call, GBytes *message);
/* Returns whether the queue is full: send no more before on_writable. */
gboolean cdd_grpc_call_is_full(CddGrpcCall *call);
gboolean cdd_grpc_call_is_finished(CddGrpcCall *call);
/* Ends the call after all queued messages. @message: (nullable). Only the first end counts. */
void cdd_grpc_call_finish(CddGrpcCall *call, CddGrpcStatus status, const char *message);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * The engine's side of a build session: a gRPC client made of nghttp2 alone, to test our server
 * with independent code. Without input or output.
 */
typedef struct _GrpcClient GrpcClient;

GrpcClient *grpc_client_new(void);
void grpc_client_free(GrpcClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GrpcClient, grpc_client_free)

/* @metadata: "name: value" lines or NULL. Returns the call's stream. */
gint32 grpc_client_call(GrpcClient *self, const char *method, const char *const *metadata);
/* Sends one message, with its prefix. */
void grpc_client_send(GrpcClient *self, gint32 stream, gconstpointer data, gsize length);
/* Sends bytes unchanged. */
void grpc_client_send_raw(GrpcClient *self, gint32 stream, gconstpointer data, gsize length);
void grpc_client_end(GrpcClient *self, gint32 stream);
void grpc_client_reset(GrpcClient *self, gint32 stream);

/* Returns the next bytes for the server; valid until the next call. */
const guint8 *grpc_client_output(GrpcClient *self, gsize *length);
gboolean grpc_client_input(GrpcClient *self, const guint8 *data, gsize length);

/* Returns the received messages, as GBytes. */
GPtrArray *grpc_client_get_messages(GrpcClient *self, gint32 stream);
/* Returns -1 until the call has ended; -2 if it was reset. */
int grpc_client_get_status(GrpcClient *self, gint32 stream);
const char *grpc_client_get_message(GrpcClient *self, gint32 stream);

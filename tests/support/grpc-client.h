/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * What an engine is on a build session: a client of gRPC, made of nghttp2 alone, so that our server
 * is judged by something that is not ours. No input, no output.
 */
typedef struct _GrpcClient GrpcClient;

GrpcClient *grpc_client_new(void);
void grpc_client_free(GrpcClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GrpcClient, grpc_client_free)

/* metadata: "name: value" lines or NULL. Returns the call's stream. */
gint32 grpc_client_call(GrpcClient *self, const char *method, const char *const *metadata);
/* One message, with its prefix. */
void grpc_client_send(GrpcClient *self, gint32 stream, gconstpointer data, gsize length);
/* Bytes as they are. */
void grpc_client_send_raw(GrpcClient *self, gint32 stream, gconstpointer data, gsize length);
void grpc_client_end(GrpcClient *self, gint32 stream);
void grpc_client_reset(GrpcClient *self, gint32 stream);

/* The next bytes for the server; valid until the next call. */
const guint8 *grpc_client_output(GrpcClient *self, gsize *length);
gboolean grpc_client_input(GrpcClient *self, const guint8 *data, gsize length);

/* GBytes, one for each message that has come. */
GPtrArray *grpc_client_get_messages(GrpcClient *self, gint32 stream);
/* -1 until the call has ended; -2 when it was reset. */
int grpc_client_get_status(GrpcClient *self, gint32 stream);
const char *grpc_client_get_message(GrpcClient *self, gint32 stream);

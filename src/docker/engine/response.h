/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "connection.h"
#include "upload.h"

/*
 * The answer to one request, read at the caller's pace. At its end the connection returns to the
 * pool, if it can be reused. Releasing the response earlier closes the connection, which tells the
 * engine that nobody waits for the rest.
 */
#define CDD_TYPE_RESPONSE (cdd_response_get_type())
G_DECLARE_FINAL_TYPE(CddResponse, cdd_response, CDD, RESPONSE, GObject)

/* @connection: (transfer full). @idle_timeout: limit of each wait for body data; 0 for none. */
CddResponse *
cdd_response_new(CddConnection *connection, CddPool *pool, const char *method, guint idle_timeout);

/* Sets an upload that is still running. Releasing the response ends the upload too. */
void cdd_response_set_upload(CddResponse *self, CddUpload *upload);

void cdd_response_read_head_async(CddResponse *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean cdd_response_read_head_finish(CddResponse *self, GAsyncResult *result, GError **error);

guint cdd_response_get_status(CddResponse *self);
const char *cdd_response_get_header(CddResponse *self, const char *name);
/* Returns all fields as "name: value" lines, sorted. */
GStrv cdd_response_dup_headers(CddResponse *self);
/* Returns NULL once the response is complete or its stream was stolen. */
GIOStream *cdd_response_get_stream(CddResponse *self);
/* Returns whether no byte of an answer has arrived. */
gboolean cdd_response_is_untouched(CddResponse *self);

/*
 * Reads the next piece of the body; NULL without an error at the end. The piece is valid until the
 * next read.
 */
void cdd_response_read_async(CddResponse *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
const guint8 *
cdd_response_read_finish(CddResponse *self, GAsyncResult *result, gsize *length, GError **error);

/* Reads the rest of the body; CDD_ERROR_PROTOCOL if it is longer than @max_length. */
void cdd_response_read_all_async(CddResponse *self,
                                 gsize max_length,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
GBytes *cdd_response_read_all_finish(CddResponse *self, GAsyncResult *result, GError **error);

/* Hands over the stream after status 101. @leftover: bytes that were already read from it. */
GIOStream *cdd_response_steal_stream(CddResponse *self, GBytes **leftover);

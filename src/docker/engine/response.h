/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "connection.h"
#include "upload.h"

/*
 * The answer to one request, read at the reader's pace. When its end has been read the connection
 * goes to the pool if it may; dropping the response before closes it, which is how the engine
 * learns that nobody waits any more.
 */
#define CDD_TYPE_RESPONSE (cdd_response_get_type())
G_DECLARE_FINAL_TYPE(CddResponse, cdd_response, CDD, RESPONSE, GObject)

/* Takes the connection; idle_timeout bounds each wait for bytes of the body, 0 not. */
CddResponse *
cdd_response_new(CddConnection *connection, CddPool *pool, const char *method, guint idle_timeout);

/* What the request still sends: dropping the response ends it too. */
void cdd_response_set_upload(CddResponse *self, CddUpload *upload);

void cdd_response_read_head_async(CddResponse *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean cdd_response_read_head_finish(CddResponse *self, GAsyncResult *result, GError **error);

guint cdd_response_get_status(CddResponse *self);
const char *cdd_response_get_header(CddResponse *self, const char *name);
/* NULL once the response is complete or its stream has been stolen. */
GIOStream *cdd_response_get_stream(CddResponse *self);
/* Whether not a byte of an answer has come. */
gboolean cdd_response_is_untouched(CddResponse *self);

/* The next piece of the body; NULL without an error at its end. */
void cdd_response_read_async(CddResponse *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
GBytes *cdd_response_read_finish(CddResponse *self, GAsyncResult *result, GError **error);

/* The whole of what is left of the body; CDD_ERROR_PROTOCOL if that is more than max_length. */
void cdd_response_read_all_async(CddResponse *self,
                                 gsize max_length,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
GBytes *cdd_response_read_all_finish(CddResponse *self, GAsyncResult *result, GError **error);

/* After status 101: the stream is the caller's, leftover what has been read of it already. */
GIOStream *cdd_response_steal_stream(CddResponse *self, GBytes **leftover);

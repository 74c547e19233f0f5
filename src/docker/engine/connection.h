/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../wire/http1.h"

/* A stream to an engine, with the bytes that were read but not yet used. */
typedef struct CddConnection CddConnection;

CddConnection *cdd_connection_new(GIOStream *stream);
void cdd_connection_free(CddConnection *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddConnection, cdd_connection_free)

GIOStream *cdd_connection_get_stream(CddConnection *self);
CddHttp1Span *cdd_connection_get_input(CddConnection *self);
/* Moves @next directly behind @first. Both are parts of the input that were used, in this order. */
void cdd_connection_join(CddConnection *self, CddHttp1Span *first, CddHttp1Span next);

/* Reads more input; call it when the input is empty. Returns FALSE without an error at the end. */
void cdd_connection_fill_async(CddConnection *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean cdd_connection_fill_finish(GAsyncResult *result, GError **error);

/* Idle connections for reuse, limited in number and age. */
typedef struct CddPool CddPool;

CddPool *cdd_pool_new(void);
CddPool *cdd_pool_ref(CddPool *self);
void cdd_pool_unref(CddPool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddPool, cdd_pool_unref)

void cdd_pool_put(CddPool *self, CddConnection *connection);
/* Returns NULL if no idle connection looks alive. */
CddConnection *cdd_pool_take(CddPool *self);

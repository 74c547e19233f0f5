/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "address.h"

/* Opens streams to one engine. For an ssh address it keeps the login that the streams share. */
typedef struct CddConnector CddConnector;

CddConnector *cdd_connector_new(CddAddress *address);
void cdd_connector_free(CddConnector *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddConnector, cdd_connector_free)

/*
 * Opens a stream. The connector may be freed before the end. Errors say whether the engine is
 * missing, not listening or forbidden.
 */
void cdd_connect_async(CddConnector *self,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
GIOStream *cdd_connect_finish(GAsyncResult *result, GError **error);

/* Adds what the transport, ssh or TLS, knows to the error of a broken stream. */
void cdd_connect_explain(GIOStream *stream, GError **error);

/* Adds why a new stream may have broken before any answer. */
void cdd_connect_suspect(GIOStream *stream, GError **error);

/* Tells the peer that no more data follows; the stream can still be read. */
void cdd_connect_end_output(GIOStream *stream);

/* Closes both directions without waiting. */
void cdd_connect_close(GIOStream *stream);

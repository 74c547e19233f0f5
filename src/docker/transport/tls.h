/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "address.h"

/* Starts TLS on a connection to a tcp address, with the files in its TLS directory. */
void cdd_tls_connect_async(GIOStream *base,
                           CddAddress *address,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
GIOStream *cdd_tls_connect_finish(GAsyncResult *result, GError **error);

/*
 * Explains an error of TLS: the engine demands a client's certificate, which with TLS 1.3 is known
 * after the handshake only, or else the connection is closed. Other errors stay as they are.
 */
void cdd_tls_explain(GIOStream *stream, GError **error);

/*
 * Adds a suspicion to the error of a connection that broke before any answer: an engine may close
 * it at once if it demands a client's certificate.
 */
void cdd_tls_suspect(GIOStream *stream, GError **error);

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

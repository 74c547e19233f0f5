/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "address.h"

/* TLS over a connection to a tcp address that asks for it, with the files of its directory. */
void cdd_tls_connect_async(GIOStream *base,
                           CddAddress *address,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
GIOStream *cdd_tls_connect_finish(GAsyncResult *result, GError **error);

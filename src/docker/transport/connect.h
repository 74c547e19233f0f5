/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "address.h"

/* Opens a stream to an engine. Errors say whether it is missing, not listening or forbidden. */
void cdd_connect_async(CddAddress *address,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
GIOStream *cdd_connect_finish(GAsyncResult *result, GError **error);

/* Adds the message of the transport, such as ssh, to the error of a broken stream. */
void cdd_connect_explain(GIOStream *stream, GError **error);

/* Tells the peer that no more data follows; the stream can still be read. */
void cdd_connect_end_output(GIOStream *stream);

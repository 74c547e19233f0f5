/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "address.h"

/* Opens a stream to an engine; errors say whether it is absent, shut or forbidden. */
void cdd_connect_async(CddAddress *address,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
GIOStream *cdd_connect_finish(GAsyncResult *result, GError **error);

/* Adds to the error of a stream that broke what the way to the engine, such as ssh, said of it. */
void cdd_connect_explain(GIOStream *stream, GError **error);

/* Tells the peer that nothing more will be written, and goes on reading. */
void cdd_connect_end_output(GIOStream *stream);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/client.h"

/*
 * Waiting for a container in two steps. The first finishes when the engine watches, so that an
 * exit after that cannot be missed; the second with the exit. condition is one of the Engine API's:
 * `not-running`, `next-exit`, `removed`.
 */
void cdd_container_wait_async(CddClient *client,
                              const char *id,
                              const char *condition,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
CddResponse *cdd_container_wait_finish(CddClient *client, GAsyncResult *result, GError **error);

void cdd_container_wait_read_async(CddResponse *wait,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean cdd_container_wait_read_finish(CddResponse *wait,
                                        GAsyncResult *result,
                                        gint64 *exit_code,
                                        GError **error);

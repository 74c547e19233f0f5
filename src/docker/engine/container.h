/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "client.h"

/*
 * The engine's operations on one container, each a request. Those without a _finish of their own
 * end with cdd_client_call_finish_ok().
 */

/* Finishes with the new container's id. */
void cdd_container_create_async(CddClient *client,
                                JsonNode *config,
                                const char *name,
                                const char *platform,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
char *cdd_container_create_finish(CddClient *client, GAsyncResult *result, GError **error);

/* Finishes with the stream of its output, and of its input if that is asked for. */
void cdd_container_attach_async(CddClient *client,
                                const char *id,
                                gboolean with_stdin,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
GIOStream *cdd_container_attach_finish(CddClient *client,
                                       GAsyncResult *result,
                                       GBytes **leftover,
                                       GError **error);

/*
 * Finishes when the engine watches for the container's removal, which is when its exit can no more
 * be missed; cdd_container_wait_read_async() then waits for it.
 */
void cdd_container_wait_async(CddClient *client,
                              const char *id,
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

void cdd_container_start_async(CddClient *client,
                               const char *id,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

/* SIGTERM, and SIGKILL after timeout seconds; finishes when it has ended. */
void cdd_container_stop_async(CddClient *client,
                              const char *id,
                              guint timeout,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);

void cdd_container_kill_async(CddClient *client,
                              const char *id,
                              const char *signal,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);

/* Whatever state it is in, with its anonymous volumes. */
void cdd_container_remove_async(CddClient *client,
                                const char *id,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);

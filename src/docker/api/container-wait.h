/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/client.h"

#include <colcon-deb-docker/cdd-container.h>

/*
 * Waits for a container in two steps. The first step finishes when no later exit can be missed; the
 * second one finishes with the exit. Cancelling leaves the container as it is.
 */
typedef struct _CddContainerWait CddContainerWait;

void cdd_container_wait_free(CddContainerWait *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContainerWait, cdd_container_wait_free)

void cdd_container_wait_async(CddClient *client,
                              const char *id,
                              CddWaitCondition condition,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
CddContainerWait *
cdd_container_wait_finish(CddClient *client, GAsyncResult *result, GError **error);

/* @self must outlive the call. *exit_code is 0 if the container never ran. */
void cdd_container_wait_read_async(CddContainerWait *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean cdd_container_wait_read_finish(GAsyncResult *result, gint64 *exit_code, GError **error);

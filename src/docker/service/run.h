/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/client.h"

#include <colcon-deb-docker/cdd-container-spec.h>
#include <colcon-deb-docker/cdd-output.h>

/* cdd_service_run_container_async() on a client. */
void cdd_run_async(CddClient *client,
                   const CddContainerSpec *spec,
                   const CddOutputHandler *handler,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data);
CddContainerResult *cdd_run_finish(GAsyncResult *result, GError **error);

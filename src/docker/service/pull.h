/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/client.h"

#include <colcon-deb-docker/cdd-output.h>

/* One pull, from the request to the end of the engine's stream of progress. */
void cdd_pull_async(CddClient *client,
                    const char *image,
                    const char *platform,
                    const CddOutputHandler *handler,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data);
gboolean cdd_pull_finish(GAsyncResult *result, GError **error);

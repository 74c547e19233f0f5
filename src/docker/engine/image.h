/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "client.h"

#include <colcon-deb-docker/cdd-image-reference.h>

/* Finishes, with cdd_client_call_finish(), with what the engine tells of an image. */
void cdd_image_inspect_async(CddClient *client,
                             const char *image,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);

/* Finishes, with cdd_client_send_finish(), with the stream of the pull's messages. */
void cdd_image_pull_async(CddClient *client,
                          const CddImageReference *reference,
                          const char *platform,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);

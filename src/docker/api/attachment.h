/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/client.h"

#include <colcon-deb-docker/cdd-attachment.h>

/* Takes the stream of a response with status 101. @tty: the output is raw, not multiplexed. */
CddAttachment *
cdd_attachment_new(const char *id, CddResponse *response, gboolean with_stdin, gboolean tty);

/* Closes the process's input without waiting. */
void cdd_attachment_end_input(CddAttachment *self);

/* Attaches to a container; the caller knows whether it has a terminal. */
void cdd_attach_async(CddClient *client,
                      const char *container,
                      gboolean with_stdin,
                      gboolean tty,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data);
CddAttachment *cdd_attach_finish(CddClient *client, GAsyncResult *result, GError **error);

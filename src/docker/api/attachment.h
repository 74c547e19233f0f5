/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/client.h"

#include <colcon-deb-docker/cdd-attachment.h>

/* Takes the stream after a 101; tty says that its output is not framed. */
CddAttachment *
cdd_attachment_new(const char *id, CddResponse *response, gboolean with_stdin, gboolean tty);

/* Ends the process's input without waiting for anything. */
void cdd_attachment_end_input(CddAttachment *self);

/* To a container of which it is known whether it has a terminal. */
void cdd_attach_async(CddClient *client,
                      const char *container,
                      gboolean with_stdin,
                      gboolean tty,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data);
CddAttachment *cdd_attach_finish(CddClient *client, GAsyncResult *result, GError **error);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddAttachment:
 *
 * The standard streams of a process in a container, over a connection of their own. Releasing the
 * last reference closes the streams. The process goes on, unless its standard input belongs to this
 * attachment (#CddContainerSpec.open_stdin) and the process ends at the end of its input.
 *
 * Since: 0.1
 */
#define CDD_TYPE_ATTACHMENT (cdd_attachment_get_type())
CDD_API G_DECLARE_FINAL_TYPE(CddAttachment, cdd_attachment, CDD, ATTACHMENT, GObject)

/**
 * cdd_attachment_get_id:
 * @self: an attachment
 *
 * Returns: (transfer none): the container's name or id, as the caller gave it, or the id of the
 *   exec
 *
 * Since: 0.1
 */
CDD_API const char *cdd_attachment_get_id(CddAttachment *self);

/**
 * cdd_attachment_get_stdin:
 * @self: an attachment
 *
 * Gets the stream that writes to the process's standard input. Closing the stream closes the
 * standard input only; output goes on. On a terminal closing has no such effect: send the
 * end-of-file character, usually Ctrl-D.
 *
 * Returns: (transfer none) (nullable): the process's standard input; %NULL if it is not attached
 *
 * Since: 0.1
 */
CDD_API GOutputStream *cdd_attachment_get_stdin(CddAttachment *self);

/**
 * cdd_attachment_read_output_async:
 * @self: an attachment that has not been read
 * @handler: receives the output; copied, its user_data must live until @callback
 * @cancellable: (nullable): cancelling drops the rest of the output and closes the connection; the
 *   process goes on
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Reads the output to its end. A slow handler does not stall the process: see #CddOutputHandler.
 *
 * Since: 0.1
 */
CDD_API void cdd_attachment_read_output_async(CddAttachment *self,
                                              const CddOutputHandler *handler,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

/**
 * cdd_attachment_read_output_finish:
 * @self: an attachment
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_PROTOCOL, %CDD_ERROR_DAEMON_NOT_ACCESSIBLE if the connection
 *   broke, %CDD_ERROR_FAILED if the engine reported an error in the stream
 *
 * Finishes cdd_attachment_read_output_async().
 *
 * Returns: whether the output has been read to its end
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_attachment_read_output_finish(CddAttachment *self,
                                                   GAsyncResult *result,
                                                   GError **error);

/**
 * cdd_service_attach_container_async:
 * @self: a service
 * @container: a container's id or name
 * @with_stdin: whether to attach standard input too; the container needs
 *   #CddContainerSpec.open_stdin
 * @cancellable: (nullable): cancelling leaves the container as it is
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Attaches to the streams of a container (`POST /containers/{id}/attach`): earlier output is not
 * repeated, so attach before the container is started.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_attach_container_async(CddService *self,
                                                const char *container,
                                                gboolean with_stdin,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);

/**
 * cdd_service_attach_container_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_CONFLICT if the container is paused
 *
 * Finishes cdd_service_attach_container_async().
 *
 * Returns: (transfer full): the container's streams, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddAttachment *
cdd_service_attach_container_finish(CddService *self, GAsyncResult *result, GError **error);

G_END_DECLS

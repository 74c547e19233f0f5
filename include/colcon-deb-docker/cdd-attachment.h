/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddAttachment:
 *
 * The standard streams of a process in a container, over a connection of their own. Dropping it
 * closes them; the process goes on, unless its standard input was opened for one attachment only
 * (#CddContainerSpec.open_stdin) and it ends at the end of that.
 */
#define CDD_TYPE_ATTACHMENT (cdd_attachment_get_type())
CDD_API G_DECLARE_FINAL_TYPE(CddAttachment, cdd_attachment, CDD, ATTACHMENT, GObject)

/**
 * cdd_attachment_get_id:
 * @self: an attachment
 *
 * Returns: (transfer none): the container, as it was named, or the id of the exec
 */
CDD_API const char *cdd_attachment_get_id(CddAttachment *self);

/**
 * cdd_attachment_get_stdin:
 * @self: an attachment
 *
 * What is written here the process reads. Closing it closes the standard input alone; output goes
 * on. A terminal has no such end: there the process is told by a character, usually Ctrl-D.
 *
 * Returns: (transfer none) (nullable): the process's standard input; %NULL if it is not attached
 */
CDD_API GOutputStream *cdd_attachment_get_stdin(CddAttachment *self);

/**
 * cdd_attachment_read_output_async:
 * @self: an attachment that has not been read
 * @handler: gets the output; copied, its user_data must live until @callback
 * @cancellable: (nullable): drops the rest of the output and closes the connection; the process
 *   goes on
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Reads all output to its end. A handler that is slow stalls nothing: see #CddOutputHandler.
 */
CDD_API void cdd_attachment_read_output_async(CddAttachment *self,
                                              const CddOutputHandler *handler,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

/**
 * cdd_attachment_read_output_finish:
 * @self: an attachment
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_PROTOCOL, %CDD_ERROR_DAEMON_NOT_ACCESSIBLE when the
 *   connection broke, %CDD_ERROR_FAILED when the engine reports an error in the stream
 *
 * Ends cdd_attachment_read_output_async().
 *
 * Returns: whether the output has been read to its end
 */
CDD_API gboolean cdd_attachment_read_output_finish(CddAttachment *self,
                                                   GAsyncResult *result,
                                                   GError **error);

/**
 * cdd_service_attach_container_async:
 * @self: a service
 * @container: a container's id or name
 * @with_stdin: whether its standard input is wanted too; it must have been made with
 *   #CddContainerSpec.open_stdin
 * @cancellable: (nullable): leaves the container as it is
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Attaches to the streams of a container (`POST /containers/{id}/attach`): to miss nothing, before
 * it is started. What it wrote before is not repeated.
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
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_CONFLICT when it is paused
 *
 * Ends cdd_service_attach_container_async().
 *
 * Returns: (transfer full): its streams, or %NULL
 */
CDD_API CddAttachment *
cdd_service_attach_container_finish(CddService *self, GAsyncResult *result, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddLogsOptions:
 * @follow: whether to go on with what is yet to come, to the container's end
 * @no_stdout: whether standard output is left out
 * @no_stderr: whether standard error is left out
 * @timestamps: whether each line begins with when it was written (RFC 3339) and a space
 * @since: only what was written since then, in seconds since 1970; 0 for all
 * @until: only what was written before then; 0 for all
 * @tail: only so many of the last lines; 0 for all, -1 for none, which is of use with @follow
 *
 * Which part of a log is wanted. All zero means all that there is.
 */
typedef struct {
    gboolean follow;
    gboolean no_stdout;
    gboolean no_stderr;
    gboolean timestamps;
    gint64 since;
    gint64 until;
    int tail;
} CddLogsOptions;

#define CDD_TYPE_LOGS_OPTIONS (cdd_logs_options_get_type())
CDD_API GType cdd_logs_options_get_type(void);

/**
 * cdd_service_read_container_logs_async:
 * @self: a service
 * @container: a container
 * @options: (nullable): which part
 * @handler: gets the log; copied, its user_data must live until @callback
 * @cancellable: (nullable): stops reading; the container goes on
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Reads what a container has written (`GET /containers/{id}/logs`). Its log driver must be one that
 * can be read, `json-file`, `local` or `journald`: not `none`, the default of #CddContainerSpec.
 * The log of a container of which no byte may be missed is no substitute for attaching to it: the
 * engine may lose the end of a line that was not ended. #CddConfig.operation_timeout does not
 * bound it when it follows.
 */
CDD_API void cdd_service_read_container_logs_async(CddService *self,
                                                   const char *container,
                                                   const CddLogsOptions *options,
                                                   const CddOutputHandler *handler,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);

/**
 * cdd_service_read_container_logs_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, %CDD_ERROR_INCOMPATIBLE or %CDD_ERROR_FAILED when
 * the log cannot be read
 *
 * Ends cdd_service_read_container_logs_async().
 *
 * Returns: whether the log has been read to its end
 */
CDD_API gboolean cdd_service_read_container_logs_finish(CddService *self,
                                                        GAsyncResult *result,
                                                        GError **error);

G_END_DECLS

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddLogsOptions:
 * @follow: whether to wait for new output until the container ends
 * @no_stdout: whether to omit standard output
 * @no_stderr: whether to omit standard error
 * @timestamps: whether each line begins with its time (RFC 3339) and a space
 * @since: omit output before this time, in microseconds since 1970; 0 for no limit
 * @until: omit output after this time, in microseconds since 1970; 0 for no limit
 * @tail: number of last lines to read; 0 for all; -1 for none, useful with @follow
 *
 * Selects a part of a log. All zero means the whole log so far.
 *
 * Since: 0.1
 */
typedef struct {
    gboolean follow;
    gboolean no_stdout;
    gboolean no_stderr;
    gboolean timestamps;
    gint64 since;
    gint64 until;
    int tail;
    /*< private >*/
    gpointer reserved[8];
} CddLogsOptions;

#define CDD_TYPE_LOGS_OPTIONS (cdd_logs_options_get_type())
CDD_API GType cdd_logs_options_get_type(void);

/**
 * cdd_logs_options_copy:
 * @options: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddLogsOptions *cdd_logs_options_copy(const CddLogsOptions *options);

/**
 * cdd_logs_options_free:
 * @options: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_logs_options_free(CddLogsOptions *options);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddLogsOptions, cdd_logs_options_free)

/**
 * cdd_service_read_container_logs_async:
 * @self: a service
 * @container: a container
 * @options: (nullable): the part of the log to read
 * @handler: receives the log; copied, its user_data must live until @callback
 * @cancellable: (nullable): cancelling stops reading; the container goes on
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Reads the log of a container (`GET /containers/{id}/logs`). The container needs a log driver that
 * can be read: `json-file`, `local` or `journald`, but not `none`, the default of
 * #CddContainerSpec. The engine may lose the end of an unfinished line, so attach to the container
 * if every byte matters. With #CddLogsOptions.follow, #CddConfig.operation_timeout has no effect.
 *
 * Since: 0.1
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
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, %CDD_ERROR_INCOMPATIBLE or %CDD_ERROR_FAILED if
 *   the log cannot be read
 *
 * Finishes cdd_service_read_container_logs_async().
 *
 * Returns: whether the log was read to its end
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_read_container_logs_finish(CddService *self,
                                                        GAsyncResult *result,
                                                        GError **error);

G_END_DECLS

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddContainerResult:
 * @id: the container's id; it has been removed
 * @exit_code: the exit code of its process; 128 + N when signal N ended it
 * @log_tail: the last lines it wrote, at most 4 KiB, without control characters
 *
 * How a container ended.
 */
typedef struct {
    char *id;
    gint64 exit_code;
    char *log_tail;
} CddContainerResult;

#define CDD_TYPE_CONTAINER_RESULT (cdd_container_result_get_type())
CDD_API GType cdd_container_result_get_type(void);

/**
 * cdd_container_result_check:
 * @result: a result
 * @error: return location
 *
 * Turns an exit code other than 0 into a %CDD_ERROR_CONTAINER_FAILED that carries the code and
 * the last lines of output.
 *
 * Returns: whether the exit code is 0
 */
CDD_API gboolean cdd_container_result_check(const CddContainerResult *result, GError **error);

/**
 * cdd_container_result_copy:
 * @result: a result
 *
 * Returns: (transfer full): a copy
 */
CDD_API CddContainerResult *cdd_container_result_copy(const CddContainerResult *result);

/**
 * cdd_container_result_free:
 * @result: (transfer full) (nullable): a result
 */
CDD_API void cdd_container_result_free(CddContainerResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContainerResult, cdd_container_result_free)

/**
 * cdd_service_run_container_async:
 * @self: a service
 * @spec: what to run; copied
 * @handler: (nullable): gets the output; copied, its user_data must live until @callback
 * @cancellable: (nullable): stops the container (the end of a held input and SIGTERM, then SIGKILL
 *   after #CddContainerSpec.stop_timeout) and removes it. @callback comes when it is gone, or after
 * a bounded time if the engine does not answer any more.
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Creates a container, runs it to its end and removes it. Output and exit are watched before it
 * starts, so that not a byte is lost of one that ends at once. The image must be on the engine.
 */
CDD_API void cdd_service_run_container_async(CddService *self,
                                             const CddContainerSpec *spec,
                                             const CddOutputHandler *handler,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

/**
 * cdd_service_run_container_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC, %CDD_ERROR_IMAGE_NOT_FOUND, %CDD_ERROR_CONFLICT
 *   for a name that is taken, %CDD_ERROR_DAEMON_NOT_ACCESSIBLE when the engine goes away
 *
 * Ends cdd_service_run_container_async().
 *
 * Returns: (transfer full): how the container ended, whatever its exit code; %NULL if that is not
 *   known
 */
CDD_API CddContainerResult *
cdd_service_run_container_finish(CddService *self, GAsyncResult *result, GError **error);

G_END_DECLS

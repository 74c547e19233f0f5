/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddContainerResult:
 * @id: the container's id; the container has been removed
 * @exit_code: the exit code of its process; 128 + N if signal N ended it
 * @log_tail: the last lines of output, at most 4 KiB, without control characters
 *
 * The result of a container run.
 *
 * Since: 0.1
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
 * Turns a nonzero exit code into a %CDD_ERROR_CONTAINER_FAILED with the code and the last lines of
 * output.
 *
 * Returns: whether the exit code is 0
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_container_result_check(const CddContainerResult *result, GError **error);

/**
 * cdd_container_result_copy:
 * @result: a result
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddContainerResult *cdd_container_result_copy(const CddContainerResult *result);

/**
 * cdd_container_result_free:
 * @result: (transfer full) (nullable): a result
 *
 * Since: 0.1
 */
CDD_API void cdd_container_result_free(CddContainerResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContainerResult, cdd_container_result_free)

/**
 * cdd_service_run_container_async:
 * @self: a service
 * @spec: the container to run; copied
 * @handler: (nullable): receives the output; copied, its user_data must live until @callback
 * @cancellable: (nullable): cancelling stops and removes the container: its open input is closed
 *   and SIGTERM is sent, then SIGKILL after #CddContainerSpec.stop_timeout. @callback is called
 *   when the container is gone, or after a bounded time if the engine no longer answers.
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Creates a container, runs it to its end and removes it. Output and exit are watched before the
 * container starts, so no byte is lost even if it ends at once. The image must be on the engine.
 *
 * Since: 0.1
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
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC, %CDD_ERROR_IMAGE_NOT_FOUND, %CDD_ERROR_CONFLICT
 *   for a name that is taken, %CDD_ERROR_DAEMON_NOT_ACCESSIBLE if the connection to the engine is
 *   lost
 *
 * Finishes cdd_service_run_container_async().
 *
 * Returns: (transfer full): the result, whatever the exit code; %NULL if the result is unknown
 *
 * Since: 0.1
 */
CDD_API CddContainerResult *
cdd_service_run_container_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_run_created_container_async:
 * @self: a service
 * @container: a container that was created from @spec with #CddContainerSpec.auto_remove, and that
 *   may run already
 * @spec: what it was created from; copied
 * @handler: (nullable): receives the output; copied, its user_data must live until @callback
 * @cancellable: (nullable): as for cdd_service_run_container_async(); also before the start the
 *   container is removed
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Does what cdd_service_run_container_async() does after it has created the container: for a caller
 * that does something else with it first, such as copying files into it. If the container runs, its
 * earlier output is not repeated, and Podman may never pass on input that comes so late.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_run_created_container_async(CddService *self,
                                                     const char *container,
                                                     const CddContainerSpec *spec,
                                                     const CddOutputHandler *handler,
                                                     GCancellable *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer user_data);

/**
 * cdd_service_run_created_container_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, %CDD_ERROR_CONFLICT if the container is paused,
 *   %CDD_ERROR_DAEMON_NOT_ACCESSIBLE if the connection to the engine is lost
 *
 * Finishes cdd_service_run_created_container_async().
 *
 * Returns: (transfer full): the result, whatever the exit code; %NULL if the result is unknown
 *
 * Since: 0.1
 */
CDD_API CddContainerResult *
cdd_service_run_created_container_finish(CddService *self, GAsyncResult *result, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddContainerStats:
 * @cpu_time: processor time used, in nanoseconds, as the kernel counts it
 * @system_cpu_time: processor time of the engine's machine over all processors, in nanoseconds; 0
 *   if unknown
 * @n_cpus: number of processors that the container may use
 * @memory: bytes of memory used, without reclaimable page cache
 * @memory_limit: bytes of memory that the container may use
 * @n_processes: number of processes and threads
 * @received: bytes received over its networks
 * @sent: bytes sent over its networks
 * @read: bytes read from disks
 * @written: bytes written to disks
 * @cpu_percent: processor use since the previous report; 100 means one busy processor; 0 in the
 *   first report
 *
 * The resource use of a container, computed like `docker stats`. A value that the engine omits is
 * 0.
 *
 * Since: 0.1
 */
typedef struct {
    guint64 cpu_time;
    guint64 system_cpu_time;
    guint n_cpus;
    guint64 memory;
    guint64 memory_limit;
    guint64 n_processes;
    guint64 received;
    guint64 sent;
    guint64 read;
    guint64 written;
    double cpu_percent;
} CddContainerStats;

#define CDD_TYPE_CONTAINER_STATS (cdd_container_stats_get_type())
CDD_API GType cdd_container_stats_get_type(void);

/**
 * cdd_container_stats_copy:
 * @stats: the resource use of a container
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddContainerStats *cdd_container_stats_copy(const CddContainerStats *stats);

/**
 * cdd_container_stats_free:
 * @stats: (transfer full) (nullable): the resource use of a container
 *
 * Since: 0.1
 */
CDD_API void cdd_container_stats_free(CddContainerStats *stats);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContainerStats, cdd_container_stats_free)

/**
 * CddStatsFunc:
 * @stats: the current resource use; valid during the call only
 * @user_data: the data that was registered with the function
 *
 * Receives a report about every second.
 *
 * Since: 0.1
 */
typedef void (*CddStatsFunc)(const CddContainerStats *stats, gpointer user_data);

/**
 * CddStatsHandler:
 *
 * A #CddStatsFunc with its data, for language bindings. In C, pass the function itself.
 *
 * Since: 0.1
 */
typedef struct CddStatsHandler CddStatsHandler;

#define CDD_TYPE_STATS_HANDLER (cdd_stats_handler_get_type())
CDD_API GType cdd_stats_handler_get_type(void);

/**
 * cdd_stats_handler_new:
 * @func: (scope notified) (closure user_data) (destroy free_user_data): receives each report
 * @user_data: passed to @func
 * @free_user_data: (nullable): frees @user_data
 *
 * Returns: (transfer full): a handler; release it with cdd_stats_handler_unref()
 *
 * Since: 0.1
 */
CDD_API CddStatsHandler *
cdd_stats_handler_new(CddStatsFunc func, gpointer user_data, GDestroyNotify free_user_data);

/**
 * cdd_stats_handler_ref:
 * @self: a handler
 *
 * Returns: (transfer full): a new reference to the handler
 *
 * Since: 0.1
 */
CDD_API CddStatsHandler *cdd_stats_handler_ref(CddStatsHandler *self);

/**
 * cdd_stats_handler_unref:
 * @self: (transfer full): a handler
 *
 * Drops a reference. The last one frees the handler and its data.
 *
 * Since: 0.1
 */
CDD_API void cdd_stats_handler_unref(CddStatsHandler *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddStatsHandler, cdd_stats_handler_unref)

/**
 * cdd_service_get_container_stats_async:
 * @self: a service
 * @container: a container
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Gets the resource use of a container once (`GET /containers/{id}/stats?stream=0`). The engine
 * measures for one or two seconds before it answers.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_get_container_stats_async(CddService *self,
                                                   const char *container,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);

/**
 * cdd_service_get_container_stats_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Finishes cdd_service_get_container_stats_async().
 *
 * Returns: (transfer full): the resource use, all 0 if the container does not run; or %NULL
 *
 * Since: 0.1
 */
CDD_API CddContainerStats *
cdd_service_get_container_stats_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_watch_container_stats_async:
 * @self: a service
 * @container: a container
 * @func: (scope notified) (closure func_data) (destroy free_func_data): receives each report
 * @func_data: passed to @func
 * @free_func_data: (nullable): frees @func_data after the last report
 * @cancellable: (nullable): ends the reports; the only way to end them early
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Reports the resource use of a container (`GET /containers/{id}/stats`) until the container is
 * removed or the call is cancelled. #CddConfig.operation_timeout has no effect.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_watch_container_stats_async(CddService *self,
                                                     const char *container,
                                                     CddStatsFunc func,
                                                     gpointer func_data,
                                                     GDestroyNotify free_func_data,
                                                     GCancellable *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer user_data);

/**
 * cdd_service_watch_stats_with_handler_async: (rename-to cdd_service_watch_container_stats_async)
 * @self: a service
 * @container: a container
 * @handler: receives each report
 * @cancellable: (nullable): ends the reports; the only way to end them early
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Like cdd_service_watch_container_stats_async(), for language bindings: there, it has that name
 * and takes a handler. cdd_service_watch_container_stats_finish() finishes it.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_watch_stats_with_handler_async(CddService *self,
                                                        const char *container,
                                                        CddStatsHandler *handler,
                                                        GCancellable *cancellable,
                                                        GAsyncReadyCallback callback,
                                                        gpointer user_data);

/**
 * cdd_service_watch_container_stats_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Finishes cdd_service_watch_container_stats_async().
 *
 * Returns: whether the engine ended the reports
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_watch_container_stats_finish(CddService *self,
                                                          GAsyncResult *result,
                                                          GError **error);

G_END_DECLS

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddContainerStats:
 * @cpu_time: processor time that it has used, in nanoseconds
 * @system_cpu_time: processor time of the engine's machine, in nanoseconds, over all processors; 0
 *   when the engine does not say
 * @n_cpus: processors that it may use
 * @memory: bytes of memory that it uses, without the page cache that can be dropped
 * @memory_limit: bytes that it may use
 * @n_processes: processes and threads
 * @received: bytes that came over its networks
 * @sent: bytes that went
 * @read: bytes that were read from disks
 * @written: bytes that were written to them
 * @cpu_percent: share of one processor that it had since the report before, 100 for one that is
 *   always busy; 0 in a first report
 *
 * What a container uses, as docker stats computes it. What an engine leaves out is 0.
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
 * @stats: what a container uses
 *
 * Returns: (transfer full): a copy
 */
CDD_API CddContainerStats *cdd_container_stats_copy(const CddContainerStats *stats);

/**
 * cdd_container_stats_free:
 * @stats: (transfer full) (nullable): what a container uses
 */
CDD_API void cdd_container_stats_free(CddContainerStats *stats);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContainerStats, cdd_container_stats_free)

/**
 * CddStatsFunc:
 * @stats: what it uses now; valid during the call only
 * @user_data: what was given with the function
 *
 * Gets a report about every second.
 */
typedef void (*CddStatsFunc)(const CddContainerStats *stats, gpointer user_data);

/**
 * cdd_service_get_container_stats_async:
 * @self: a service
 * @container: a container
 * @cancellable: (nullable): leaves nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Asks once what a container uses (`GET /containers/{id}/stats?stream=0`). An engine measures for a
 * second or two before it answers.
 */
CDD_API void cdd_service_get_container_stats_async(CddService *self,
                                                   const char *container,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);

/**
 * cdd_service_get_container_stats_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Ends cdd_service_get_container_stats_async().
 *
 * Returns: (transfer full): what it uses; all 0 for one that does not run; or %NULL
 */
CDD_API CddContainerStats *
cdd_service_get_container_stats_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_watch_container_stats_async:
 * @self: a service
 * @container: a container
 * @func: (scope notified) (closure func_data) (destroy free_func_data): gets each report
 * @func_data: passed to @func
 * @free_func_data: (nullable): frees @func_data after the last report
 * @cancellable: (nullable): ends the reports, and is how to end them
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Reports what a container uses (`GET /containers/{id}/stats`) until it is removed or this is
 * cancelled. #CddConfig.operation_timeout does not bound it.
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
 * cdd_service_watch_container_stats_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Ends cdd_service_watch_container_stats_async().
 *
 * Returns: whether the engine ended the reports
 */
CDD_API gboolean cdd_service_watch_container_stats_finish(CddService *self,
                                                          GAsyncResult *result,
                                                          GError **error);

G_END_DECLS

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddContainerInfo:
 * @id: its id
 * @name: its name, without the slash that the engine puts before it
 * @image: the image, as it was named when the container was made
 * @image_id: the image's id
 * @status: `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`
 * @running: whether its process runs, paused or not
 * @paused: whether it is frozen
 * @oom_killed: whether the kernel killed a process of it for want of memory
 * @exit_code: of its last run; 0 also for one that never ran
 * @pid: its first process on the engine's machine; 0 when it does not run
 * @tty: whether its standard streams are a terminal
 * @error: why it could not be started; else empty
 * @created_at: when it was made, as the engine writes it (RFC 3339)
 * @started_at: when it was last started
 * @finished_at: when it last ended
 * @labels: (array zero-terminated=1): `name=value` entries, in the order of their names
 * @json: the engine's whole answer
 *
 * What an engine knows of a container (`GET /containers/{id}/json`).
 */
typedef struct {
    char *id;
    char *name;
    char *image;
    char *image_id;
    char *status;
    gboolean running;
    gboolean paused;
    gboolean oom_killed;
    gint64 exit_code;
    gint64 pid;
    gboolean tty;
    char *error;
    char *created_at;
    char *started_at;
    char *finished_at;
    char **labels;
    char *json;
} CddContainerInfo;

#define CDD_TYPE_CONTAINER_INFO (cdd_container_info_get_type())
CDD_API GType cdd_container_info_get_type(void);

/**
 * cdd_container_info_copy:
 * @info: what an engine knows of a container
 *
 * Returns: (transfer full): a copy
 */
CDD_API CddContainerInfo *cdd_container_info_copy(const CddContainerInfo *info);

/**
 * cdd_container_info_free:
 * @info: (transfer full) (nullable): what an engine knows of a container
 */
CDD_API void cdd_container_info_free(CddContainerInfo *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContainerInfo, cdd_container_info_free)

/**
 * cdd_service_inspect_container_async:
 * @self: a service
 * @container: a container
 * @cancellable: (nullable): leaves nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Asks what the engine knows of a container (`GET /containers/{id}/json`).
 */
CDD_API void cdd_service_inspect_container_async(CddService *self,
                                                 const char *container,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback,
                                                 gpointer user_data);

/**
 * cdd_service_inspect_container_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Ends cdd_service_inspect_container_async().
 *
 * Returns: (transfer full): what it knows, or %NULL
 */
CDD_API CddContainerInfo *
cdd_service_inspect_container_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * CddContainerSummary:
 * @id: its id
 * @names: (array zero-terminated=1): its names, without the slash before them
 * @image: the image, as it was named when the container was made
 * @image_id: the image's id
 * @status: as #CddContainerInfo.status
 * @description: the same for people, e.g. `Up 3 minutes`
 * @created_at: when it was made, in seconds since 1970
 * @labels: (array zero-terminated=1): `name=value` entries, in the order of their names
 *
 * A container in a list.
 */
typedef struct {
    char *id;
    char **names;
    char *image;
    char *image_id;
    char *status;
    char *description;
    gint64 created_at;
    char **labels;
} CddContainerSummary;

#define CDD_TYPE_CONTAINER_SUMMARY (cdd_container_summary_get_type())
CDD_API GType cdd_container_summary_get_type(void);

/**
 * cdd_container_summary_copy:
 * @summary: a container in a list
 *
 * Returns: (transfer full): a copy
 */
CDD_API CddContainerSummary *cdd_container_summary_copy(const CddContainerSummary *summary);

/**
 * cdd_container_summary_free:
 * @summary: (transfer full) (nullable): a container in a list
 */
CDD_API void cdd_container_summary_free(CddContainerSummary *summary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContainerSummary, cdd_container_summary_free)

/**
 * cdd_service_list_containers_async:
 * @self: a service
 * @all: whether those that do not run are wanted too
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b`,
 *   `status=exited`, `ancestor=debian`; a value of each name has to match
 * @cancellable: (nullable): leaves nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Lists containers, the newest first (`GET /containers/json`).
 */
CDD_API void cdd_service_list_containers_async(CddService *self,
                                               gboolean all,
                                               const char *const *filters,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);

/**
 * cdd_service_list_containers_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for a filter that the engine does not know
 *
 * Ends cdd_service_list_containers_async().
 *
 * Returns: (transfer container) (element-type CddContainerSummary): the containers, or %NULL
 */
CDD_API GPtrArray *
cdd_service_list_containers_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * CddProcessTable:
 * @titles: (array zero-terminated=1): what the columns are
 * @processes: (element-type GStrv): a row each, with as many cells as there are titles
 *
 * The processes of a container, as ps(1) shows them.
 */
typedef struct {
    char **titles;
    GPtrArray *processes;
} CddProcessTable;

#define CDD_TYPE_PROCESS_TABLE (cdd_process_table_get_type())
CDD_API GType cdd_process_table_get_type(void);

/**
 * cdd_process_table_copy:
 * @table: the processes of a container
 *
 * Returns: (transfer full): a copy
 */
CDD_API CddProcessTable *cdd_process_table_copy(const CddProcessTable *table);

/**
 * cdd_process_table_free:
 * @table: (transfer full) (nullable): the processes of a container
 */
CDD_API void cdd_process_table_free(CddProcessTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddProcessTable, cdd_process_table_free)

/**
 * cdd_service_get_container_processes_async:
 * @self: a service
 * @container: a container
 * @ps_args: (nullable): arguments for ps(1) on the engine's machine; %NULL for `-ef`
 * @cancellable: (nullable): leaves nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Lists the processes of a container (`GET /containers/{id}/top`).
 */
CDD_API void cdd_service_get_container_processes_async(CddService *self,
                                                       const char *container,
                                                       const char *ps_args,
                                                       GCancellable *cancellable,
                                                       GAsyncReadyCallback callback,
                                                       gpointer user_data);

/**
 * cdd_service_get_container_processes_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_CONFLICT when it does not run
 *
 * Ends cdd_service_get_container_processes_async().
 *
 * Returns: (transfer full): its processes, or %NULL
 */
CDD_API CddProcessTable *
cdd_service_get_container_processes_finish(CddService *self, GAsyncResult *result, GError **error);

G_END_DECLS

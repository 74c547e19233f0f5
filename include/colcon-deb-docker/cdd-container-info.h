/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-container-network.h>
#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddContainerInfo:
 * @id: its id
 * @name: its name, without the engine's leading slash
 * @image: the image name or id that the container was created with
 * @image_id: the image's id
 * @status: `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`
 * @running: whether its process runs, paused or not
 * @paused: whether it is frozen
 * @oom_killed: whether the kernel killed one of its processes because memory ran out
 * @exit_code: exit code of its last run; 0 if it never ran
 * @pid: process id of its first process on the engine's machine; 0 if it does not run
 * @tty: whether its standard streams are a terminal
 * @error: the reason if it could not be started; else empty
 * @created_at: creation time (RFC 3339), as the engine reports it
 * @started_at: time of the last start (RFC 3339)
 * @finished_at: time of the last end (RFC 3339)
 * @labels: (array zero-terminated=1): `name=value` entries, sorted by name
 * @ports: (element-type CddPortBinding): its published ports while it runs, with the ports that the
 *   engine chose: an element for each port and each address of the engine's machine
 * @health: (nullable): `starting`, `healthy` or `unhealthy`; %NULL if its health is not checked
 * @json: the engine's complete answer
 *
 * Details of a container (`GET /containers/{id}/json`).
 *
 * Since: 0.1
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
    GPtrArray *ports;
    char *health;
    char *json;
} CddContainerInfo;

#define CDD_TYPE_CONTAINER_INFO (cdd_container_info_get_type())
CDD_API GType cdd_container_info_get_type(void);

/**
 * cdd_container_info_copy:
 * @info: details of a container
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddContainerInfo *cdd_container_info_copy(const CddContainerInfo *info);

/**
 * cdd_container_info_free:
 * @info: (transfer full) (nullable): details of a container
 *
 * Since: 0.1
 */
CDD_API void cdd_container_info_free(CddContainerInfo *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContainerInfo, cdd_container_info_free)

/**
 * cdd_service_inspect_container_async:
 * @self: a service
 * @container: a container
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Gets the details of a container (`GET /containers/{id}/json`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_inspect_container_async(CddService *self,
                                                 const char *container,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback,
                                                 gpointer user_data);

/**
 * cdd_service_inspect_container_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Finishes cdd_service_inspect_container_async().
 *
 * Returns: (transfer full): the details, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddContainerInfo *
cdd_service_inspect_container_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * CddContainerSummary:
 * @id: its id
 * @names: (array zero-terminated=1): its names, without leading slashes
 * @image: the image name or id that the container was created with
 * @image_id: the image's id
 * @status: as #CddContainerInfo.status
 * @description: readable status, e.g. `Up 3 minutes`
 * @created_at: creation time, in microseconds since 1970
 * @labels: (array zero-terminated=1): `name=value` entries, sorted by name
 *
 * A container in a list.
 *
 * Since: 0.1
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
 *
 * Since: 0.1
 */
CDD_API CddContainerSummary *cdd_container_summary_copy(const CddContainerSummary *summary);

/**
 * cdd_container_summary_free:
 * @summary: (transfer full) (nullable): a container in a list
 *
 * Since: 0.1
 */
CDD_API void cdd_container_summary_free(CddContainerSummary *summary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContainerSummary, cdd_container_summary_free)

/**
 * cdd_service_list_containers_async:
 * @self: a service
 * @all: whether to include containers that do not run
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b`,
 *   `status=exited`, `ancestor=debian`; several values of one name mean any of them; every name
 *   must match
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Lists containers, newest first (`GET /containers/json`).
 *
 * Since: 0.1
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
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter
 *
 * Finishes cdd_service_list_containers_async().
 *
 * Returns: (transfer container) (element-type CddContainerSummary): the containers, or %NULL
 *
 * Since: 0.1
 */
CDD_API GPtrArray *
cdd_service_list_containers_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * CddProcessTable:
 * @titles: (array zero-terminated=1): the titles of the columns
 * @processes: (element-type GStrv): one row for each process, with one cell for each title
 *
 * The processes of a container, as ps(1) shows them.
 *
 * Since: 0.1
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
 *
 * Since: 0.1
 */
CDD_API CddProcessTable *cdd_process_table_copy(const CddProcessTable *table);

/**
 * cdd_process_table_free:
 * @table: (transfer full) (nullable): the processes of a container
 *
 * Since: 0.1
 */
CDD_API void cdd_process_table_free(CddProcessTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddProcessTable, cdd_process_table_free)

/**
 * cdd_service_get_container_processes_async:
 * @self: a service
 * @container: a container
 * @ps_args: (nullable): arguments for ps(1) on the engine's machine; %NULL for `-ef`
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Lists the processes of a container (`GET /containers/{id}/top`).
 *
 * Since: 0.1
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
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_CONFLICT if the container does not
 *   run
 *
 * Finishes cdd_service_get_container_processes_async().
 *
 * Returns: (transfer full): its processes, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddProcessTable *
cdd_service_get_container_processes_finish(CddService *self, GAsyncResult *result, GError **error);

G_END_DECLS

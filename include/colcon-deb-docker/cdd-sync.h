/* SPDX-License-Identifier: Apache-2.0 */
/* Written by tools/sync-calls.py. */
#pragma once

#include <colcon-deb-docker/cdd-architecture.h>
#include <colcon-deb-docker/cdd-archive.h>
#include <colcon-deb-docker/cdd-build-context.h>
#include <colcon-deb-docker/cdd-container-changes.h>
#include <colcon-deb-docker/cdd-container-info.h>
#include <colcon-deb-docker/cdd-container-logs.h>
#include <colcon-deb-docker/cdd-container-stats.h>
#include <colcon-deb-docker/cdd-container.h>
#include <colcon-deb-docker/cdd-exec.h>
#include <colcon-deb-docker/cdd-image-build.h>
#include <colcon-deb-docker/cdd-image.h>
#include <colcon-deb-docker/cdd-network.h>
#include <colcon-deb-docker/cdd-registry.h>
#include <colcon-deb-docker/cdd-request.h>
#include <colcon-deb-docker/cdd-run.h>
#include <colcon-deb-docker/cdd-service.h>
#include <colcon-deb-docker/cdd-system.h>
#include <colcon-deb-docker/cdd-volume.h>

G_BEGIN_DECLS

/**
 * cdd_check_architecture_compatibility_sync:
 * @service: the engine
 * @image: a reference or an id of an image that the engine has
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location
 *
 * Like cdd_check_architecture_compatibility_async(), but blocks until the end.
 *
 * Returns: (transfer full): the answer, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddArchitectureInfo *cdd_check_architecture_compatibility_sync(CddService *service,
                                                                       const char *image,
                                                                       GCancellable *cancellable,
                                                                       GError **error);

/**
 * cdd_service_stat_path_sync:
 * @self: a service
 * @container: a container, running or not
 * @path: an absolute path in the container
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_NOT_FOUND if the container or the path does not exist
 *
 * Like cdd_service_stat_path_async(), but blocks until the end.
 *
 * Returns: (transfer full): the description, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddPathStat *cdd_service_stat_path_sync(CddService *self,
                                                const char *container,
                                                const char *path,
                                                GCancellable *cancellable,
                                                GError **error);

/**
 * cdd_service_put_archive_sync:
 * @self: a service
 * @container: a container, running or not
 * @directory: an existing directory in the container
 * @archive: a tar archive, plain or compressed by gzip, bzip2, xz or zstd; read to its end, not
 *   closed
 * @cancellable: (nullable): cancelling leaves the files unpacked so far in the container
 * @error: return location; %CDD_ERROR_NOT_FOUND, %CDD_ERROR_INVALID_SPEC if the path is not a
 *   directory, %CDD_ERROR_UNAUTHORIZED if it is read-only, or the error of reading @archive
 *
 * Like cdd_service_put_archive_async(), but blocks until the end.
 *
 * Returns: whether the whole archive was unpacked
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_put_archive_sync(CddService *self,
                                              const char *container,
                                              const char *directory,
                                              GInputStream *archive,
                                              GCancellable *cancellable,
                                              GError **error);

/**
 * cdd_service_get_archive_sync:
 * @self: a service
 * @container: a container, running or not
 * @path: a path in the container
 * @archive: receives a tar archive whose names begin with the last component of @path; not closed
 * @cancellable: (nullable): cancelling leaves @archive incomplete
 * @error: return location; %CDD_ERROR_NOT_FOUND, or the error of writing @archive
 *
 * Like cdd_service_get_archive_async(), but blocks until the end.
 *
 * Returns: whether the whole archive was written
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_get_archive_sync(CddService *self,
                                              const char *container,
                                              const char *path,
                                              GOutputStream *archive,
                                              GCancellable *cancellable,
                                              GError **error);

/**
 * cdd_service_copy_to_container_sync:
 * @self: a service
 * @host_path: (type filename): a file or directory of this machine; a path that ends with `/.`
 *   means the contents of the directory
 * @container: a container, running or not
 * @directory: an existing directory in the container
 * @flags: options
 * @cancellable: (nullable): cancelling leaves the files copied so far in the container
 * @error: return location; as for cdd_service_put_archive_finish(), or %CDD_ERROR_FAILED with the
 *   name of the file that could not be read or changed while it was read, or of @host_path if that
 *   is a socket, a pipe or a device
 *
 * Like cdd_service_copy_to_container_async(), but blocks until the end.
 *
 * Returns: whether everything was copied
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_copy_to_container_sync(CddService *self,
                                                    const char *host_path,
                                                    const char *container,
                                                    const char *directory,
                                                    CddCopyFlags flags,
                                                    GCancellable *cancellable,
                                                    GError **error);

/**
 * cdd_service_copy_from_container_sync:
 * @self: a service
 * @container: a container, running or not
 * @path: a file or directory in the container
 * @host_directory: (type filename): an existing directory of this machine
 * @max_size: maximum size of all files together, in bytes; 0 for no limit
 * @cancellable: (nullable): cancelling leaves the files copied so far
 * @error: return location; as for cdd_service_get_archive_finish(), or %CDD_ERROR_FAILED with the
 *   name of the entry that was refused or could not be written
 *
 * Like cdd_service_copy_from_container_async(), but blocks until the end.
 *
 * Returns: whether everything was copied
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_copy_from_container_sync(CddService *self,
                                                      const char *container,
                                                      const char *path,
                                                      const char *host_directory,
                                                      guint64 max_size,
                                                      GCancellable *cancellable,
                                                      GError **error);

/**
 * cdd_service_build_image_sync:
 * @self: a service
 * @context: what to build; copied
 * @handler: (nullable): receives the output of the steps (on_stdout, on_stderr) and the steps
 *   themselves (on_progress); copied, its user_data must live until the end of the call
 * @cancellable: (nullable): cancelling stops the running steps; finished steps stay in the engine's
 *   cache. An output directory may hold some files; an output tar file is not written
 * @error: return location; %CDD_ERROR_BUILD_FAILED with the last output of the step that failed,
 *   %CDD_ERROR_INVALID_SPEC if the context, an ignore file or the Dockerfile is not valid,
 *   %CDD_ERROR_INCOMPATIBLE if the engine's builder lacks a feature, %CDD_ERROR_FAILED with the
 *   name of the file that could not be read or changed while it was read
 *
 * Like cdd_service_build_image_async(), but blocks until the end.
 *
 * Returns: (transfer full): the image's id, empty if the result was written to an output; or %NULL
 *
 * Since: 0.1
 */
CDD_API char *cdd_service_build_image_sync(CddService *self,
                                           const CddBuildContext *context,
                                           const CddOutputHandler *handler,
                                           GCancellable *cancellable,
                                           GError **error);

/**
 * cdd_service_get_container_changes_sync:
 * @self: a service
 * @container: a container
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Like cdd_service_get_container_changes_async(), but blocks until the end.
 *
 * Returns: (transfer full) (element-type CddFilesystemChange): the changes, or %NULL
 *
 * Since: 0.1
 */
CDD_API GPtrArray *cdd_service_get_container_changes_sync(CddService *self,
                                                          const char *container,
                                                          GCancellable *cancellable,
                                                          GError **error);

/**
 * cdd_service_export_container_sync:
 * @self: a service
 * @container: a container
 * @archive: receives the tar archive; not closed
 * @cancellable: (nullable): cancelling closes the connection; @archive has what had come
 * @error: return location; %CDD_ERROR_NOT_FOUND, or the error of @archive
 *
 * Like cdd_service_export_container_async(), but blocks until the end.
 *
 * Returns: whether the archive is complete
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_export_container_sync(CddService *self,
                                                   const char *container,
                                                   GOutputStream *archive,
                                                   GCancellable *cancellable,
                                                   GError **error);

/**
 * cdd_service_inspect_container_sync:
 * @self: a service
 * @container: a container
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Like cdd_service_inspect_container_async(), but blocks until the end.
 *
 * Returns: (transfer full): the details, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddContainerInfo *cdd_service_inspect_container_sync(CddService *self,
                                                             const char *container,
                                                             GCancellable *cancellable,
                                                             GError **error);

/**
 * cdd_service_list_containers_sync:
 * @self: a service
 * @all: whether to include containers that do not run
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b`,
 *   `status=exited`, `ancestor=debian`; several values of one name mean any of them; every name
 *   must match
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter
 *
 * Like cdd_service_list_containers_async(), but blocks until the end.
 *
 * Returns: (transfer container) (element-type CddContainerSummary): the containers, or %NULL
 *
 * Since: 0.1
 */
CDD_API GPtrArray *cdd_service_list_containers_sync(CddService *self,
                                                    gboolean all,
                                                    const char *const *filters,
                                                    GCancellable *cancellable,
                                                    GError **error);

/**
 * cdd_service_get_container_processes_sync:
 * @self: a service
 * @container: a container
 * @ps_args: (nullable): arguments for ps(1) on the engine's machine; %NULL for `-ef`
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_CONFLICT if the container does not
 *   run
 *
 * Like cdd_service_get_container_processes_async(), but blocks until the end.
 *
 * Returns: (transfer full): its processes, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddProcessTable *cdd_service_get_container_processes_sync(CddService *self,
                                                                  const char *container,
                                                                  const char *ps_args,
                                                                  GCancellable *cancellable,
                                                                  GError **error);

/**
 * cdd_service_read_container_logs_sync:
 * @self: a service
 * @container: a container
 * @options: (nullable): the part of the log to read
 * @handler: receives the log; copied, its user_data must live until the end of the call
 * @cancellable: (nullable): cancelling stops reading; the container goes on
 * @error: return location; %CDD_ERROR_NOT_FOUND, %CDD_ERROR_INCOMPATIBLE or %CDD_ERROR_FAILED if
 *   the log cannot be read
 *
 * Like cdd_service_read_container_logs_async(), but blocks until the end.
 *
 * Returns: whether the log was read to its end
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_read_container_logs_sync(CddService *self,
                                                      const char *container,
                                                      const CddLogsOptions *options,
                                                      const CddOutputHandler *handler,
                                                      GCancellable *cancellable,
                                                      GError **error);

/**
 * cdd_service_get_container_stats_sync:
 * @self: a service
 * @container: a container
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Like cdd_service_get_container_stats_async(), but blocks until the end.
 *
 * Returns: (transfer full): the resource use, all 0 if the container does not run; or %NULL
 *
 * Since: 0.1
 */
CDD_API CddContainerStats *cdd_service_get_container_stats_sync(CddService *self,
                                                                const char *container,
                                                                GCancellable *cancellable,
                                                                GError **error);

/**
 * cdd_service_create_container_sync:
 * @self: a service
 * @spec: the container to create; copied
 * @cancellable: (nullable): cancelling leaves nothing on the engine: a request under way is awaited
 *   and the container removed. The error says so if the removal is in doubt.
 * @error: return location; %CDD_ERROR_INVALID_SPEC, %CDD_ERROR_IMAGE_NOT_FOUND, or
 *   %CDD_ERROR_CONFLICT if the name is taken. If the engine's answer was lost, the message says
 *   that the container may have been created
 *
 * Like cdd_service_create_container_async(), but blocks until the end.
 *
 * Returns: (transfer full): the new container's id, or %NULL
 *
 * Since: 0.1
 */
CDD_API char *cdd_service_create_container_sync(CddService *self,
                                                const CddContainerSpec *spec,
                                                GCancellable *cancellable,
                                                GError **error);

/**
 * cdd_service_start_container_sync:
 * @self: a service
 * @container: a container
 * @cancellable: (nullable): cancelling stops waiting; the engine may still start it
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_FAILED if its command cannot be run
 *
 * Like cdd_service_start_container_async(), but blocks until the end.
 *
 * Returns: whether it was started
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_start_container_sync(CddService *self,
                                                  const char *container,
                                                  GCancellable *cancellable,
                                                  GError **error);

/**
 * cdd_service_stop_container_sync:
 * @self: a service
 * @container: a container
 * @timeout: milliseconds between the stop signal and SIGKILL, rounded up to whole seconds, which
 *   engines count; negative for the container's own #CddContainerSpec.stop_timeout
 * @cancellable: (nullable): cancelling stops waiting; the engine still stops the container
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Like cdd_service_stop_container_async(), but blocks until the end.
 *
 * Returns: whether it has ended
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_stop_container_sync(CddService *self,
                                                 const char *container,
                                                 int timeout,
                                                 GCancellable *cancellable,
                                                 GError **error);

/**
 * cdd_service_restart_container_sync:
 * @self: a service
 * @container: a container
 * @timeout: milliseconds between the stop signal and SIGKILL, rounded up to whole seconds, which
 *   engines count; negative for the container's own #CddContainerSpec.stop_timeout
 * @cancellable: (nullable): cancelling stops waiting; the engine may still carry out the request
 * @error: return location; %CDD_ERROR_NOT_FOUND, or the error of starting it
 *
 * Like cdd_service_restart_container_async(), but blocks until the end.
 *
 * Returns: whether it was started again
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_restart_container_sync(CddService *self,
                                                    const char *container,
                                                    int timeout,
                                                    GCancellable *cancellable,
                                                    GError **error);

/**
 * cdd_service_update_container_sync:
 * @self: a service
 * @container: a container
 * @update: what to change
 * @cancellable: (nullable): cancelling stops waiting; the engine may still carry out the request
 * @error: return location; %CDD_ERROR_NOT_FOUND, %CDD_ERROR_INVALID_SPEC
 *
 * Like cdd_service_update_container_async(), but blocks until the end.
 *
 * Returns: whether it was changed
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_update_container_sync(CddService *self,
                                                   const char *container,
                                                   const CddContainerUpdate *update,
                                                   GCancellable *cancellable,
                                                   GError **error);

/**
 * cdd_service_kill_container_sync:
 * @self: a service
 * @container: a container
 * @signal: (nullable): a signal's name, e.g. `SIGINT`; %NULL for `SIGKILL`
 * @cancellable: (nullable): cancelling stops waiting; the engine may still deliver the signal
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_CONFLICT if the container does not
 *   run
 *
 * Like cdd_service_kill_container_async(), but blocks until the end.
 *
 * Returns: whether the signal was delivered
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_kill_container_sync(CddService *self,
                                                 const char *container,
                                                 const char *signal,
                                                 GCancellable *cancellable,
                                                 GError **error);

/**
 * cdd_service_wait_container_sync:
 * @self: a service
 * @container: a container
 * @condition: what to wait for
 * @cancellable: (nullable): cancelling stops waiting; the container is left as it is
 * @exit_code: (out) (optional): its exit code; 128 + N if signal N ended it
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_FAILED if the engine lost the
 *   container
 *
 * Like cdd_service_wait_container_async(), but blocks until the end.
 *
 * Returns: whether the condition was met
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_wait_container_sync(CddService *self,
                                                 const char *container,
                                                 CddWaitCondition condition,
                                                 GCancellable *cancellable,
                                                 gint64 *exit_code,
                                                 GError **error);

/**
 * cdd_service_wait_container_healthy_sync:
 * @self: a service
 * @container: a container that runs and whose health is checked: #CddContainerSpec.health
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_FAILED with what the last test printed if the container is
 *   unhealthy; %CDD_ERROR_CONFLICT if it does not run; %CDD_ERROR_INVALID_SPEC if its health is not
 *   checked; %CDD_ERROR_NOT_FOUND
 *
 * Like cdd_service_wait_container_healthy_async(), but blocks until the end.
 *
 * Returns: whether it is healthy
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_wait_container_healthy_sync(CddService *self,
                                                         const char *container,
                                                         GCancellable *cancellable,
                                                         GError **error);

/**
 * cdd_service_remove_container_sync:
 * @self: a service
 * @container: a container
 * @flags: options
 * @cancellable: (nullable): cancelling stops waiting; the engine may still remove it
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_CONFLICT if it runs and @flags lack
 *   %CDD_REMOVE_FORCE, or if it is being removed
 *
 * Like cdd_service_remove_container_async(), but blocks until the end.
 *
 * Returns: whether it was removed
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_remove_container_sync(CddService *self,
                                                   const char *container,
                                                   CddRemoveFlags flags,
                                                   GCancellable *cancellable,
                                                   GError **error);

/**
 * cdd_service_rename_container_sync:
 * @self: a service
 * @container: a container
 * @name: its new name
 * @cancellable: (nullable): cancelling stops waiting; the engine may still rename it
 * @error: return location; %CDD_ERROR_NOT_FOUND, %CDD_ERROR_INVALID_SPEC, or %CDD_ERROR_CONFLICT if
 *   the name is taken
 *
 * Like cdd_service_rename_container_async(), but blocks until the end.
 *
 * Returns: whether it was renamed
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_rename_container_sync(CddService *self,
                                                   const char *container,
                                                   const char *name,
                                                   GCancellable *cancellable,
                                                   GError **error);

/**
 * cdd_service_pause_container_sync:
 * @self: a service
 * @container: a container
 * @cancellable: (nullable): cancelling stops waiting; the engine may still pause it
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_CONFLICT if the container does not
 *   run; Docker reports %CDD_ERROR_FAILED if the cgroup cannot be frozen
 *
 * Like cdd_service_pause_container_async(), but blocks until the end.
 *
 * Returns: whether it was paused
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_pause_container_sync(CddService *self,
                                                  const char *container,
                                                  GCancellable *cancellable,
                                                  GError **error);

/**
 * cdd_service_unpause_container_sync:
 * @self: a service
 * @container: a container
 * @cancellable: (nullable): cancelling stops waiting; the engine may still unpause it
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_FAILED if it is not paused
 *
 * Like cdd_service_unpause_container_async(), but blocks until the end.
 *
 * Returns: whether it was resumed
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_unpause_container_sync(CddService *self,
                                                    const char *container,
                                                    GCancellable *cancellable,
                                                    GError **error);

/**
 * cdd_service_resize_container_sync:
 * @self: a service
 * @container: a container that has a terminal
 * @columns: the terminal's width
 * @rows: the terminal's height
 * @cancellable: (nullable): cancelling stops waiting; the engine may still resize the terminal
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_CONFLICT if the container does not
 *   run
 *
 * Like cdd_service_resize_container_async(), but blocks until the end.
 *
 * Returns: whether the terminal was resized
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_resize_container_sync(CddService *self,
                                                   const char *container,
                                                   guint columns,
                                                   guint rows,
                                                   GCancellable *cancellable,
                                                   GError **error);

/**
 * cdd_service_commit_container_sync:
 * @self: a service
 * @container: a container
 * @options: (nullable): options; copied
 * @cancellable: (nullable): cancelling stops waiting; the engine may still make the image
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_INVALID_SPEC for an invalid
 *   reference or change
 *
 * Like cdd_service_commit_container_async(), but blocks until the end.
 *
 * Returns: (transfer full): the image's id, or %NULL
 *
 * Since: 0.1
 */
CDD_API char *cdd_service_commit_container_sync(CddService *self,
                                                const char *container,
                                                const CddCommitOptions *options,
                                                GCancellable *cancellable,
                                                GError **error);

/**
 * cdd_service_prune_containers_sync:
 * @self: a service
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b` or
 *   `until=24h`
 * @cancellable: (nullable): cancelling stops waiting; the engine still removes the containers
 * @space_reclaimed: (out) (optional): bytes freed
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter, %CDD_ERROR_CONFLICT while
 *   another prune runs
 *
 * Like cdd_service_prune_containers_async(), but blocks until the end.
 *
 * Returns: (transfer full) (array zero-terminated=1): the ids of the removed containers, or %NULL
 *
 * Since: 0.1
 */
CDD_API char **cdd_service_prune_containers_sync(CddService *self,
                                                 const char *const *filters,
                                                 GCancellable *cancellable,
                                                 guint64 *space_reclaimed,
                                                 GError **error);

/**
 * cdd_service_start_exec_detached_sync:
 * @self: a service
 * @container: a running container
 * @spec: the command; #CddExecSpec.attach_stdin must not be set
 * @cancellable: (nullable): cancelling stops waiting; the engine may still carry out the request
 * @error: return location; %CDD_ERROR_NOT_FOUND, %CDD_ERROR_CONFLICT if the container does not run,
 *   %CDD_ERROR_INVALID_SPEC
 *
 * Like cdd_service_start_exec_detached_async(), but blocks until the end.
 *
 * Returns: (transfer full): the id of the exec, or %NULL
 *
 * Since: 0.1
 */
CDD_API char *cdd_service_start_exec_detached_sync(CddService *self,
                                                   const char *container,
                                                   const CddExecSpec *spec,
                                                   GCancellable *cancellable,
                                                   GError **error);

/**
 * cdd_service_exec_sync:
 * @self: a service
 * @container: a running container
 * @spec: the process to start; copied
 * @input: (nullable): copied to the process's standard input, which is closed at the end of @input;
 *   @input itself is not closed
 * @handler: (nullable): receives the output; copied, its user_data must live until the end of the
 *   call
 * @cancellable: (nullable): cancelling drops the rest of the output. The process goes on because
 *   the Engine API cannot stop it; most programs end when their streams are closed.
 * @exit_code: (out) (optional): its exit code; 126 or 127 also if the program cannot be run
 * @error: return location; %CDD_ERROR_INVALID_SPEC, %CDD_ERROR_NOT_FOUND, %CDD_ERROR_CONFLICT if
 *   the container does not run, %CDD_ERROR_FAILED if the process was never started
 *
 * Like cdd_service_exec_async(), but blocks until the end.
 *
 * Returns: whether the process ran to its end, whatever its exit code
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_exec_sync(CddService *self,
                                       const char *container,
                                       const CddExecSpec *spec,
                                       GInputStream *input,
                                       const CddOutputHandler *handler,
                                       GCancellable *cancellable,
                                       gint64 *exit_code,
                                       GError **error);

/**
 * cdd_service_inspect_exec_sync:
 * @self: a service
 * @exec: the id of an exec
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_NOT_FOUND, also soon after the container has ended
 *
 * Like cdd_service_inspect_exec_async(), but blocks until the end.
 *
 * Returns: (transfer full): the state of the process, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddExecInfo *cdd_service_inspect_exec_sync(CddService *self,
                                                   const char *exec,
                                                   GCancellable *cancellable,
                                                   GError **error);

/**
 * cdd_service_resize_exec_sync:
 * @self: a service
 * @exec: the id of an exec with a terminal
 * @columns: the terminal's width
 * @rows: the terminal's height
 * @cancellable: (nullable): cancelling stops waiting; the engine may still resize the terminal
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Like cdd_service_resize_exec_async(), but blocks until the end.
 *
 * Returns: whether the terminal was resized
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_resize_exec_sync(CddService *self,
                                              const char *exec,
                                              guint columns,
                                              guint rows,
                                              GCancellable *cancellable,
                                              GError **error);

/**
 * cdd_service_build_archive_sync:
 * @self: a service
 * @context: a tar archive, plain or compressed, with the Dockerfile and the files that it copies;
 *   read to its end, not closed
 * @options: (nullable): options; copied
 * @handler: (nullable): receives the output of the steps (on_stdout), the steps (on_progress, as
 *   `Step 3/8`) and the layers of pulled images (on_progress); copied, its user_data must live
 *   until the end of the call
 * @cancellable: (nullable): cancelling stops the running step; finished steps stay in the engine's
 *   cache
 * @error: return location; %CDD_ERROR_BUILD_FAILED with the last output of the step that failed,
 *   %CDD_ERROR_INVALID_SPEC for an invalid reference or an option that the engine rejects, or the
 *   error of reading @context
 *
 * Like cdd_service_build_archive_async(), but blocks until the end.
 *
 * Returns: (transfer full): the image's id, or %NULL
 *
 * Since: 0.1
 */
CDD_API char *cdd_service_build_archive_sync(CddService *self,
                                             GInputStream *context,
                                             const CddImageBuildOptions *options,
                                             const CddOutputHandler *handler,
                                             GCancellable *cancellable,
                                             GError **error);

/**
 * cdd_service_inspect_image_sync:
 * @self: a service
 * @image: a reference or an id
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND if the engine does not have it
 *
 * Like cdd_service_inspect_image_async(), but blocks until the end.
 *
 * Returns: (transfer full): the image, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddImageInfo *cdd_service_inspect_image_sync(CddService *self,
                                                     const char *image,
                                                     GCancellable *cancellable,
                                                     GError **error);

/**
 * cdd_service_pull_image_sync:
 * @self: a service
 * @image: a reference; without tag and digest, the tag is `latest`
 * @platform: (nullable): `os/arch[/variant]`; %NULL for the engine's platform
 * @handler: (nullable): receives on_progress; copied, its user_data must live until the end of the
 *   call
 * @cancellable: (nullable): cancelling stops the pull; complete layers stay on the engine
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND; %CDD_ERROR_UNAUTHORIZED if the registry
 *   refused the credentials or needs some; or %CDD_ERROR_FAILED with the engine's message if the
 *   pull failed otherwise
 *
 * Like cdd_service_pull_image_async(), but blocks until the end.
 *
 * Returns: whether the image was pulled
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_pull_image_sync(CddService *self,
                                             const char *image,
                                             const char *platform,
                                             const CddOutputHandler *handler,
                                             GCancellable *cancellable,
                                             GError **error);

/**
 * cdd_service_push_image_sync:
 * @self: a service
 * @image: a reference; the tag defaults to `latest`
 * @handler: (nullable): receives on_progress; copied, its user_data must live until the end of the
 *   call
 * @cancellable: (nullable): cancelling stops the push; complete layers stay on the registry
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND if the engine does not have it,
 *   %CDD_ERROR_UNAUTHORIZED if the registry refused the credentials or needs some, or
 *   %CDD_ERROR_FAILED with the registry's message
 *
 * Like cdd_service_push_image_async(), but blocks until the end.
 *
 * Returns: whether the image was pushed
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_push_image_sync(CddService *self,
                                             const char *image,
                                             const CddOutputHandler *handler,
                                             GCancellable *cancellable,
                                             GError **error);

/**
 * cdd_service_tag_image_sync:
 * @self: a service
 * @image: a reference or an id
 * @reference: the additional name; the tag defaults to `latest`
 * @cancellable: (nullable): cancelling stops waiting; the engine may still carry out the request
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND, %CDD_ERROR_INVALID_SPEC
 *
 * Like cdd_service_tag_image_async(), but blocks until the end.
 *
 * Returns: whether the image was tagged
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_tag_image_sync(CddService *self,
                                            const char *image,
                                            const char *reference,
                                            GCancellable *cancellable,
                                            GError **error);

/**
 * cdd_service_remove_image_sync:
 * @self: a service
 * @image: a reference or an id
 * @force: whether to remove an image that has several names, if @image is an id, or that stopped
 *   containers use
 * @cancellable: (nullable): cancelling stops waiting; the engine may still remove the image
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND, or %CDD_ERROR_CONFLICT if the image is in
 *   use
 *
 * Like cdd_service_remove_image_async(), but blocks until the end.
 *
 * Returns: (transfer full): what was removed, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddRemovedImages *cdd_service_remove_image_sync(
    CddService *self, const char *image, gboolean force, GCancellable *cancellable, GError **error);

/**
 * cdd_service_list_images_sync:
 * @self: a service
 * @all: whether to include unnamed intermediate images
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b`,
 *   `dangling=true`, `reference=debian:*`
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter
 *
 * Like cdd_service_list_images_async(), but blocks until the end.
 *
 * Returns: (transfer container) (element-type CddImageSummary): the images, or %NULL
 *
 * Since: 0.1
 */
CDD_API GPtrArray *cdd_service_list_images_sync(CddService *self,
                                                gboolean all,
                                                const char *const *filters,
                                                GCancellable *cancellable,
                                                GError **error);

/**
 * cdd_service_load_images_sync:
 * @self: a service
 * @archive: an archive from cdd_service_save_images_async() or `docker save`, plain or compressed;
 *   read to its end, not closed
 * @handler: (nullable): receives on_progress; copied, its user_data must live until the end of the
 *   call
 * @cancellable: (nullable): cancelling may leave complete layers on the engine
 * @error: return location; %CDD_ERROR_FAILED with the engine's message, or the error of reading
 *   @archive
 *
 * Like cdd_service_load_images_async(), but blocks until the end.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names or ids of the loaded images, or
 *   %NULL
 *
 * Since: 0.1
 */
CDD_API char **cdd_service_load_images_sync(CddService *self,
                                            GInputStream *archive,
                                            const CddOutputHandler *handler,
                                            GCancellable *cancellable,
                                            GError **error);

/**
 * cdd_service_save_images_sync:
 * @self: a service
 * @images: (array zero-terminated=1): references or ids
 * @archive: receives a tar archive; not closed
 * @cancellable: (nullable): cancelling leaves @archive incomplete
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND, or the error of writing @archive
 *
 * Like cdd_service_save_images_async(), but blocks until the end.
 *
 * Returns: whether the whole archive was written
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_save_images_sync(CddService *self,
                                              const char *const *images,
                                              GOutputStream *archive,
                                              GCancellable *cancellable,
                                              GError **error);

/**
 * cdd_service_import_image_sync:
 * @self: a service
 * @archive: a tar archive of a file system, plain or compressed; read to its end, not closed
 * @options: (nullable): options; copied
 * @handler: (nullable): receives on_progress; copied, its user_data must live until the end of the
 *   call
 * @cancellable: (nullable): cancelling may leave the layer on the engine
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an invalid reference or change,
 *   %CDD_ERROR_FAILED with the engine's message, or the error of reading @archive
 *
 * Like cdd_service_import_image_async(), but blocks until the end.
 *
 * Returns: (transfer full): the image's id, or %NULL
 *
 * Since: 0.1
 */
CDD_API char *cdd_service_import_image_sync(CddService *self,
                                            GInputStream *archive,
                                            const CddImportOptions *options,
                                            const CddOutputHandler *handler,
                                            GCancellable *cancellable,
                                            GError **error);

/**
 * cdd_service_prune_images_sync:
 * @self: a service
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b`,
 *   `dangling=true`, `reference=debian:*`
 * @cancellable: (nullable): cancelling stops waiting; the engine still removes the images
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter, %CDD_ERROR_CONFLICT while
 *   another prune runs
 *
 * Like cdd_service_prune_images_async(), but blocks until the end.
 *
 * Returns: (transfer full): what was removed, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddRemovedImages *cdd_service_prune_images_sync(CddService *self,
                                                        const char *const *filters,
                                                        GCancellable *cancellable,
                                                        GError **error);

/**
 * cdd_service_create_network_sync:
 * @self: a service
 * @spec: the network to create; copied
 * @cancellable: (nullable): cancelling stops waiting; the engine may still create the network
 * @error: return location; %CDD_ERROR_CONFLICT if the name is taken, %CDD_ERROR_INVALID_SPEC, or
 *   %CDD_ERROR_FAILED if the engine cannot create one
 *
 * Like cdd_service_create_network_async(), but blocks until the end.
 *
 * Returns: (transfer full): the network's id, or %NULL
 *
 * Since: 0.1
 */
CDD_API char *cdd_service_create_network_sync(CddService *self,
                                              const CddNetworkSpec *spec,
                                              GCancellable *cancellable,
                                              GError **error);

/**
 * cdd_service_inspect_network_sync:
 * @self: a service
 * @network: a network's name or id
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Like cdd_service_inspect_network_async(), but blocks until the end.
 *
 * Returns: (transfer full): the network, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddNetwork *cdd_service_inspect_network_sync(CddService *self,
                                                     const char *network,
                                                     GCancellable *cancellable,
                                                     GError **error);

/**
 * cdd_service_list_networks_sync:
 * @self: a service
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b` or
 *   `driver=bridge`
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter
 *
 * Like cdd_service_list_networks_async(), but blocks until the end.
 *
 * Returns: (transfer container) (element-type CddNetwork): the networks, or %NULL
 *
 * Since: 0.1
 */
CDD_API GPtrArray *cdd_service_list_networks_sync(CddService *self,
                                                  const char *const *filters,
                                                  GCancellable *cancellable,
                                                  GError **error);

/**
 * cdd_service_remove_network_sync:
 * @self: a service
 * @network: a network's name or id
 * @cancellable: (nullable): cancelling stops waiting; the engine may still remove the network
 * @error: return location; %CDD_ERROR_NOT_FOUND, %CDD_ERROR_UNAUTHORIZED for a predefined network,
 *   %CDD_ERROR_CONFLICT or %CDD_ERROR_UNAUTHORIZED if a container uses the network
 *
 * Like cdd_service_remove_network_async(), but blocks until the end.
 *
 * Returns: whether it was removed
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_remove_network_sync(CddService *self,
                                                 const char *network,
                                                 GCancellable *cancellable,
                                                 GError **error);

/**
 * cdd_service_connect_network_sync:
 * @self: a service
 * @container: a container
 * @settings: the network, and the container's names and addresses in it
 * @cancellable: (nullable): cancelling stops waiting; the engine may still carry out the request
 * @error: return location; %CDD_ERROR_NOT_FOUND, %CDD_ERROR_INVALID_SPEC, or
 *   %CDD_ERROR_UNAUTHORIZED if the network does not allow it
 *
 * Like cdd_service_connect_network_async(), but blocks until the end.
 *
 * Returns: whether the container was connected
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_connect_network_sync(CddService *self,
                                                  const char *container,
                                                  const CddEndpointSettings *settings,
                                                  GCancellable *cancellable,
                                                  GError **error);

/**
 * cdd_service_disconnect_network_sync:
 * @self: a service
 * @network: a network's name or id
 * @container: a container
 * @cancellable: (nullable): cancelling stops waiting; the engine may still carry out the request
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Like cdd_service_disconnect_network_async(), but blocks until the end.
 *
 * Returns: whether the container was disconnected
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_disconnect_network_sync(CddService *self,
                                                     const char *network,
                                                     const char *container,
                                                     GCancellable *cancellable,
                                                     GError **error);

/**
 * cdd_service_get_image_history_sync:
 * @self: a service
 * @image: an image
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND
 *
 * Like cdd_service_get_image_history_async(), but blocks until the end.
 *
 * Returns: (transfer full) (element-type CddImageHistoryItem): the steps, the newest first, or
 *   %NULL
 *
 * Since: 0.1
 */
CDD_API GPtrArray *cdd_service_get_image_history_sync(CddService *self,
                                                      const char *image,
                                                      GCancellable *cancellable,
                                                      GError **error);

/**
 * cdd_service_search_images_sync:
 * @self: a service
 * @term: what to look for; `HOST/TERM` in another registry than Docker Hub
 * @limit: maximum number of results; 0 for the default of the engine, 25
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `is-official=true`,
 *   `stars=3`
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_FAILED if the registry does not answer
 *
 * Like cdd_service_search_images_async(), but blocks until the end.
 *
 * Returns: (transfer full) (element-type CddImageSearchResult): the images, or %NULL
 *
 * Since: 0.1
 */
CDD_API GPtrArray *cdd_service_search_images_sync(CddService *self,
                                                  const char *term,
                                                  guint limit,
                                                  const char *const *filters,
                                                  GCancellable *cancellable,
                                                  GError **error);

/**
 * cdd_service_inspect_distribution_sync:
 * @self: a service
 * @image: the name of an image in a registry
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND, %CDD_ERROR_UNAUTHORIZED
 *
 * Like cdd_service_inspect_distribution_async(), but blocks until the end.
 *
 * Returns: (transfer full): what the registry has, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddDistribution *cdd_service_inspect_distribution_sync(CddService *self,
                                                               const char *image,
                                                               GCancellable *cancellable,
                                                               GError **error);

/**
 * cdd_service_request_sync:
 * @self: a service
 * @request: the request; copied
 * @upload: (nullable): the request's body instead of #CddRequest.body; read to its end, not closed
 * @download: (nullable): the answer's body is written to it, piece by piece; not closed
 * @cancellable: (nullable): cancelling stops waiting; the engine may still do what was requested
 * @error: return location; %CDD_ERROR_INVALID_SPEC for a request that is not valid,
 *   %CDD_ERROR_NOT_FOUND, %CDD_ERROR_CONFLICT or another error for a status of 400 or more,
 *   %CDD_ERROR_PROTOCOL for an answer that is too long or no text, or the error of a stream
 *
 * Like cdd_service_request_async(), but blocks until the end.
 *
 * Returns: (transfer full): the answer, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddAnswer *cdd_service_request_sync(CddService *self,
                                            const CddRequest *request,
                                            GInputStream *upload,
                                            GOutputStream *download,
                                            GCancellable *cancellable,
                                            GError **error);

/**
 * cdd_service_run_container_sync:
 * @self: a service
 * @spec: the container to run; copied
 * @handler: (nullable): receives the output; copied, its user_data must live until the end of the
 *   call
 * @cancellable: (nullable): cancelling stops and removes the container: its open input is closed
 *   and SIGTERM is sent, then SIGKILL after #CddContainerSpec.stop_timeout. the call ends when the
 *   container is gone, or after a bounded time if the engine no longer answers.
 * @error: return location; %CDD_ERROR_INVALID_SPEC, %CDD_ERROR_IMAGE_NOT_FOUND, %CDD_ERROR_CONFLICT
 *   for a name that is taken, %CDD_ERROR_DAEMON_NOT_ACCESSIBLE if the connection to the engine is
 *   lost
 *
 * Like cdd_service_run_container_async(), but blocks until the end.
 *
 * Returns: (transfer full): the result, whatever the exit code; %NULL if the result is unknown
 *
 * Since: 0.1
 */
CDD_API CddContainerResult *cdd_service_run_container_sync(CddService *self,
                                                           const CddContainerSpec *spec,
                                                           const CddOutputHandler *handler,
                                                           GCancellable *cancellable,
                                                           GError **error);

/**
 * cdd_service_run_created_container_sync:
 * @self: a service
 * @container: a container that was created from @spec with #CddContainerSpec.auto_remove, and that
 *   may run already
 * @spec: what it was created from; copied
 * @handler: (nullable): receives the output; copied, its user_data must live until the end of the
 *   call
 * @cancellable: (nullable): as for cdd_service_run_container_async(); also before the start the
 *   container is removed
 * @error: return location; %CDD_ERROR_NOT_FOUND, %CDD_ERROR_CONFLICT if the container is paused,
 *   %CDD_ERROR_DAEMON_NOT_ACCESSIBLE if the connection to the engine is lost
 *
 * Like cdd_service_run_created_container_async(), but blocks until the end.
 *
 * Returns: (transfer full): the result, whatever the exit code; %NULL if the result is unknown
 *
 * Since: 0.1
 */
CDD_API CddContainerResult *cdd_service_run_created_container_sync(CddService *self,
                                                                   const char *container,
                                                                   const CddContainerSpec *spec,
                                                                   const CddOutputHandler *handler,
                                                                   GCancellable *cancellable,
                                                                   GError **error);

/**
 * cdd_service_get_engine_info_sync:
 * @self: a service
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_DAEMON_NOT_ACCESSIBLE, %CDD_ERROR_INCOMPATIBLE…
 *
 * Like cdd_service_get_engine_info_async(), but blocks until the end.
 *
 * Returns: (transfer full): the engine's description, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddEngineInfo *
cdd_service_get_engine_info_sync(CddService *self, GCancellable *cancellable, GError **error);

/**
 * cdd_service_ping_sync:
 * @self: a service
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_DAEMON_NOT_ACCESSIBLE, %CDD_ERROR_TIMEOUT;
 *   %CDD_ERROR_PROTOCOL for a server that is no container engine
 *
 * Like cdd_service_ping_async(), but blocks until the end.
 *
 * Returns: whether the engine answered
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_ping_sync(CddService *self, GCancellable *cancellable, GError **error);

/**
 * cdd_service_get_disk_usage_sync:
 * @self: a service
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_CONFLICT while another measurement runs
 *
 * Like cdd_service_get_disk_usage_async(), but blocks until the end.
 *
 * Returns: (transfer full): the sizes, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddDiskUsage *
cdd_service_get_disk_usage_sync(CddService *self, GCancellable *cancellable, GError **error);

/**
 * cdd_service_list_plugins_sync:
 * @self: a service
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g.
 *   `capability=volumedriver`
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter
 *
 * Like cdd_service_list_plugins_async(), but blocks until the end.
 *
 * Returns: (transfer full) (element-type CddPlugin): the plugins, or %NULL
 *
 * Since: 0.1
 */
CDD_API GPtrArray *cdd_service_list_plugins_sync(CddService *self,
                                                 const char *const *filters,
                                                 GCancellable *cancellable,
                                                 GError **error);

/**
 * cdd_service_login_sync:
 * @self: a service
 * @credentials: the credentials for a registry; copied
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_UNAUTHORIZED if the registry refuses them;
 *   %CDD_ERROR_INVALID_SPEC without a server's address
 *
 * Like cdd_service_login_async(), but blocks until the end.
 *
 * Returns: whether the registry accepted the credentials
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_login_sync(CddService *self,
                                        const CddCredentials *credentials,
                                        GCancellable *cancellable,
                                        GError **error);

/**
 * cdd_service_prune_build_cache_sync:
 * @self: a service
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `until=24h`
 * @cancellable: (nullable): cancelling stops waiting; the engine may still carry out the request
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter
 *
 * Like cdd_service_prune_build_cache_async(), but blocks until the end.
 *
 * Returns: (transfer full): what was removed, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddPruned *cdd_service_prune_build_cache_sync(CddService *self,
                                                      const char *const *filters,
                                                      GCancellable *cancellable,
                                                      GError **error);

/**
 * cdd_service_prune_networks_sync:
 * @self: a service
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b`,
 *   `until=24h`
 * @cancellable: (nullable): cancelling stops waiting; the engine may still carry out the request
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter, %CDD_ERROR_CONFLICT while
 *   another prune runs
 *
 * Like cdd_service_prune_networks_async(), but blocks until the end.
 *
 * Returns: (transfer full): what was removed, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddPruned *cdd_service_prune_networks_sync(CddService *self,
                                                   const char *const *filters,
                                                   GCancellable *cancellable,
                                                   GError **error);

/**
 * cdd_service_prune_volumes_sync:
 * @self: a service
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b`, or
 *   `all=true` for volumes with a name too, which engines before API 1.42 remove in any case
 * @cancellable: (nullable): cancelling stops waiting; the engine may still carry out the request
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter, %CDD_ERROR_CONFLICT while
 *   another prune runs
 *
 * Like cdd_service_prune_volumes_async(), but blocks until the end.
 *
 * Returns: (transfer full): what was removed, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddPruned *cdd_service_prune_volumes_sync(CddService *self,
                                                  const char *const *filters,
                                                  GCancellable *cancellable,
                                                  GError **error);

/**
 * cdd_service_create_volume_sync:
 * @self: a service
 * @spec: (nullable): the volume; %NULL is a structure of zeros
 * @cancellable: (nullable): cancelling stops waiting; the engine may still create the volume
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an invalid name
 *
 * Like cdd_service_create_volume_async(), but blocks until the end.
 *
 * Returns: (transfer full): the volume, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddVolume *cdd_service_create_volume_sync(CddService *self,
                                                  const CddVolumeSpec *spec,
                                                  GCancellable *cancellable,
                                                  GError **error);

/**
 * cdd_service_inspect_volume_sync:
 * @self: a service
 * @name: the volume's name
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Like cdd_service_inspect_volume_async(), but blocks until the end.
 *
 * Returns: (transfer full): the volume, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddVolume *cdd_service_inspect_volume_sync(CddService *self,
                                                   const char *name,
                                                   GCancellable *cancellable,
                                                   GError **error);

/**
 * cdd_service_list_volumes_sync:
 * @self: a service
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b` or
 *   `dangling=true`
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter
 *
 * Like cdd_service_list_volumes_async(), but blocks until the end.
 *
 * Returns: (transfer container) (element-type CddVolume): the volumes, or %NULL
 *
 * Since: 0.1
 */
CDD_API GPtrArray *cdd_service_list_volumes_sync(CddService *self,
                                                 const char *const *filters,
                                                 GCancellable *cancellable,
                                                 GError **error);

/**
 * cdd_service_measure_volumes_sync:
 * @self: a service
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @error: return location; %CDD_ERROR_FAILED if an older engine is measuring for somebody already
 *
 * Like cdd_service_measure_volumes_async(), but blocks until the end.
 *
 * Returns: (transfer container) (element-type CddVolume): the volumes, or %NULL
 *
 * Since: 0.1
 */
CDD_API GPtrArray *
cdd_service_measure_volumes_sync(CddService *self, GCancellable *cancellable, GError **error);

/**
 * cdd_service_remove_volume_sync:
 * @self: a service
 * @name: the volume's name
 * @force: whether removing a volume that does not exist succeeds
 * @cancellable: (nullable): cancelling stops waiting; the engine may still remove the volume
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_CONFLICT if a container uses the
 *   volume
 *
 * Like cdd_service_remove_volume_async(), but blocks until the end.
 *
 * Returns: whether it was removed
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_remove_volume_sync(
    CddService *self, const char *name, gboolean force, GCancellable *cancellable, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-container-spec.h>
#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/*
 * Operations on a whole container. A parameter @container takes a name, an id or a unique prefix of
 * an id. %CDD_ERROR_NOT_FOUND means that the engine has no such container.
 */

/**
 * CddWaitCondition:
 * @CDD_WAIT_NOT_RUNNING: the container does not run; true at once if it has ended or never ran
 * @CDD_WAIT_NEXT_EXIT: the container ends the next time
 * @CDD_WAIT_REMOVED: the container has been removed
 *
 * The condition that cdd_service_wait_container_async() waits for.
 *
 * Since: 0.1
 */
typedef enum {
    CDD_WAIT_NOT_RUNNING,
    CDD_WAIT_NEXT_EXIT,
    CDD_WAIT_REMOVED,
} CddWaitCondition;

#define CDD_TYPE_WAIT_CONDITION (cdd_wait_condition_get_type())
CDD_API GType cdd_wait_condition_get_type(void);

/**
 * CddRemoveFlags:
 * @CDD_REMOVE_NONE: remove a stopped container only
 * @CDD_REMOVE_FORCE: kill the container if it runs
 * @CDD_REMOVE_VOLUMES: also remove its anonymous volumes
 *
 * Options of cdd_service_remove_container_async().
 *
 * Since: 0.1
 */
typedef enum {
    CDD_REMOVE_NONE = 0,
    CDD_REMOVE_FORCE = 1 << 0,
    CDD_REMOVE_VOLUMES = 1 << 1,
} CddRemoveFlags;

#define CDD_TYPE_REMOVE_FLAGS (cdd_remove_flags_get_type())
CDD_API GType cdd_remove_flags_get_type(void);

/**
 * cdd_service_create_container_async:
 * @self: a service
 * @spec: the container to create; copied
 * @cancellable: (nullable): cancelling leaves nothing on the engine: a request under way is awaited
 *   and the container removed. The error says so if the removal is in doubt.
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Creates a container without starting it (`POST /containers/create`). The container stays until it
 * is removed; cdd_service_run_container_async() creates, runs and removes one. The image must be on
 * the engine.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_create_container_async(CddService *self,
                                                const CddContainerSpec *spec,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);

/**
 * cdd_service_create_container_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC, %CDD_ERROR_IMAGE_NOT_FOUND, or
 *   %CDD_ERROR_CONFLICT if the name is taken. If the engine's answer was lost, the message says
 *   that the container may have been created
 *
 * Finishes cdd_service_create_container_async().
 *
 * Returns: (transfer full): the new container's id, or %NULL
 *
 * Since: 0.1
 */
CDD_API char *
cdd_service_create_container_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_start_container_async:
 * @self: a service
 * @container: a container
 * @cancellable: (nullable): cancelling stops waiting; the engine may still start it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Starts a container's process (`POST /containers/{id}/start`). Starting a running container
 * succeeds and changes nothing.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_start_container_async(CddService *self,
                                               const char *container,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);

/**
 * cdd_service_start_container_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_FAILED if its command cannot be run
 *
 * Finishes cdd_service_start_container_async().
 *
 * Returns: whether it was started
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_start_container_finish(CddService *self,
                                                    GAsyncResult *result,
                                                    GError **error);

/**
 * cdd_service_stop_container_async:
 * @self: a service
 * @container: a container
 * @timeout: milliseconds between the stop signal and SIGKILL, rounded up to whole seconds, which
 *   engines count; negative for the container's own #CddContainerSpec.stop_timeout
 * @cancellable: (nullable): cancelling stops waiting; the engine still stops the container
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Stops a container's process and waits for its end (`POST /containers/{id}/stop`). Stopping a
 * container that does not run succeeds.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_stop_container_async(CddService *self,
                                              const char *container,
                                              int timeout,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

/**
 * cdd_service_stop_container_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Finishes cdd_service_stop_container_async().
 *
 * Returns: whether it has ended
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_stop_container_finish(CddService *self,
                                                   GAsyncResult *result,
                                                   GError **error);

/**
 * cdd_service_restart_container_async:
 * @self: a service
 * @container: a container
 * @timeout: milliseconds between the stop signal and SIGKILL, rounded up to whole seconds, which
 *   engines count; negative for the container's own #CddContainerSpec.stop_timeout
 * @cancellable: (nullable): cancelling stops waiting; the engine may still carry out the request
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Stops a container and starts it again (`POST /containers/{id}/restart`); one that does not run is
 * started.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_restart_container_async(CddService *self,
                                                 const char *container,
                                                 int timeout,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback,
                                                 gpointer user_data);

/**
 * cdd_service_restart_container_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or the error of starting it
 *
 * Finishes cdd_service_restart_container_async().
 *
 * Returns: whether it was started again
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_restart_container_finish(CddService *self,
                                                      GAsyncResult *result,
                                                      GError **error);

/**
 * CddContainerUpdate:
 * @resources: the new limits; a member that is zero stays as it is. #CddResources.shm_size and
 *   #CddResources.oom_kill_disable cannot be changed
 * @change_restart_policy: whether the next two members count
 * @restart_policy: when the engine starts it again
 * @restart_maximum_retry_count: for %CDD_RESTART_ON_FAILURE; 0 for no limit
 *
 * What to change of a container.
 *
 * Since: 0.1
 */
typedef struct {
    CddResources resources;
    gboolean change_restart_policy;
    CddRestartPolicy restart_policy;
    guint restart_maximum_retry_count;
    /*< private >*/
    gpointer reserved[8];
} CddContainerUpdate;

#define CDD_TYPE_CONTAINER_UPDATE (cdd_container_update_get_type())
CDD_API GType cdd_container_update_get_type(void);

/**
 * cdd_container_update_new:
 * @resources: (nullable): the new limits
 *
 * For language bindings. Set the other members afterwards. In C, use a designated initializer
 * instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with
 * cdd_container_update_free()
 *
 * Since: 0.1
 */
CDD_API CddContainerUpdate *cdd_container_update_new(const CddResources *resources);

/**
 * cdd_container_update_copy:
 * @update: what to change
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddContainerUpdate *cdd_container_update_copy(const CddContainerUpdate *update);

/**
 * cdd_container_update_free:
 * @update: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_container_update_free(CddContainerUpdate *update);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContainerUpdate, cdd_container_update_free)

/**
 * cdd_service_update_container_async:
 * @self: a service
 * @container: a container
 * @update: what to change
 * @cancellable: (nullable): cancelling stops waiting; the engine may still carry out the request
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Changes the limits of a container, also while it runs, and when it is started again (`POST
 * /containers/{id}/update`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_update_container_async(CddService *self,
                                                const char *container,
                                                const CddContainerUpdate *update,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);

/**
 * cdd_service_update_container_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, %CDD_ERROR_INVALID_SPEC
 *
 * Finishes cdd_service_update_container_async().
 *
 * Returns: whether it was changed
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_update_container_finish(CddService *self,
                                                     GAsyncResult *result,
                                                     GError **error);

/**
 * cdd_service_kill_container_async:
 * @self: a service
 * @container: a container
 * @signal: (nullable): a signal's name, e.g. `SIGINT`; %NULL for `SIGKILL`
 * @cancellable: (nullable): cancelling stops waiting; the engine may still deliver the signal
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Sends a signal to a container's first process (`POST /containers/{id}/kill`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_kill_container_async(CddService *self,
                                              const char *container,
                                              const char *signal,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

/**
 * cdd_service_kill_container_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_CONFLICT if the container does not
 *   run
 *
 * Finishes cdd_service_kill_container_async().
 *
 * Returns: whether the signal was delivered
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_kill_container_finish(CddService *self,
                                                   GAsyncResult *result,
                                                   GError **error);

/**
 * cdd_service_wait_container_async:
 * @self: a service
 * @container: a container
 * @condition: what to wait for
 * @cancellable: (nullable): cancelling stops waiting; the container is left as it is
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Waits for a container (`POST /containers/{id}/wait`). A container that is to be removed at its
 * exit, and that Podman has failed to remove, is removed by this. Of the timeouts only
 * #CddConfig.operation_timeout applies.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_wait_container_async(CddService *self,
                                              const char *container,
                                              CddWaitCondition condition,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

/**
 * cdd_service_wait_container_finish:
 * @self: a service
 * @result: the result that @callback got
 * @exit_code: (out) (optional): its exit code; 128 + N if signal N ended it
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_FAILED if the engine lost the
 *   container
 *
 * Finishes cdd_service_wait_container_async().
 *
 * Returns: whether the condition was met
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_wait_container_finish(CddService *self,
                                                   GAsyncResult *result,
                                                   gint64 *exit_code,
                                                   GError **error);

/**
 * cdd_service_wait_container_healthy_async:
 * @self: a service
 * @container: a container that runs and whose health is checked: #CddContainerSpec.health
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Waits until a container is healthy. The engine is asked five times a second. Of the timeouts only
 * #CddConfig.operation_timeout bounds the whole.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_wait_container_healthy_async(CddService *self,
                                                      const char *container,
                                                      GCancellable *cancellable,
                                                      GAsyncReadyCallback callback,
                                                      gpointer user_data);

/**
 * cdd_service_wait_container_healthy_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_FAILED with what the last test printed if the container is
 *   unhealthy; %CDD_ERROR_CONFLICT if it does not run; %CDD_ERROR_INVALID_SPEC if its health is not
 *   checked; %CDD_ERROR_NOT_FOUND
 *
 * Finishes cdd_service_wait_container_healthy_async().
 *
 * Returns: whether it is healthy
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_wait_container_healthy_finish(CddService *self,
                                                           GAsyncResult *result,
                                                           GError **error);

/**
 * cdd_service_remove_container_async:
 * @self: a service
 * @container: a container
 * @flags: options
 * @cancellable: (nullable): cancelling stops waiting; the engine may still remove it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Removes a container (`DELETE /containers/{id}`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_remove_container_async(CddService *self,
                                                const char *container,
                                                CddRemoveFlags flags,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);

/**
 * cdd_service_remove_container_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_CONFLICT if it runs and @flags lack
 *   %CDD_REMOVE_FORCE, or if it is being removed
 *
 * Finishes cdd_service_remove_container_async().
 *
 * Returns: whether it was removed
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_remove_container_finish(CddService *self,
                                                     GAsyncResult *result,
                                                     GError **error);

/**
 * cdd_service_rename_container_async:
 * @self: a service
 * @container: a container
 * @name: its new name
 * @cancellable: (nullable): cancelling stops waiting; the engine may still rename it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Renames a container (`POST /containers/{id}/rename`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_rename_container_async(CddService *self,
                                                const char *container,
                                                const char *name,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);

/**
 * cdd_service_rename_container_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, %CDD_ERROR_INVALID_SPEC, or %CDD_ERROR_CONFLICT if
 *   the name is taken
 *
 * Finishes cdd_service_rename_container_async().
 *
 * Returns: whether it was renamed
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_rename_container_finish(CddService *self,
                                                     GAsyncResult *result,
                                                     GError **error);

/**
 * cdd_service_pause_container_async:
 * @self: a service
 * @container: a container
 * @cancellable: (nullable): cancelling stops waiting; the engine may still pause it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Freezes all processes of a container (`POST /containers/{id}/pause`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_pause_container_async(CddService *self,
                                               const char *container,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);

/**
 * cdd_service_pause_container_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_CONFLICT if the container does not
 *   run; Docker reports %CDD_ERROR_FAILED if the cgroup cannot be frozen
 *
 * Finishes cdd_service_pause_container_async().
 *
 * Returns: whether it was paused
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_pause_container_finish(CddService *self,
                                                    GAsyncResult *result,
                                                    GError **error);

/**
 * cdd_service_unpause_container_async:
 * @self: a service
 * @container: a container
 * @cancellable: (nullable): cancelling stops waiting; the engine may still unpause it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Resumes a paused container (`POST /containers/{id}/unpause`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_unpause_container_async(CddService *self,
                                                 const char *container,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback,
                                                 gpointer user_data);

/**
 * cdd_service_unpause_container_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_FAILED if it is not paused
 *
 * Finishes cdd_service_unpause_container_async().
 *
 * Returns: whether it was resumed
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_unpause_container_finish(CddService *self,
                                                      GAsyncResult *result,
                                                      GError **error);

/**
 * cdd_service_resize_container_async:
 * @self: a service
 * @container: a container that has a terminal
 * @columns: the terminal's width
 * @rows: the terminal's height
 * @cancellable: (nullable): cancelling stops waiting; the engine may still resize the terminal
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Sets the size of a container's terminal (`POST /containers/{id}/resize`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_resize_container_async(CddService *self,
                                                const char *container,
                                                guint columns,
                                                guint rows,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);

/**
 * cdd_service_resize_container_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_CONFLICT if the container does not
 *   run
 *
 * Finishes cdd_service_resize_container_async().
 *
 * Returns: whether the terminal was resized
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_resize_container_finish(CddService *self,
                                                     GAsyncResult *result,
                                                     GError **error);

/**
 * CddCommitOptions:
 * @reference: (nullable): the name of the new image, tagged `latest` if it has no tag; %NULL for
 *   none
 * @author: (nullable): the author of the image
 * @message: (nullable): the commit message
 * @changes: (nullable) (array zero-terminated=1): Dockerfile instructions to apply to its
 *   configuration, e.g. `CMD ["sh"]`, `ENV A=b`
 * @environment: (nullable) (array zero-terminated=1): environment of the image, as `NAME=value`
 *   entries; they override the container's variables, and `NAME` alone removes a variable. Podman
 *   ignores this member. Older engines keep the values that the container was created with, so
 *   never put a secret into a container's environment.
 * @entrypoint: (nullable) (array zero-terminated=1): the entry point; an empty list for none; %NULL
 *   for the container's. Podman ignores this member.
 * @no_pause: whether the container keeps running during the commit; files may then be half written
 *
 * Options of cdd_service_commit_container_async(). All zero is valid.
 *
 * Since: 0.1
 */
typedef struct {
    const char *reference;
    const char *author;
    const char *message;
    const char *const *changes;
    const char *const *environment;
    const char *const *entrypoint;
    gboolean no_pause;
    /*< private >*/
    gpointer reserved[8];
} CddCommitOptions;

#define CDD_TYPE_COMMIT_OPTIONS (cdd_commit_options_get_type())
CDD_API GType cdd_commit_options_get_type(void);

/**
 * cdd_commit_options_new:
 * @reference: (nullable): the name of the new image
 * @author: (nullable): the author of the image
 * @message: (nullable): the commit message
 * @changes: (nullable) (array zero-terminated=1): Dockerfile instructions
 * @environment: (nullable) (array zero-terminated=1): `NAME=value` or `NAME` entries
 * @entrypoint: (nullable) (array zero-terminated=1): the entry point
 *
 * For language bindings. Set the members that are not strings afterwards. In C, use a designated
 * initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with
 *   cdd_commit_options_free()
 *
 * Since: 0.1
 */
CDD_API CddCommitOptions *cdd_commit_options_new(const char *reference,
                                                 const char *author,
                                                 const char *message,
                                                 const char *const *changes,
                                                 const char *const *environment,
                                                 const char *const *entrypoint);

/**
 * cdd_commit_options_copy:
 * @options: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddCommitOptions *cdd_commit_options_copy(const CddCommitOptions *options);

/**
 * cdd_commit_options_free:
 * @options: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_commit_options_free(CddCommitOptions *options);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddCommitOptions, cdd_commit_options_free)

/**
 * cdd_service_commit_container_async:
 * @self: a service
 * @container: a container
 * @options: (nullable): options; copied
 * @cancellable: (nullable): cancelling stops waiting; the engine may still make the image
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Makes an image from a container's file system (`POST /commit`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_commit_container_async(CddService *self,
                                                const char *container,
                                                const CddCommitOptions *options,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);

/**
 * cdd_service_commit_container_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_INVALID_SPEC for an invalid
 *   reference or change
 *
 * Finishes cdd_service_commit_container_async().
 *
 * Returns: (transfer full): the image's id, or %NULL
 *
 * Since: 0.1
 */
CDD_API char *
cdd_service_commit_container_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_prune_containers_async:
 * @self: a service
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b` or
 *   `until=24h`
 * @cancellable: (nullable): cancelling stops waiting; the engine still removes the containers
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Removes all stopped containers that match the filters (`POST /containers/prune`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_prune_containers_async(CddService *self,
                                                const char *const *filters,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);

/**
 * cdd_service_prune_containers_finish:
 * @self: a service
 * @result: the result that @callback got
 * @space_reclaimed: (out) (optional): bytes freed
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an unknown filter, %CDD_ERROR_CONFLICT while
 *   another prune runs
 *
 * Finishes cdd_service_prune_containers_async().
 *
 * Returns: (transfer full) (array zero-terminated=1): the ids of the removed containers, or %NULL
 *
 * Since: 0.1
 */
CDD_API char **cdd_service_prune_containers_finish(CddService *self,
                                                   GAsyncResult *result,
                                                   guint64 *space_reclaimed,
                                                   GError **error);

G_END_DECLS

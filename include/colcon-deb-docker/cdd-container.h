/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/*
 * What is done to a container as a whole. Wherever a container is named, its name, its id and a
 * beginning of its id that no other has will do. The calls that finish with %CDD_ERROR_NOT_FOUND
 * do so when the engine knows none of that name.
 */

/**
 * CddWaitCondition:
 * @CDD_WAIT_NOT_RUNNING: it does not run, which is so at once for one that has ended or never ran
 * @CDD_WAIT_NEXT_EXIT: it ends the next time
 * @CDD_WAIT_REMOVED: it has been removed
 *
 * What cdd_service_wait_container_async() waits for.
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
 * @CDD_REMOVE_NONE: nothing else
 * @CDD_REMOVE_FORCE: kill it if it runs
 * @CDD_REMOVE_VOLUMES: also the volumes without a name that were made for it
 *
 * How cdd_service_remove_container_async() removes.
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
 * @spec: what to make; copied
 * @cancellable: (nullable): nothing stays on the engine, also if it was at it: its answer is waited
 *   for, and the container removed. The error says so if that is in doubt.
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Makes a container without starting it (`POST /containers/create`). It stays until it is removed;
 * cdd_service_run_container_async() does all at once and leaves nothing. The image must be on the
 * engine.
 */
CDD_API void cdd_service_create_container_async(CddService *self,
                                                const CddContainerSpec *spec,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);

/**
 * cdd_service_create_container_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC, %CDD_ERROR_IMAGE_NOT_FOUND, or
 * %CDD_ERROR_CONFLICT for a name that is taken
 *
 * Ends cdd_service_create_container_async().
 *
 * Returns: (transfer full): the new container's id, or %NULL
 */
CDD_API char *
cdd_service_create_container_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_start_container_async:
 * @self: a service
 * @container: a container
 * @cancellable: (nullable): stops waiting; the engine may still start it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Starts a container's process (`POST /containers/{id}/start`). One that runs already is left as it
 * is, and that is success.
 */
CDD_API void cdd_service_start_container_async(CddService *self,
                                               const char *container,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);

/**
 * cdd_service_start_container_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_FAILED when its command cannot be
 * run
 *
 * Ends cdd_service_start_container_async().
 *
 * Returns: whether it was started
 */
CDD_API gboolean cdd_service_start_container_finish(CddService *self,
                                                    GAsyncResult *result,
                                                    GError **error);

/**
 * cdd_service_stop_container_async:
 * @self: a service
 * @container: a container
 * @timeout: seconds between its stop signal and SIGKILL; negative for the container's own
 * @cancellable: (nullable): stops waiting; the engine goes on to stop it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Ends a container's process and waits for its end (`POST /containers/{id}/stop`). Stopping one
 * that does not run succeeds.
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
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Ends cdd_service_stop_container_async().
 *
 * Returns: whether it has ended
 */
CDD_API gboolean cdd_service_stop_container_finish(CddService *self,
                                                   GAsyncResult *result,
                                                   GError **error);

/**
 * cdd_service_kill_container_async:
 * @self: a service
 * @container: a container
 * @signal: (nullable): a signal's name, e.g. `SIGINT`; %NULL for `SIGKILL`
 * @cancellable: (nullable): stops waiting; the engine may still deliver the signal
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Sends a signal to a container's first process (`POST /containers/{id}/kill`).
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
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_CONFLICT when it does not run
 *
 * Ends cdd_service_kill_container_async().
 *
 * Returns: whether the signal was delivered
 */
CDD_API gboolean cdd_service_kill_container_finish(CddService *self,
                                                   GAsyncResult *result,
                                                   GError **error);

/**
 * cdd_service_wait_container_async:
 * @self: a service
 * @container: a container
 * @condition: what to wait for
 * @cancellable: (nullable): stops waiting; the container is left as it is
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Waits for a container (`POST /containers/{id}/wait`), however long that takes.
 * #CddConfig.operation_timeout bounds it all the same.
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
 * @result: what @callback got
 * @exit_code: (out) (optional): its exit code; 128 + N when signal N ended it
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_FAILED when the engine lost it
 *
 * Ends cdd_service_wait_container_async().
 *
 * Returns: whether it has come to that
 */
CDD_API gboolean cdd_service_wait_container_finish(CddService *self,
                                                   GAsyncResult *result,
                                                   gint64 *exit_code,
                                                   GError **error);

/**
 * cdd_service_remove_container_async:
 * @self: a service
 * @container: a container
 * @flags: what else goes
 * @cancellable: (nullable): stops waiting; the engine may still remove it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Removes a container (`DELETE /containers/{id}`).
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
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_CONFLICT when it runs and is not to
 * be forced, or is being removed
 *
 * Ends cdd_service_remove_container_async().
 *
 * Returns: whether it is gone
 */
CDD_API gboolean cdd_service_remove_container_finish(CddService *self,
                                                     GAsyncResult *result,
                                                     GError **error);

/**
 * cdd_service_rename_container_async:
 * @self: a service
 * @container: a container
 * @name: its new name
 * @cancellable: (nullable): stops waiting; the engine may still rename it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Renames a container (`POST /containers/{id}/rename`).
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
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, %CDD_ERROR_INVALID_SPEC, or %CDD_ERROR_CONFLICT
 * for a name that is taken
 *
 * Ends cdd_service_rename_container_async().
 *
 * Returns: whether it has the name now
 */
CDD_API gboolean cdd_service_rename_container_finish(CddService *self,
                                                     GAsyncResult *result,
                                                     GError **error);

/**
 * cdd_service_pause_container_async:
 * @self: a service
 * @container: a container
 * @cancellable: (nullable): stops waiting; the engine may still pause it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Freezes all processes of a container (`POST /containers/{id}/pause`).
 */
CDD_API void cdd_service_pause_container_async(CddService *self,
                                               const char *container,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);

/**
 * cdd_service_pause_container_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_CONFLICT when it does not run;
 * Docker says %CDD_ERROR_FAILED where its cgroup cannot be frozen
 *
 * Ends cdd_service_pause_container_async().
 *
 * Returns: whether it is paused
 */
CDD_API gboolean cdd_service_pause_container_finish(CddService *self,
                                                    GAsyncResult *result,
                                                    GError **error);

/**
 * cdd_service_unpause_container_async:
 * @self: a service
 * @container: a container
 * @cancellable: (nullable): stops waiting; the engine may still let it go on
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Lets a paused container go on (`POST /containers/{id}/unpause`).
 */
CDD_API void cdd_service_unpause_container_async(CddService *self,
                                                 const char *container,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback,
                                                 gpointer user_data);

/**
 * cdd_service_unpause_container_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_FAILED when it is not paused
 *
 * Ends cdd_service_unpause_container_async().
 *
 * Returns: whether it goes on
 */
CDD_API gboolean cdd_service_unpause_container_finish(CddService *self,
                                                      GAsyncResult *result,
                                                      GError **error);

/**
 * cdd_service_resize_container_async:
 * @self: a service
 * @container: a container that has a terminal
 * @columns: its width
 * @rows: its height
 * @cancellable: (nullable): stops waiting; the engine may still do it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Tells a container how large its terminal is (`POST /containers/{id}/resize`).
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
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_CONFLICT when it does not run
 *
 * Ends cdd_service_resize_container_async().
 *
 * Returns: whether it was told
 */
CDD_API gboolean cdd_service_resize_container_finish(CddService *self,
                                                     GAsyncResult *result,
                                                     GError **error);

/**
 * CddCommitOptions:
 * @reference: (nullable): the name of the new image, with a tag or `latest`; %NULL for none
 * @author: (nullable): who made it
 * @message: (nullable): what was done
 * @changes: (nullable) (array zero-terminated=1): Dockerfile instructions to apply to its
 *   configuration, e.g. `CMD ["sh"]`, `ENV A=b`
 * @environment: (nullable) (array zero-terminated=1): `NAME=value` entries that its containers
 *   start with, before those of the container; `NAME` alone takes away what the container had.
 *   Podman does not look at it. Either way a value that the container was made with can still be
 *   read in what older engines keep of it, so a secret must not be among them.
 * @entrypoint: (nullable) (array zero-terminated=1): the entry point, an empty list for none; %NULL
 *   for the container's. Podman does not look at it.
 * @no_pause: whether the container goes on meanwhile, at the risk of files that are half written
 *
 * What cdd_service_commit_container_async() makes. All zero is valid.
 */
typedef struct {
    const char *reference;
    const char *author;
    const char *message;
    const char *const *changes;
    const char *const *environment;
    const char *const *entrypoint;
    gboolean no_pause;
} CddCommitOptions;

#define CDD_TYPE_COMMIT_OPTIONS (cdd_commit_options_get_type())
CDD_API GType cdd_commit_options_get_type(void);

/**
 * cdd_commit_options_new:
 * @reference: (nullable): the name of the new image
 * @author: (nullable): who made it
 * @message: (nullable): what was done
 * @changes: (nullable) (array zero-terminated=1): Dockerfile instructions
 * @environment: (nullable) (array zero-terminated=1): `NAME=value` or `NAME` entries
 * @entrypoint: (nullable) (array zero-terminated=1): the entry point
 *
 * For languages that cannot fill the structure in; what is no text is set afterwards. In C a
 * designated initializer is simpler.
 *
 * Returns: (transfer full): a structure that owns its strings; g_boxed_free() frees it
 */
CDD_API CddCommitOptions *cdd_commit_options_new(const char *reference,
                                                 const char *author,
                                                 const char *message,
                                                 const char *const *changes,
                                                 const char *const *environment,
                                                 const char *const *entrypoint);

/**
 * cdd_service_commit_container_async:
 * @self: a service
 * @container: a container
 * @options: (nullable): what to make; copied
 * @cancellable: (nullable): stops waiting; the engine may still make the image
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Makes an image of a container's file system (`POST /commit`).
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
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, or %CDD_ERROR_INVALID_SPEC for a reference or a
 * change that is none
 *
 * Ends cdd_service_commit_container_async().
 *
 * Returns: (transfer full): the image's id, or %NULL
 */
CDD_API char *
cdd_service_commit_container_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_prune_containers_async:
 * @self: a service
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `label=a=b` or
 *   `until=24h`
 * @cancellable: (nullable): stops waiting; the engine goes on
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Removes all containers that do not run and that the filters match (`POST /containers/prune`).
 */
CDD_API void cdd_service_prune_containers_async(CddService *self,
                                                const char *const *filters,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);

/**
 * cdd_service_prune_containers_finish:
 * @self: a service
 * @result: what @callback got
 * @space_reclaimed: (out) (optional): bytes that became free
 * @error: return location; %CDD_ERROR_INVALID_SPEC for a filter that the engine does not know,
 * %CDD_ERROR_CONFLICT while another one prunes
 *
 * Ends cdd_service_prune_containers_async().
 *
 * Returns: (transfer full) (array zero-terminated=1): the ids of those that were removed, or %NULL
 */
CDD_API char **cdd_service_prune_containers_finish(CddService *self,
                                                   GAsyncResult *result,
                                                   guint64 *space_reclaimed,
                                                   GError **error);

G_END_DECLS

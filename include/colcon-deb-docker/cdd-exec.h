/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-attachment.h>

G_BEGIN_DECLS

/**
 * CddExecSpec:
 * @command: (array zero-terminated=1): the program and its arguments
 * @environment: (nullable) (array zero-terminated=1): `NAME=value` entries, beside the container's
 * @working_dir: (nullable): an absolute path in the container; %NULL for the container's own
 * @user: (nullable): `name`, `uid`, or either with `:group`; %NULL for the container's own
 * @tty: whether its standard streams are a terminal
 * @attach_stdin: whether its standard input is to be written to; otherwise it is empty
 * @privileged: gives it every right on the engine's machine; implied by nothing
 *
 * A process to start in a container that runs. All zero but @command is valid.
 */
typedef struct {
    const char *const *command;
    const char *const *environment;
    const char *working_dir;
    const char *user;
    gboolean tty;
    gboolean attach_stdin;
    gboolean privileged;
} CddExecSpec;

#define CDD_TYPE_EXEC_SPEC (cdd_exec_spec_get_type())
CDD_API GType cdd_exec_spec_get_type(void);

/**
 * cdd_exec_spec_new:
 * @command: (array zero-terminated=1): the program and its arguments
 * @environment: (nullable) (array zero-terminated=1): `NAME=value` entries
 * @working_dir: (nullable): an absolute path in the container
 * @user: (nullable): who it runs as
 *
 * For languages that cannot fill the structure in; what is no text is set afterwards. In C a
 * designated initializer is simpler.
 *
 * Returns: (transfer full): a structure that owns its strings; g_boxed_free() frees it
 */
CDD_API CddExecSpec *cdd_exec_spec_new(const char *const *command,
                                       const char *const *environment,
                                       const char *working_dir,
                                       const char *user);

/**
 * CddExecInfo:
 * @container_id: its container
 * @running: whether it runs
 * @has_exited: whether it has ended, so that @exit_code means something. One that neither runs nor
 *   has ended was never started.
 * @exit_code: its exit code
 * @pid: its process on the engine's machine, 0 when there is none
 *
 * Where a process in a container stands (`GET /exec/{id}/json`).
 */
typedef struct {
    char *container_id;
    gboolean running;
    gboolean has_exited;
    gint64 exit_code;
    gint64 pid;
} CddExecInfo;

#define CDD_TYPE_EXEC_INFO (cdd_exec_info_get_type())
CDD_API GType cdd_exec_info_get_type(void);

/**
 * cdd_exec_info_copy:
 * @info: where a process stands
 *
 * Returns: (transfer full): a copy
 */
CDD_API CddExecInfo *cdd_exec_info_copy(const CddExecInfo *info);

/**
 * cdd_exec_info_free:
 * @info: (transfer full) (nullable): where a process stands
 */
CDD_API void cdd_exec_info_free(CddExecInfo *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddExecInfo, cdd_exec_info_free)

/**
 * cdd_service_exec_async:
 * @self: a service
 * @container: a container that runs
 * @spec: what to run in it; copied
 * @input: (nullable): what its standard input gets, to its end, which closes it; it is not closed
 * @handler: (nullable): gets the output; copied, its user_data must live until @callback
 * @cancellable: (nullable): drops the rest of the output. The process goes on: the Engine API
 *   cannot stop it, and with the end of its streams most programs end by themselves.
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Runs a process in a container to its end (`POST /containers/{id}/exec`, `POST /exec/{id}/start`,
 * `GET /exec/{id}/json`). A reading error of @input is the operation's own.
 */
CDD_API void cdd_service_exec_async(CddService *self,
                                    const char *container,
                                    const CddExecSpec *spec,
                                    GInputStream *input,
                                    const CddOutputHandler *handler,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);

/**
 * cdd_service_exec_finish:
 * @self: a service
 * @result: what @callback got
 * @exit_code: (out) (optional): its exit code; 126 or 127 also when the program cannot be run
 * @error: return location; %CDD_ERROR_INVALID_SPEC, %CDD_ERROR_NOT_FOUND, %CDD_ERROR_CONFLICT when
 *   the container does not run, %CDD_ERROR_FAILED when the process was never started
 *
 * Ends cdd_service_exec_async().
 *
 * Returns: whether it ran to its end, whatever its exit code
 */
CDD_API gboolean cdd_service_exec_finish(CddService *self,
                                         GAsyncResult *result,
                                         gint64 *exit_code,
                                         GError **error);

/**
 * cdd_service_start_exec_async:
 * @self: a service
 * @container: a container that runs
 * @spec: what to run in it; copied
 * @cancellable: (nullable): if the engine was at it, the process may have been started
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Starts a process in a container and gives its streams: for a conversation with it. What becomes
 * of it cdd_service_inspect_exec_async() says once its output has ended.
 */
CDD_API void cdd_service_start_exec_async(CddService *self,
                                          const char *container,
                                          const CddExecSpec *spec,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);

/**
 * cdd_service_start_exec_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; as for cdd_service_exec_finish()
 *
 * Ends cdd_service_start_exec_async().
 *
 * Returns: (transfer full): its streams; its id is the exec's
 */
CDD_API CddAttachment *
cdd_service_start_exec_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_inspect_exec_async:
 * @self: a service
 * @exec: an exec's id
 * @cancellable: (nullable): leaves nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Asks where a process in a container stands (`GET /exec/{id}/json`).
 */
CDD_API void cdd_service_inspect_exec_async(CddService *self,
                                            const char *exec,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

/**
 * cdd_service_inspect_exec_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, which an exec is soon after its container ends
 *
 * Ends cdd_service_inspect_exec_async().
 *
 * Returns: (transfer full): where it stands, or %NULL
 */
CDD_API CddExecInfo *
cdd_service_inspect_exec_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_resize_exec_async:
 * @self: a service
 * @exec: an exec's id; it must have a terminal
 * @columns: its width
 * @rows: its height
 * @cancellable: (nullable): stops waiting; the engine may still do it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Tells a process how large its terminal is (`POST /exec/{id}/resize`).
 */
CDD_API void cdd_service_resize_exec_async(CddService *self,
                                           const char *exec,
                                           guint columns,
                                           guint rows,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);

/**
 * cdd_service_resize_exec_finish:
 * @self: a service
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Ends cdd_service_resize_exec_async().
 *
 * Returns: whether it was told
 */
CDD_API gboolean cdd_service_resize_exec_finish(CddService *self,
                                                GAsyncResult *result,
                                                GError **error);

G_END_DECLS

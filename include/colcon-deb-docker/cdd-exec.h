/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-attachment.h>

G_BEGIN_DECLS

/**
 * CddExecSpec:
 * @command: (array zero-terminated=1): the program and its arguments
 * @environment: (nullable) (array zero-terminated=1): `NAME=value` entries, added to the
 *   container's
 * @working_dir: (nullable): an absolute path in the container; %NULL for the container's working
 *   directory
 * @user: (nullable): `name`, `uid`, or either with `:group`; %NULL for the container's user
 * @tty: whether its standard streams are a terminal
 * @attach_stdin: whether to attach standard input; otherwise it is empty
 * @privileged: gives the process every right on the engine's machine; no other option implies it
 *
 * A process to start in a running container. All members but @command may be zero.
 *
 * Since: 0.1
 */
typedef struct {
    const char *const *command;
    const char *const *environment;
    const char *working_dir;
    const char *user;
    gboolean tty;
    gboolean attach_stdin;
    gboolean privileged;
    /*< private >*/
    gpointer reserved[8];
} CddExecSpec;

#define CDD_TYPE_EXEC_SPEC (cdd_exec_spec_get_type())
CDD_API GType cdd_exec_spec_get_type(void);

/**
 * cdd_exec_spec_new:
 * @command: (array zero-terminated=1): the program and its arguments
 * @environment: (nullable) (array zero-terminated=1): `NAME=value` entries
 * @working_dir: (nullable): an absolute path in the container
 * @user: (nullable): the user that runs the process
 *
 * For language bindings. Set the members that are not strings afterwards. In C, use a designated
 * initializer instead.
 *
 * Returns: (transfer full): a structure that owns its strings; free with
 *   cdd_exec_spec_free()
 *
 * Since: 0.1
 */
CDD_API CddExecSpec *cdd_exec_spec_new(const char *const *command,
                                       const char *const *environment,
                                       const char *working_dir,
                                       const char *user);

/**
 * cdd_exec_spec_copy:
 * @spec: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddExecSpec *cdd_exec_spec_copy(const CddExecSpec *spec);

/**
 * cdd_exec_spec_free:
 * @spec: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_exec_spec_free(CddExecSpec *spec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddExecSpec, cdd_exec_spec_free)

/**
 * cdd_service_start_exec_detached_async:
 * @self: a service
 * @container: a running container
 * @spec: the command; #CddExecSpec.attach_stdin must not be set
 * @cancellable: (nullable): cancelling stops waiting; the engine may still carry out the request
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Starts a command in a running container without its output and input (`POST
 * /containers/{id}/exec`, `POST /exec/{id}/start`). cdd_service_inspect_exec_async() tells when it
 * has ended.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_start_exec_detached_async(CddService *self,
                                                   const char *container,
                                                   const CddExecSpec *spec,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);

/**
 * cdd_service_start_exec_detached_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, %CDD_ERROR_CONFLICT if the container does not run,
 *   %CDD_ERROR_INVALID_SPEC
 *
 * Finishes cdd_service_start_exec_detached_async().
 *
 * Returns: (transfer full): the id of the exec, or %NULL
 *
 * Since: 0.1
 */
CDD_API char *
cdd_service_start_exec_detached_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * CddExecInfo:
 * @container_id: the id of the container
 * @running: whether the process runs
 * @has_exited: whether the process has ended and @exit_code is valid. A process that neither runs
 *   nor has ended was never started.
 * @exit_code: the exit code
 * @pid: the process id on the engine's machine; 0 if there is none
 *
 * The state of a process in a container (`GET /exec/{id}/json`).
 *
 * Since: 0.1
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
 * @info: the state of a process
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddExecInfo *cdd_exec_info_copy(const CddExecInfo *info);

/**
 * cdd_exec_info_free:
 * @info: (transfer full) (nullable): the state of a process
 *
 * Since: 0.1
 */
CDD_API void cdd_exec_info_free(CddExecInfo *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddExecInfo, cdd_exec_info_free)

/**
 * cdd_service_exec_async:
 * @self: a service
 * @container: a running container
 * @spec: the process to start; copied
 * @input: (nullable): copied to the process's standard input, which is closed at the end of @input;
 *   @input itself is not closed
 * @handler: (nullable): receives the output; copied, its user_data must live until @callback
 * @cancellable: (nullable): cancelling drops the rest of the output. The process goes on because
 *   the Engine API cannot stop it; most programs end when their streams are closed.
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Runs a process in a container to its end (`POST /containers/{id}/exec`, `POST /exec/{id}/start`,
 * `GET /exec/{id}/json`). If reading @input fails, the operation fails with that error. When the
 * process has ended, a read of @input that still waits is cancelled. If @input ignores that, the
 * read stays pending, and what it reads is lost.
 *
 * Since: 0.1
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
 * @result: the result that @callback got
 * @exit_code: (out) (optional): its exit code; 126 or 127 also if the program cannot be run
 * @error: return location; %CDD_ERROR_INVALID_SPEC, %CDD_ERROR_NOT_FOUND, %CDD_ERROR_CONFLICT if
 *   the container does not run, %CDD_ERROR_FAILED if the process was never started
 *
 * Finishes cdd_service_exec_async().
 *
 * Returns: whether the process ran to its end, whatever its exit code
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_exec_finish(CddService *self,
                                         GAsyncResult *result,
                                         gint64 *exit_code,
                                         GError **error);

/**
 * cdd_service_start_exec_async:
 * @self: a service
 * @container: a running container
 * @spec: the process to start; copied
 * @cancellable: (nullable): cancelling stops waiting; the engine may still start the process
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Starts a process in a container and returns its streams, for an interactive exchange. When the
 * output has ended, cdd_service_inspect_exec_async() tells the exit code.
 *
 * Since: 0.1
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
 * @result: the result that @callback got
 * @error: return location; as for cdd_service_exec_finish()
 *
 * Finishes cdd_service_start_exec_async().
 *
 * Returns: (transfer full): the streams of the process, whose id is that of the exec; or %NULL
 *
 * Since: 0.1
 */
CDD_API CddAttachment *
cdd_service_start_exec_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_inspect_exec_async:
 * @self: a service
 * @exec: the id of an exec
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Gets the state of a process in a container (`GET /exec/{id}/json`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_inspect_exec_async(CddService *self,
                                            const char *exec,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

/**
 * cdd_service_inspect_exec_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND, also soon after the container has ended
 *
 * Finishes cdd_service_inspect_exec_async().
 *
 * Returns: (transfer full): the state of the process, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddExecInfo *
cdd_service_inspect_exec_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_resize_exec_async:
 * @self: a service
 * @exec: the id of an exec with a terminal
 * @columns: the terminal's width
 * @rows: the terminal's height
 * @cancellable: (nullable): cancelling stops waiting; the engine may still resize the terminal
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Sets the size of a process's terminal (`POST /exec/{id}/resize`).
 *
 * Since: 0.1
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
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_NOT_FOUND
 *
 * Finishes cdd_service_resize_exec_async().
 *
 * Returns: whether the terminal was resized
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_service_resize_exec_finish(CddService *self,
                                                GAsyncResult *result,
                                                GError **error);

G_END_DECLS

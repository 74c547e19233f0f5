/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-macros.h>
#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CddOutputStream:
 * @CDD_OUTPUT_STDOUT: standard output
 * @CDD_OUTPUT_STDERR: standard error
 *
 * The stream that bytes were written to.
 *
 * Since: 0.1
 */
typedef enum {
    CDD_OUTPUT_STDOUT,
    CDD_OUTPUT_STDERR,
} CddOutputStream;

#define CDD_TYPE_OUTPUT_STREAM (cdd_output_stream_get_type())
CDD_API GType cdd_output_stream_get_type(void);

/**
 * CddBuildStepState:
 * @CDD_BUILD_STEP_WORKING: the step is running; for a pull or a transfer, see @current and @total
 *   of #CddBuildProgress
 * @CDD_BUILD_STEP_STARTED: the step has started
 * @CDD_BUILD_STEP_CACHED: the step need not run, its result is in the build cache
 * @CDD_BUILD_STEP_DONE: the step has succeeded
 * @CDD_BUILD_STEP_FAILED: the step has failed or was cancelled
 * @CDD_BUILD_STEP_WARNING: not a step, but a warning for the user
 *
 * The state of a step in a progress report.
 *
 * Since: 0.1
 */
typedef enum {
    CDD_BUILD_STEP_WORKING,
    CDD_BUILD_STEP_STARTED,
    CDD_BUILD_STEP_CACHED,
    CDD_BUILD_STEP_DONE,
    CDD_BUILD_STEP_FAILED,
    CDD_BUILD_STEP_WARNING,
} CddBuildStepState;

#define CDD_TYPE_BUILD_STEP_STATE (cdd_build_step_state_get_type())
CDD_API GType cdd_build_step_state_get_type(void);

/**
 * CddBuildProgress:
 * @current_step: number of the current step, from 1; 0 if steps are not counted
 * @total_steps: number of steps; 0 if unknown
 * @message: description of the work, without control characters
 * @id: (nullable): the part that this report is about, e.g. a layer of a pull or a step of
 *   BuildKit; parts may run in parallel
 * @current: bytes of that part done so far
 * @total: size of that part in bytes; 0 if unknown
 * @state: the state of the step
 * @duration: duration of the step in milliseconds; 0 until it has ended
 * @stage: (nullable): the builder's name for the group of counted steps, e.g. a stage of a
 *   Dockerfile
 *
 * A progress report. Borrowed: valid during the callback only.
 *
 * Since: 0.1
 */
typedef struct {
    guint current_step;
    guint total_steps;
    const char *message;
    const char *id;
    guint64 current;
    guint64 total;
    CddBuildStepState state;
    gint64 duration;
    const char *stage;
} CddBuildProgress;

#define CDD_TYPE_BUILD_PROGRESS (cdd_build_progress_get_type())
CDD_API GType cdd_build_progress_get_type(void);

/**
 * cdd_build_progress_copy:
 * @progress: a structure
 *
 * Returns: (transfer full): a copy that owns its strings
 *
 * Since: 0.1
 */
CDD_API CddBuildProgress *cdd_build_progress_copy(const CddBuildProgress *progress);

/**
 * cdd_build_progress_free:
 * @progress: (transfer full) (nullable): a copy
 *
 * Since: 0.1
 */
CDD_API void cdd_build_progress_free(CddBuildProgress *progress);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddBuildProgress, cdd_build_progress_free)

/**
 * CddContainerState:
 * @CDD_CONTAINER_CREATED: the engine has made the container
 * @CDD_CONTAINER_STARTING: output and exit are watched, the start was requested
 * @CDD_CONTAINER_RUNNING: its process runs
 * @CDD_CONTAINER_STOPPING: the container was told to stop
 * @CDD_CONTAINER_STOPPED: its process has ended and its exit code is known
 * @CDD_CONTAINER_FAILED: the container could not be started, or watching it failed
 *
 * The state of a container run. A state never goes back to an earlier one, and
 * %CDD_CONTAINER_STOPPED and %CDD_CONTAINER_FAILED are final.
 *
 * Since: 0.1
 */
typedef enum {
    CDD_CONTAINER_CREATED,
    CDD_CONTAINER_STARTING,
    CDD_CONTAINER_RUNNING,
    CDD_CONTAINER_STOPPING,
    CDD_CONTAINER_STOPPED,
    CDD_CONTAINER_FAILED,
} CddContainerState;

#define CDD_TYPE_CONTAINER_STATE (cdd_container_state_get_type())
CDD_API GType cdd_container_state_get_type(void);

/**
 * cdd_container_state_get_name:
 * @state: a state
 *
 * Returns: the state's name in lower case, e.g. `running`
 *
 * Since: 0.1
 */
CDD_API const char *cdd_container_state_get_name(CddContainerState state);

/**
 * cdd_container_state_can_follow:
 * @from: a state
 * @to: another
 *
 * Returns: whether a container in @from may go to @to directly
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_container_state_can_follow(CddContainerState from, CddContainerState to);

/**
 * CddOutputHandler:
 * @on_stdout: (nullable): receives bytes of the container's standard output, split anywhere: half a
 *   line or several lines
 * @on_stderr: (nullable): receives bytes of the container's standard error
 * @on_progress: (nullable): receives progress of a pull or a build
 * @on_state: (nullable): called when the container's state changes; the first call tells its id
 * @on_stdin: (nullable): receives the container's standard input, a stream to write to, if
 *   #CddContainerSpec.open_stdin is set. Called once, when the container runs; it may have written
 *   output by then. Take a reference to keep the stream. Closing it ends the container's input
 * only. A blocking write is safe: a thread reads the output meanwhile. When the output has ended,
 * writes that wait, and later ones, end with %G_IO_ERROR_BROKEN_PIPE
 * @user_data: passed to each of them
 *
 * Receives output and progress of a long operation. The functions are called in the caller's main
 * context, in the order in which the engine sent the data, and before the operation's own callback.
 * They may take long. Meanwhile a thread reads on and keeps up to 1 MiB in memory and the rest in
 * an unnamed file in `TMPDIR` or /var/tmp. So a slow function neither stalls the container nor
 * loses output. The container has to wait only if that file cannot grow.
 *
 * Since: 0.1
 */
typedef struct {
    void (*on_stdout)(const void *data, gsize length, gpointer user_data);
    void (*on_stderr)(const void *data, gsize length, gpointer user_data);
    void (*on_progress)(const CddBuildProgress *progress, gpointer user_data);
    void (*on_state)(const char *container_id, CddContainerState state, gpointer user_data);
    void (*on_stdin)(GOutputStream *input, gpointer user_data);
    gpointer user_data;
    /*< private >*/
    gpointer reserved[8];
} CddOutputHandler;

#define CDD_TYPE_OUTPUT_HANDLER (cdd_output_handler_get_type())
CDD_API GType cdd_output_handler_get_type(void);

/**
 * CddOutputFunc:
 * @stream: the stream that the bytes were written to
 * @data: (array length=length) (element-type guint8): bytes, split anywhere
 * @length: number of bytes
 * @user_data: the data given to cdd_output_handler_new()
 *
 * Receives output, like #CddOutputHandler.on_stdout and on_stderr.
 *
 * Since: 0.1
 */
typedef void (*CddOutputFunc)(CddOutputStream stream,
                              const guint8 *data,
                              gsize length,
                              gpointer user_data);

/**
 * CddProgressFunc:
 * @progress: a report; valid during the call only
 * @user_data: the data given to cdd_output_handler_set_progress_func()
 *
 * Receives progress, like #CddOutputHandler.on_progress.
 *
 * Since: 0.1
 */
typedef void (*CddProgressFunc)(const CddBuildProgress *progress, gpointer user_data);

/**
 * CddStateFunc:
 * @container_id: the container's id
 * @state: the container's new state
 * @user_data: the data given to cdd_output_handler_set_state_func()
 *
 * Receives states, like #CddOutputHandler.on_state.
 *
 * Since: 0.1
 */
typedef void (*CddStateFunc)(const char *container_id, CddContainerState state, gpointer user_data);

/**
 * CddInputFunc:
 * @input: the container's standard input
 * @user_data: the data given to cdd_output_handler_set_input_func()
 *
 * Receives the input stream, like #CddOutputHandler.on_stdin.
 *
 * Since: 0.1
 */
typedef void (*CddInputFunc)(GOutputStream *input, gpointer user_data);

/**
 * cdd_output_handler_new:
 * @func: (nullable) (scope notified) (closure user_data) (destroy free_user_data): receives output
 * @user_data: passed to @func
 * @free_user_data: (nullable): frees @user_data
 *
 * Makes a handler, for language bindings. In C, fill in the structure instead. An operation keeps a
 * reference to the functions and their data, so the handler may be freed before the operation ends.
 *
 * Returns: (transfer full): a handler; g_boxed_free() with %CDD_TYPE_OUTPUT_HANDLER frees it
 *
 * Since: 0.1
 */
CDD_API CddOutputHandler *
cdd_output_handler_new(CddOutputFunc func, gpointer user_data, GDestroyNotify free_user_data);

/**
 * cdd_output_handler_set_progress_func:
 * @self: a handler from cdd_output_handler_new()
 * @func: (scope notified) (closure user_data) (destroy free_user_data): receives progress
 * @user_data: passed to @func
 * @free_user_data: (nullable): frees @user_data
 *
 * Sets the function that receives progress. Call it once, before the handler is used.
 *
 * Since: 0.1
 */
CDD_API void cdd_output_handler_set_progress_func(CddOutputHandler *self,
                                                  CddProgressFunc func,
                                                  gpointer user_data,
                                                  GDestroyNotify free_user_data);

/**
 * cdd_output_handler_set_state_func:
 * @self: a handler from cdd_output_handler_new()
 * @func: (scope notified) (closure user_data) (destroy free_user_data): receives states
 * @user_data: passed to @func
 * @free_user_data: (nullable): frees @user_data
 *
 * Sets the function that receives the container's states. Call it once, before the handler is used.
 *
 * Since: 0.1
 */
CDD_API void cdd_output_handler_set_state_func(CddOutputHandler *self,
                                               CddStateFunc func,
                                               gpointer user_data,
                                               GDestroyNotify free_user_data);

/**
 * cdd_output_handler_set_input_func:
 * @self: a handler from cdd_output_handler_new()
 * @func: (scope notified) (closure user_data) (destroy free_user_data): receives the input stream
 * @user_data: passed to @func
 * @free_user_data: (nullable): frees @user_data
 *
 * Sets the function that receives the container's input stream. Call it once, before the handler is
 * used.
 *
 * Since: 0.1
 */
CDD_API void cdd_output_handler_set_input_func(CddOutputHandler *self,
                                               CddInputFunc func,
                                               gpointer user_data,
                                               GDestroyNotify free_user_data);

G_END_DECLS

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
 * Where bytes were written.
 */
typedef enum {
    CDD_OUTPUT_STDOUT,
    CDD_OUTPUT_STDERR,
} CddOutputStream;

#define CDD_TYPE_OUTPUT_STREAM (cdd_output_stream_get_type())
CDD_API GType cdd_output_stream_get_type(void);

/**
 * CddBuildStepState:
 * @CDD_BUILD_STEP_WORKING: it goes on; of a pull or a transfer, how far it is
 * @CDD_BUILD_STEP_STARTED: it has begun
 * @CDD_BUILD_STEP_CACHED: it need not run, an earlier build has left its result
 * @CDD_BUILD_STEP_DONE: it has ended well
 * @CDD_BUILD_STEP_FAILED: it has failed, or was cancelled
 * @CDD_BUILD_STEP_WARNING: no step: something that a user should know
 *
 * What a report of progress says of its step.
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
 * @current_step: the step at work, counted from 1; 0 when steps are not counted
 * @total_steps: how many steps there are; 0 when unknown
 * @message: what is being done, without control characters
 * @id: (nullable): the part that moves, e.g. the layer of a pull, or a step of BuildKit, which may
 *   run beside others
 * @current: bytes of that part that are done
 * @total: its size in bytes, 0 when unknown
 * @state: what is said of the step
 * @duration: how long it took, in microseconds; 0 until it has ended
 * @stage: (nullable): what the builder calls the part whose steps it counts, e.g. a stage of a
 *   Dockerfile
 *
 * One report of progress. Borrowed: valid during the callback only.
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
 * CddContainerState:
 * @CDD_CONTAINER_CREATED: the engine has made the container
 * @CDD_CONTAINER_STARTING: output and exit are watched, the start has been asked for
 * @CDD_CONTAINER_RUNNING: its process runs
 * @CDD_CONTAINER_STOPPING: it has been told to end
 * @CDD_CONTAINER_STOPPED: its process has ended and its exit code is known
 * @CDD_CONTAINER_FAILED: it could not be started or watched to its end
 *
 * Where the life of a container stands. A state never goes back, and %CDD_CONTAINER_STOPPED and
 * %CDD_CONTAINER_FAILED are final.
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
 * Returns: its name in lower case, e.g. `running`
 */
CDD_API const char *cdd_container_state_get_name(CddContainerState state);

/**
 * cdd_container_state_can_follow:
 * @from: a state
 * @to: another
 *
 * Returns: whether a container in @from may go to @to directly
 */
CDD_API gboolean cdd_container_state_can_follow(CddContainerState from, CddContainerState to);

/**
 * CddOutputHandler:
 * @on_stdout: (nullable): bytes the container wrote to its standard output, as they came: a
 *   call may hold half a line or several
 * @on_stderr: (nullable): the same for its standard error
 * @on_progress: (nullable): progress of a pull or a build
 * @on_state: (nullable): the container's state changed; the first call brings its id
 * @on_stdin: (nullable): a container that is run with #CddContainerSpec.open_stdin can be written
 *   to: it reads what goes into @input, from its start on. Called once, before anything of its
 *   output; @input may be kept with a reference, and closing it ends the container's input alone.
 * @user_data: passed to each of them
 *
 * Where output and progress of a long operation go. The calls come in the caller's main context,
 * in the order in which the engine sent the bytes, and end before the operation's own callback
 * runs. A callback may take long: meanwhile a thread goes on to read, and what waits is kept, up to
 * 1 MiB in memory, beyond that in a file without a name in `TMPDIR` or /var/tmp. Neither is the
 * container stalled nor its tail lost; only when that file cannot grow the container has to wait.
 */
typedef struct {
    void (*on_stdout)(const void *data, gsize length, gpointer user_data);
    void (*on_stderr)(const void *data, gsize length, gpointer user_data);
    void (*on_progress)(const CddBuildProgress *progress, gpointer user_data);
    void (*on_state)(const char *container_id, CddContainerState state, gpointer user_data);
    void (*on_stdin)(GOutputStream *input, gpointer user_data);
    gpointer user_data;
} CddOutputHandler;

#define CDD_TYPE_OUTPUT_HANDLER (cdd_output_handler_get_type())
CDD_API GType cdd_output_handler_get_type(void);

/**
 * CddOutputFunc:
 * @stream: where the container wrote them
 * @data: (array length=length) (element-type guint8): bytes, split anywhere
 * @length: how many
 * @user_data: what cdd_output_handler_new() got
 *
 * Gets output as #CddOutputHandler.on_stdout and on_stderr do.
 */
typedef void (*CddOutputFunc)(CddOutputStream stream,
                              const guint8 *data,
                              gsize length,
                              gpointer user_data);

/**
 * CddProgressFunc:
 * @progress: one report; valid during the call only
 * @user_data: what cdd_output_handler_set_progress_func() got
 *
 * Gets progress as #CddOutputHandler.on_progress does.
 */
typedef void (*CddProgressFunc)(const CddBuildProgress *progress, gpointer user_data);

/**
 * CddStateFunc:
 * @container_id: which container
 * @state: what its state is now
 * @user_data: what cdd_output_handler_set_state_func() got
 *
 * Gets states as #CddOutputHandler.on_state does.
 */
typedef void (*CddStateFunc)(const char *container_id, CddContainerState state, gpointer user_data);

/**
 * CddInputFunc:
 * @input: what the container reads
 * @user_data: what cdd_output_handler_set_input_func() got
 *
 * Gets the input as #CddOutputHandler.on_stdin does.
 */
typedef void (*CddInputFunc)(GOutputStream *input, gpointer user_data);

/**
 * cdd_output_handler_new:
 * @func: (nullable) (scope notified) (closure user_data) (destroy free_user_data): gets the output
 * @user_data: passed to @func
 * @free_user_data: (nullable): frees @user_data
 *
 * The way to make a handler for languages that cannot fill the structure in; in C the structure is
 * simpler. An operation holds what such a handler was made of to its end, so the handler need not
 * live as long as the operation.
 *
 * Returns: (transfer full): a handler; g_boxed_free() with %CDD_TYPE_OUTPUT_HANDLER frees it
 */
CDD_API CddOutputHandler *
cdd_output_handler_new(CddOutputFunc func, gpointer user_data, GDestroyNotify free_user_data);

/**
 * cdd_output_handler_set_progress_func:
 * @self: what cdd_output_handler_new() returned
 * @func: (scope notified) (closure user_data) (destroy free_user_data): gets progress
 * @user_data: passed to @func
 * @free_user_data: (nullable): frees @user_data
 *
 * Says where progress goes. Call it before the handler is used, and once.
 */
CDD_API void cdd_output_handler_set_progress_func(CddOutputHandler *self,
                                                  CddProgressFunc func,
                                                  gpointer user_data,
                                                  GDestroyNotify free_user_data);

/**
 * cdd_output_handler_set_state_func:
 * @self: what cdd_output_handler_new() returned
 * @func: (scope notified) (closure user_data) (destroy free_user_data): gets states
 * @user_data: passed to @func
 * @free_user_data: (nullable): frees @user_data
 *
 * Says who is told of the container's state. Call it before the handler is used, and once.
 */
CDD_API void cdd_output_handler_set_state_func(CddOutputHandler *self,
                                               CddStateFunc func,
                                               gpointer user_data,
                                               GDestroyNotify free_user_data);

/**
 * cdd_output_handler_set_input_func:
 * @self: what cdd_output_handler_new() returned
 * @func: (scope notified) (closure user_data) (destroy free_user_data): gets the input
 * @user_data: passed to @func
 * @free_user_data: (nullable): frees @user_data
 *
 * Says who writes to the container. Call it before the handler is used, and once.
 */
CDD_API void cdd_output_handler_set_input_func(CddOutputHandler *self,
                                               CddInputFunc func,
                                               gpointer user_data,
                                               GDestroyNotify free_user_data);

G_END_DECLS

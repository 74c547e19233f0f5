/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs one container, from its creation to its removal. The functions below are in the order of the
 * steps:
 *
 * create -> attach -> wait -> start -> read output to its end and wait for the exit -> done
 *
 * Attach and wait are answered before the start is requested. So neither output nor the exit can be
 * missed, however short the container lives. A container that the caller has created skips the
 * first step; if it runs already, its start succeeds and changes nothing. After every step,
 * cancelling or an error leads to stop(), which removes the container. The job ends only in end().
 */
#include "../api/attachment.h"
#include "../api/container-wait.h"
#include "../api/container.h"
#include "../api/faults.h"
#include "../api/operation.h"
#include "../api/output-handler.h"
#include "../value/error.h"
#include "../value/text.h"

#include <colcon-deb-docker/cdd-container.h>
#include <colcon-deb-docker/cdd-run.h>

enum {
    TAIL_LENGTH = 4096,
    DEFAULT_STOP_TIMEOUT = 10000, /* milliseconds */
    /* Seconds that the engine may take to report the end of a container being removed. */
    REMOVAL_TIMEOUT = 15,
};

typedef struct {
    GTask *task;
    CddService *service;
    CddContainerSpec *spec;
    CddOutputHandler handler;
    GSource *cancel_watch;
    GSource *removal_timer;

    char *id;
    CddContainerState state;
    gboolean busy;         /* a step before the start is running; its callback continues */
    gboolean told_to_stop; /* by the caller or the deadline, so the container may end properly */
    gboolean stopping;     /* stop() has been called */
    GError *error;         /* the first error */
    GCancellable *streams; /* ends output and wait if the job gives up on them */

    CddAttachment *attachment;
    GString *tail;
    gboolean reading_output;

    gboolean perhaps_left; /* the engine has not confirmed the removal */

    CddContainerWait *wait;
    gboolean waiting_for_exit;
    gint64 exit_code;
    gboolean exit_known;
} Job;

static gboolean on_cancelled(GCancellable *cancellable, gpointer user_data);
static void on_created(GObject *source, GAsyncResult *result, gpointer user_data);
static void on_attached(GObject *source, GAsyncResult *result, gpointer user_data);
static void on_waiting(GObject *source, GAsyncResult *result, gpointer user_data);
static void on_started(GObject *source, GAsyncResult *result, gpointer user_data);
static void on_output_read(GObject *source, GAsyncResult *result, gpointer user_data);
static void on_exit_known(GObject *source, GAsyncResult *result, gpointer user_data);
static void stop(Job *job);
static void on_stopped(GObject *source, GAsyncResult *result, gpointer user_data);
static void on_removed(GObject *source, GAsyncResult *result, gpointer user_data);
static gboolean on_removal_overdue(gpointer user_data);
static void end_if_over(Job *job);
static void end(Job *job);

static void
job_free(gpointer data)
{
    Job *job = data;

    cdd_container_spec_free(job->spec);
    g_clear_object(&job->streams);
    g_clear_object(&job->attachment);
    g_clear_pointer(&job->wait, cdd_container_wait_free);
    g_clear_error(&job->error);
    g_string_free(job->tail, TRUE);
    g_free(job->id);
    g_free(job);
}

static void
set_state(Job *job, CddContainerState state)
{
    g_return_if_fail(job->state == state || cdd_container_state_can_follow(job->state, state));
    if (job->state == state)
        return;
    job->state = state;
    if (job->handler.on_state != NULL)
        job->handler.on_state(job->id, state, job->handler.user_data);
}

/* Keeps the first error, which is the cause of later ones. */
static void
note_fault(Job *job, GError *error)
{
    if (job->error == NULL)
        job->error = error;
    else
        g_error_free(error);
}

static void
note_tail(Job *job, const void *data, gsize length)
{
    cdd_text_tail_append(job->tail, data, length, TAIL_LENGTH);
}

static void
on_stdout(const void *data, gsize length, gpointer user_data)
{
    Job *job = user_data;

    note_tail(job, data, length);
    if (job->handler.on_stdout != NULL)
        job->handler.on_stdout(data, length, job->handler.user_data);
}

static void
on_stderr(const void *data, gsize length, gpointer user_data)
{
    Job *job = user_data;

    note_tail(job, data, length);
    if (job->handler.on_stderr != NULL)
        job->handler.on_stderr(data, length, job->handler.user_data);
}

/* NULL if the job has ended already, with an error. */
static Job *
job_new(const char *function,
        CddService *self,
        const CddContainerSpec *spec,
        const CddOutputHandler *handler,
        GCancellable *cancellable,
        GAsyncReadyCallback callback,
        gpointer user_data)
{
    /* Each step has its own description, so the operation has none. */
    GTask *task = cdd_operation_new_in(function, self, cancellable, callback, user_data, "%s", "");
    GError *error = NULL;
    CddOutputHandler own;
    Job *job;

    if (spec == NULL) {
        cdd_operation_return_missing(task, "spec");
        return NULL;
    }
    if (g_cancellable_set_error_if_cancelled(cancellable, &error) ||
        !cdd_output_handler_take(&own, handler, task, &error) ||
        !cdd_container_spec_validate(spec, &error)) {
        cdd_operation_return_error(task, error);
        return NULL;
    }

    job = g_new0(Job, 1);
    job->task = task;
    job->service = self; /* the task holds it */
    job->spec = cdd_container_spec_copy(spec);
    /* The engine removes the container, even if this process has died. */
    job->spec->auto_remove = TRUE;
    job->handler = own;
    job->streams = g_cancellable_new();
    job->tail = g_string_new(NULL);
    g_task_set_task_data(task, job, job_free);
    job->cancel_watch = g_cancellable_source_new(cdd_operation_get_cancellable(task));
    g_source_set_callback(job->cancel_watch, G_SOURCE_FUNC(on_cancelled), job, NULL);
    g_source_attach(job->cancel_watch, g_main_context_get_thread_default());
    job->busy = TRUE;
    return job;
}

static void
attach(Job *job)
{
    cdd_attach_async(cdd_operation_get_client(job->task), job->id, job->spec->open_stdin,
                     job->spec->tty, job->streams, on_attached, job);
}

void
cdd_service_run_container_async(CddService *self,
                                const CddContainerSpec *spec,
                                const CddOutputHandler *handler,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
    Job *job;

    g_return_if_fail(CDD_IS_SERVICE(self));
    job = job_new(__func__, self, spec, handler, cancellable, callback, user_data);
    if (job != NULL)
        cdd_service_create_container_async(self, job->spec, NULL, on_created, job);
}

void
cdd_service_run_created_container_async(CddService *self,
                                        const char *container,
                                        const CddContainerSpec *spec,
                                        const CddOutputHandler *handler,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
    Job *job;

    g_return_if_fail(CDD_IS_SERVICE(self));
    if (container == NULL) {
        cdd_operation_return_missing(
            cdd_operation_new(self, cancellable, callback, user_data, "running a container"),
            "container");
        return;
    }
    job = job_new(__func__, self, spec, handler, cancellable, callback, user_data);
    if (job == NULL)
        return;
    job->id = g_strdup(container);
    attach(job);
}

static gboolean
on_cancelled(GCancellable *cancellable G_GNUC_UNUSED, gpointer user_data)
{
    Job *job = user_data;
    GError *error = g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, "the run was cancelled");

    cdd_operation_explain(job->task, &error);
    note_fault(job, error);
    job->told_to_stop = TRUE;
    if (!job->busy)
        stop(job);
    return G_SOURCE_REMOVE;
}

/* Called after a step. Returns whether the job continues; an error calls stop(). */
static gboolean
go_on(Job *job, GError *error, const char *doing)
{
    job->busy = FALSE;
    if (error != NULL) {
        if (doing != NULL)
            g_prefix_error(&error, "%s: ", doing);
        note_fault(job, error);
    }
    if (job->error == NULL)
        return TRUE;
    stop(job);
    return FALSE;
}

static void
on_created(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Job *job = user_data;
    GError *error = NULL;

    job->id = cdd_service_create_container_finish(CDD_SERVICE(source), result, &error);
    if (job->id != NULL && job->handler.on_state != NULL)
        job->handler.on_state(job->id, CDD_CONTAINER_CREATED, job->handler.user_data);
    if (!go_on(job, error, NULL))
        return;

    job->busy = TRUE;
    attach(job);
}

static void
on_attached(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Job *job = user_data;
    CddClient *client = CDD_CLIENT(source);
    GError *error = NULL;

    job->attachment = cdd_attach_finish(client, result, &error);
    if (!go_on(job, error, "attaching to the container"))
        return;

    job->busy = TRUE;
    cdd_container_wait_async(client, job->id, CDD_WAIT_REMOVED, job->streams, on_waiting, job);
}

static void
on_waiting(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Job *job = user_data;
    GError *error = NULL;

    job->wait = cdd_container_wait_finish(CDD_CLIENT(source), result, &error);
    if (!go_on(job, error, "waiting for the container"))
        return;

    set_state(job, CDD_CONTAINER_STARTING);
    job->reading_output = TRUE;
    cdd_attachment_read_output_async(
        job->attachment,
        &(CddOutputHandler){.on_stdout = on_stdout, .on_stderr = on_stderr, .user_data = job},
        job->streams, on_output_read, job);
    job->waiting_for_exit = TRUE;
    cdd_container_wait_read_async(job->wait, job->streams, on_exit_known, job);
    job->busy = TRUE;
    cdd_service_start_container_async(job->service, job->id, NULL, on_started, job);
}

static void
on_started(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Job *job = user_data;
    GError *error = NULL;

    cdd_service_start_container_finish(CDD_SERVICE(source), result, &error);
    if (!go_on(job, error, NULL))
        return;
    set_state(job, CDD_CONTAINER_RUNNING);
    /* Not before: a function that blocks until the container has read all would wait for ever. */
    if (job->spec->open_stdin && job->handler.on_stdin != NULL)
        job->handler.on_stdin(cdd_attachment_get_stdin(job->attachment), job->handler.user_data);
    end_if_over(job);
}

static void
on_output_read(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Job *job = user_data;
    GError *error = NULL;

    job->reading_output = FALSE;
    if (!cdd_attachment_read_output_finish(CDD_ATTACHMENT(source), result, &error) &&
        !cdd_error_is_cancelled(error)) {
        g_prefix_error(&error, "reading the container's output: ");
        note_fault(job, g_steal_pointer(&error));
        stop(job);
    }
    g_clear_error(&error);
    end_if_over(job);
}

static void
on_exit_known(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    Job *job = user_data;
    GError *error = NULL;

    job->waiting_for_exit = FALSE;
    job->exit_known = cdd_container_wait_read_finish(result, &job->exit_code, &error);
    if (error != NULL && !cdd_error_is_cancelled(error)) {
        g_prefix_error(&error, "waiting for the container to end: ");
        note_fault(job, g_steal_pointer(&error));
        stop(job);
    }
    g_clear_error(&error);
    end_if_over(job);
}

/* A cleanup has its own deadline: the run's deadline may have passed. */
static GTask *
tidying_new(Job *job, GAsyncReadyCallback callback, const char *doing)
{
    GTask *task =
        cdd_operation_new(job->service, NULL, callback, job, "%s the container %s", doing, job->id);

    cdd_operation_set_unbounded(task);
    return task;
}

static void
remove_it(Job *job)
{
    cdd_container_remove(tidying_new(job, on_removed, "removing"), job->id,
                         CDD_REMOVE_FORCE | CDD_REMOVE_VOLUMES);
}

/*
 * Handles errors and cancelling. A running container is stopped, one that never ran is removed. The
 * job ends even if the engine no longer answers.
 */
static void
stop(Job *job)
{
    if (job->stopping || job->busy)
        return;
    job->stopping = TRUE;
    if (job->id == NULL) {
        end(job);
        return;
    }
    set_state(job, CDD_CONTAINER_STOPPING);
    if (job->waiting_for_exit && job->told_to_stop) {
        guint timeout =
            job->spec->stop_timeout == 0 ? DEFAULT_STOP_TIMEOUT : job->spec->stop_timeout;

        /*
         * A first process that has just started has no signal handler yet, so the kernel drops
         * SIGTERM. It notices the end of its input later.
         */
        if (job->spec->open_stdin)
            cdd_attachment_end_input(job->attachment);
        cdd_container_stop(tidying_new(job, on_stopped, "stopping"), job->id,
                           (int)MIN(timeout, G_MAXINT));
    } else {
        remove_it(job);
    }
}

/* Removes the container, whether it has stopped or not. */
static void
on_stopped(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Job *job = user_data;

    cdd_service_stop_container_finish(CDD_SERVICE(source), result, NULL);
    remove_it(job);
}

/*
 * "Not found" means already removed. An error here matters less than the one that led here, which
 * is reported. A conflict means being removed: the answer to the wait request tells when the
 * removal is complete.
 */
static void
on_removed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Job *job = user_data;
    g_autoptr(GError) error = NULL;

    cdd_service_remove_container_finish(CDD_SERVICE(source), result, &error);
    job->perhaps_left = error != NULL && !g_error_matches(error, CDD_ERROR, CDD_ERROR_NOT_FOUND);
    job->removal_timer = g_timeout_source_new_seconds(REMOVAL_TIMEOUT);
    g_source_set_callback(job->removal_timer, on_removal_overdue, job, NULL);
    g_source_attach(job->removal_timer, g_main_context_get_thread_default());
    end_if_over(job);
}

static gboolean
on_removal_overdue(gpointer user_data)
{
    Job *job = user_data;

    g_cancellable_cancel(job->streams);
    return G_SOURCE_REMOVE;
}

/* Ends the job if nothing is running that will call back. */
static void
end_if_over(Job *job)
{
    gboolean streams_ended = !job->reading_output && !job->waiting_for_exit;

    if (!streams_ended || job->busy || (job->stopping && job->removal_timer == NULL))
        return;
    end(job);
}

/* Adds to the error whether the container is left. The exit code comes with the removal. */
static void
explain_what_is_left(Job *job)
{
    gboolean perhaps_left = job->perhaps_left && !job->exit_known;
    g_autofree char *said = NULL;

    if (!perhaps_left && !job->told_to_stop)
        return;
    said = g_steal_pointer(&job->error->message);
    job->error->message =
        perhaps_left
            ? g_strdup_printf("%s; the container %.12s may still be on the engine", said, job->id)
            : g_strdup_printf("%s; its container is gone", said);
}

static void
end(Job *job)
{
    CddContainerResult *result;

    g_source_destroy(job->cancel_watch);
    g_clear_pointer(&job->cancel_watch, g_source_unref);
    if (job->removal_timer != NULL) {
        g_source_destroy(job->removal_timer);
        g_clear_pointer(&job->removal_timer, g_source_unref);
    }
    if (job->id != NULL)
        set_state(job, job->exit_known ? CDD_CONTAINER_STOPPED : CDD_CONTAINER_FAILED);
    if (job->error != NULL) {
        if (job->id != NULL)
            explain_what_is_left(job);
        cdd_operation_return_error(job->task, g_steal_pointer(&job->error));
        return;
    }
    result = g_new0(CddContainerResult, 1);
    result->id = g_strdup(job->id);
    result->exit_code = job->exit_code;
    result->log_tail = cdd_text_tail_clean(job->tail, TAIL_LENGTH);
    cdd_operation_return_pointer(job->task, result, (GDestroyNotify)cdd_container_result_free);
}

CddContainerResult *
cdd_service_run_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

CddContainerResult *
cdd_service_run_created_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

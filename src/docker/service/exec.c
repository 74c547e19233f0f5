/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a process in a container, from its start to its exit code, in these steps:
 *
 * start -> copy input and output to their end -> inspect -> done
 */
#include "../api/operation.h"
#include "../api/output-handler.h"
#include "../engine/deadline.h"
#include "../value/error.h"

#include <colcon-deb-docker/cdd-exec.h>

enum {
    /* Engines may report an exit only some time after the end of the output. */
    POLL_INTERVAL = 50,
    MAX_POLLS = 100,
};

typedef struct {
    GTask *task;
    CddService *service;
    GInputStream *input;
    CddOutputHandler handler;
    CddAttachment *attachment;
    GCancellable *feeding; /* ends copying the input: the process may have ended */
    CddDeadline *reading;  /* cancelled with the operation and by an error of the input */
    gboolean fed;
    gboolean read;
    guint n_polls;
    GSource *poll;
    GError *error; /* the first error */
    gint64 exit_code;
} Job;

static void on_started(GObject *source, GAsyncResult *result, gpointer user_data);
static void on_fed(GObject *source, GAsyncResult *result, gpointer user_data);
static void on_output_read(GObject *source, GAsyncResult *result, gpointer user_data);
static void go_on_if_over(Job *job);
static gboolean inspect(gpointer user_data);
static void on_inspected(GObject *source, GAsyncResult *result, gpointer user_data);

static void
job_free(gpointer data)
{
    Job *job = data;

    g_clear_object(&job->input);
    g_clear_object(&job->attachment);
    g_clear_object(&job->feeding);
    cdd_deadline_free(job->reading);
    g_clear_error(&job->error);
    if (job->poll != NULL) {
        g_source_destroy(job->poll);
        g_source_unref(job->poll);
    }
    g_free(job);
}

void
cdd_service_exec_async(CddService *self,
                       const char *container,
                       const CddExecSpec *spec,
                       GInputStream *input,
                       const CddOutputHandler *handler,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
    CddExecSpec with_input;
    GError *error = NULL;
    GTask *task;
    Job *job;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data, "%s", "");
    if (spec == NULL) {
        cdd_operation_return_missing(task, "spec");
        return;
    }
    job = g_new0(Job, 1);
    job->task = task;
    g_task_set_task_data(job->task, job, job_free);
    job->service = self; /* the task holds it */
    job->input = input != NULL ? g_object_ref(input) : NULL;
    if (!cdd_output_handler_take(&job->handler, handler, task, &error)) {
        cdd_operation_return_error(task, error);
        return;
    }
    with_input = *spec;
    with_input.attach_stdin = input != NULL;
    cdd_service_start_exec_async(self, container, &with_input,
                                 cdd_operation_get_cancellable(job->task), on_started, job);
}

static void
on_started(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Job *job = user_data;
    GError *error = NULL;

    job->attachment = cdd_service_start_exec_finish(CDD_SERVICE(source), result, &error);
    if (job->attachment == NULL) {
        cdd_operation_return_error(job->task, error);
        return;
    }
    job->feeding = g_cancellable_new();
    job->reading = cdd_deadline_new(cdd_operation_get_cancellable(job->task), 0, NULL);
    job->fed = job->input == NULL;
    if (job->input != NULL)
        g_output_stream_splice_async(cdd_attachment_get_stdin(job->attachment), job->input,
                                     G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, G_PRIORITY_DEFAULT,
                                     job->feeding, on_fed, job);
    cdd_attachment_read_output_async(job->attachment, &job->handler,
                                     cdd_deadline_get_cancellable(job->reading), on_output_read,
                                     job);
}

static void
note_fault(Job *job, GError *error)
{
    if (job->error == NULL)
        job->error = error;
    else
        g_error_free(error);
}

/* A process need not read all of its input; this is not an error. */
static void
on_fed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Job *job = user_data;
    GError *error = NULL;

    job->fed = TRUE;
    if (g_output_stream_splice_finish(G_OUTPUT_STREAM(source), result, &error) < 0 &&
        !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE) &&
        !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED) &&
        !g_cancellable_is_cancelled(job->feeding)) {
        g_prefix_error(&error, "writing the process's input: ");
        note_fault(job, g_steal_pointer(&error));
        g_cancellable_cancel(cdd_deadline_get_cancellable(job->reading));
    }
    g_clear_error(&error);
    go_on_if_over(job);
}

static void
on_output_read(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Job *job = user_data;
    GError *error = NULL;

    job->read = TRUE;
    if (!cdd_attachment_read_output_finish(CDD_ATTACHMENT(source), result, &error)) {
        if (!cdd_error_is_cancelled(error))
            g_prefix_error(&error, "reading the process's output: ");
        note_fault(job, error);
    }
    g_cancellable_cancel(job->feeding);
    go_on_if_over(job);
}

static void
go_on_if_over(Job *job)
{
    if (!job->fed || !job->read)
        return;
    if (job->error != NULL)
        cdd_operation_return_error(job->task, g_steal_pointer(&job->error));
    else
        inspect(job);
}

static gboolean
inspect(gpointer user_data)
{
    Job *job = user_data;

    g_clear_pointer(&job->poll, g_source_unref);
    cdd_service_inspect_exec_async(job->service, cdd_attachment_get_id(job->attachment),
                                   cdd_operation_get_cancellable(job->task), on_inspected, job);
    return G_SOURCE_REMOVE;
}

static void
on_inspected(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Job *job = user_data;
    GError *error = NULL;
    g_autoptr(CddExecInfo) info =
        cdd_service_inspect_exec_finish(CDD_SERVICE(source), result, &error);

    if (info == NULL) {
        cdd_operation_return_error(job->task, error);
        return;
    }
    if (info->running && job->n_polls++ < MAX_POLLS) {
        job->poll = g_timeout_source_new(POLL_INTERVAL);
        g_source_set_callback(job->poll, inspect, job, NULL);
        g_source_attach(job->poll, g_main_context_get_thread_default());
        return;
    }
    if (!info->has_exited) {
        error =
            g_error_new_literal(CDD_ERROR, CDD_ERROR_FAILED,
                                info->running ? "the process closed its output and is still running"
                                              : "the process was never started");
        cdd_operation_return_error(job->task, error);
        return;
    }
    job->exit_code = info->exit_code;
    cdd_operation_return_true(job->task);
}

gboolean
cdd_service_exec_finish(CddService *self, GAsyncResult *result, gint64 *exit_code, GError **error)
{
    if (!cdd_operation_finish(self, result, error))
        return FALSE;
    if (exit_code != NULL)
        *exit_code = ((Job *)g_task_get_task_data(G_TASK(result)))->exit_code;
    return TRUE;
}

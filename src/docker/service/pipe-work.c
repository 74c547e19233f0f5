/* SPDX-License-Identifier: Apache-2.0 */
#include "pipe-work.h"

#include "../engine/deadline.h"
#include "../value/error.h"
#include "queue-stream.h"

struct _CddPipeWork {
    const CddPipeWorkFuncs *funcs;
    gpointer user_data;
    GCancellable *cancellable; /* the caller's cancellable */
    CddDeadline *both;         /* also cancelled by an error of either end */
    CddByteQueue *queue;
    GObject *stream; /* the request's end */
    gboolean uploads;
    gboolean requested;
    gboolean worked;
    GError *request_error;
    GError *work_error;
};

CddPipeWork *
cdd_pipe_work_new(const CddPipeWorkFuncs *funcs, GCancellable *cancellable, gpointer user_data)
{
    CddPipeWork *self = g_new0(CddPipeWork, 1);

    self->funcs = funcs;
    self->user_data = user_data;
    self->cancellable = g_object_ref(cancellable);
    self->both = cdd_deadline_new(cancellable, 0, NULL);
    self->queue = cdd_byte_queue_new();
    return self;
}

void
cdd_pipe_work_free(CddPipeWork *self)
{
    cdd_deadline_free(self->both);
    g_object_unref(self->cancellable);
    g_clear_object(&self->stream);
    cdd_byte_queue_unref(self->queue);
    g_clear_error(&self->request_error);
    g_clear_error(&self->work_error);
    g_free(self);
}

GCancellable *
cdd_pipe_work_get_cancellable(CddPipeWork *self)
{
    return cdd_deadline_get_cancellable(self->both);
}

/*
 * The end that failed first has cancelled the other one. The engine's error counts most, unless it
 * only says that the archive is incomplete: then the thread's error explains it.
 */
static GError *
choose_error(CddPipeWork *self)
{
    if (self->request_error == NULL && self->work_error == NULL)
        return NULL;
    /* After cancelling, an incomplete archive is not an error. */
    if (g_cancellable_is_cancelled(self->cancellable))
        return g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, "the copy was cancelled");
    /* An engine need not read the padding after the end of an archive. */
    if (self->request_error == NULL &&
        g_error_matches(self->work_error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
        return NULL;
    if (self->work_error != NULL && !cdd_error_is_cancelled(self->work_error) &&
        (self->request_error == NULL || cdd_error_is_cancelled(self->request_error)))
        return g_steal_pointer(&self->work_error);
    if (self->request_error != NULL)
        return g_steal_pointer(&self->request_error);
    return g_steal_pointer(&self->work_error);
}

static void
end_if_over(CddPipeWork *self)
{
    if (self->requested && self->worked)
        self->funcs->over(choose_error(self), self->user_data);
}

void
cdd_pipe_work_end_request(CddPipeWork *self, GError *error)
{
    self->requested = TRUE;
    self->request_error = error;
    /* The thread then reads an end of file, or gets an error when it writes. */
    if (self->uploads)
        cdd_byte_queue_close(self->queue);
    else
        cdd_byte_queue_end(self->queue);
    if (error != NULL)
        g_cancellable_cancel(cdd_pipe_work_get_cancellable(self));
    end_if_over(self);
}

static void
on_worked(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    CddPipeWork *self = user_data;

    self->worked = TRUE;
    g_task_propagate_boolean(G_TASK(result), &self->work_error);
    /*
     * After an error the queue stays open until the request has ended: an end of file would mean
     * that the archive is complete.
     */
    if (self->work_error != NULL)
        g_cancellable_cancel(cdd_pipe_work_get_cancellable(self));
    end_if_over(self);
}

static void
run(GTask *task, gpointer source G_GNUC_UNUSED, gpointer data, GCancellable *none G_GNUC_UNUSED)
{
    CddPipeWork *self = data;
    GError *error = NULL;

    if (!self->funcs->work(self->queue, cdd_pipe_work_get_cancellable(self), self->user_data,
                           &error)) {
        g_task_return_error(task, error);
        return;
    }
    if (self->uploads)
        cdd_byte_queue_end(self->queue);
    g_task_return_boolean(task, TRUE);
}

static void
start(CddPipeWork *self)
{
    g_autoptr(GTask) task = g_task_new(NULL, NULL, on_worked, self);

    g_task_set_task_data(task, self, NULL);
    g_task_run_in_thread(task, run);
}

GInputStream *
cdd_pipe_work_start_upload(CddPipeWork *self)
{
    GInputStream *stream = cdd_queue_input_new(self->queue);

    self->uploads = TRUE;
    self->stream = G_OBJECT(stream);
    start(self);
    return stream;
}

GOutputStream *
cdd_pipe_work_start_download(CddPipeWork *self)
{
    GOutputStream *stream = cdd_queue_output_new(self->queue);

    self->stream = G_OBJECT(stream);
    start(self);
    return stream;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "queue-stream.h"

#define CDD_TYPE_QUEUE_INPUT (cdd_queue_input_get_type())
G_DECLARE_FINAL_TYPE(CddQueueInput, cdd_queue_input, CDD, QUEUE_INPUT, GInputStream)

struct _CddQueueInput {
    GInputStream parent_instance;
    CddByteQueue *queue;
};

G_DEFINE_FINAL_TYPE(CddQueueInput, cdd_queue_input, G_TYPE_INPUT_STREAM)

#define CDD_TYPE_QUEUE_OUTPUT (cdd_queue_output_get_type())
G_DECLARE_FINAL_TYPE(CddQueueOutput, cdd_queue_output, CDD, QUEUE_OUTPUT, GOutputStream)

struct _CddQueueOutput {
    GOutputStream parent_instance;
    CddByteQueue *queue;
};

G_DEFINE_FINAL_TYPE(CddQueueOutput, cdd_queue_output, G_TYPE_OUTPUT_STREAM)

/* A call's memory: where a read puts bytes, or what a write takes. */
typedef struct {
    void *to;
    const void *from;
    gsize length;
    GSource *wait;
} Call;

static void
end_wait(Call *call)
{
    if (call->wait != NULL)
        g_source_destroy(call->wait);
    g_clear_pointer(&call->wait, g_source_unref);
}

static void
call_free(gpointer data)
{
    end_wait(data);
    g_free(data);
}

/* A source can be attached once, so each time that the call waits has its own. */
static GSource *
renew_wait(GTask *task)
{
    Call *call = g_task_get_task_data(task);

    end_wait(call);
    call->wait = cdd_byte_queue_wait_source_new(g_task_get_cancellable(task));
    return call->wait;
}

/* Calls @retry, which consumes a reference to the task, when the queue has changed. */
static void
wait_for_change(GTask *task, GSourceFunc retry)
{
    Call *call = g_task_get_task_data(task);

    g_source_set_priority(call->wait, g_task_get_priority(task));
    g_source_set_callback(call->wait, retry, task, NULL);
    g_source_attach(call->wait, g_task_get_context(task));
}

static GTask *
begin(gpointer stream,
      const Call *call,
      int priority,
      GCancellable *cancellable,
      GAsyncReadyCallback callback,
      gpointer user_data)
{
    GTask *task = g_task_new(stream, cancellable, callback, user_data);

    g_task_set_priority(task, priority);
    /* Bytes that were taken are not turned into an error. */
    g_task_set_check_cancellable(task, FALSE);
    g_task_set_task_data(task, g_memdup2(call, sizeof *call), call_free);
    return task;
}

static gboolean
try_to_read(gpointer user_data)
{
    GTask *task = user_data;
    CddQueueInput *self = g_task_get_source_object(task);
    const Call *call = g_task_get_task_data(task);
    gboolean end;
    gsize length;

    if (!g_task_return_error_if_cancelled(task)) {
        length =
            cdd_byte_queue_try_read(self->queue, call->to, call->length, renew_wait(task), &end);
        if (length == 0 && !end) {
            wait_for_change(task, try_to_read);
            return G_SOURCE_REMOVE;
        }
        g_task_return_int(task, (gssize)length);
    }
    g_object_unref(task);
    return G_SOURCE_REMOVE;
}

static void
read_async(GInputStream *stream,
           void *buffer,
           gsize count,
           int priority,
           GCancellable *cancellable,
           GAsyncReadyCallback callback,
           gpointer user_data)
{
    const Call call = {.to = buffer, .length = count};

    try_to_read(begin(stream, &call, priority, cancellable, callback, user_data));
}

static gssize
read_finish(GInputStream *stream G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
    return g_task_propagate_int(G_TASK(result), error);
}

static gboolean
try_to_write(gpointer user_data)
{
    GTask *task = user_data;
    CddQueueOutput *self = g_task_get_source_object(task);
    const Call *call = g_task_get_task_data(task);
    GError *error = NULL;
    gsize taken;

    if (!g_task_return_error_if_cancelled(task)) {
        taken = cdd_byte_queue_try_write(self->queue, call->from, call->length, renew_wait(task),
                                         &error);
        if (taken == 0 && error == NULL) {
            wait_for_change(task, try_to_write);
            return G_SOURCE_REMOVE;
        }
        if (error != NULL)
            g_task_return_error(task, error);
        else
            g_task_return_int(task, (gssize)taken);
    }
    g_object_unref(task);
    return G_SOURCE_REMOVE;
}

static void
write_async(GOutputStream *stream,
            const void *data,
            gsize length,
            int priority,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
    const Call call = {.from = data, .length = length};

    try_to_write(begin(stream, &call, priority, cancellable, callback, user_data));
}

static gssize
write_finish(GOutputStream *stream G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
    return g_task_propagate_int(G_TASK(result), error);
}

static void
cdd_queue_input_init(CddQueueInput *self G_GNUC_UNUSED)
{
}

static void
cdd_queue_input_finalize(GObject *object)
{
    cdd_byte_queue_unref(CDD_QUEUE_INPUT(object)->queue);
    G_OBJECT_CLASS(cdd_queue_input_parent_class)->finalize(object);
}

static void
cdd_queue_input_class_init(CddQueueInputClass *class)
{
    G_OBJECT_CLASS(class)->finalize = cdd_queue_input_finalize;
    G_INPUT_STREAM_CLASS(class)->read_async = read_async;
    G_INPUT_STREAM_CLASS(class)->read_finish = read_finish;
}

GInputStream *
cdd_queue_input_new(CddByteQueue *queue)
{
    CddQueueInput *self = g_object_new(CDD_TYPE_QUEUE_INPUT, NULL);

    self->queue = cdd_byte_queue_ref(queue);
    return G_INPUT_STREAM(self);
}

static void
cdd_queue_output_init(CddQueueOutput *self G_GNUC_UNUSED)
{
}

static void
cdd_queue_output_finalize(GObject *object)
{
    cdd_byte_queue_unref(CDD_QUEUE_OUTPUT(object)->queue);
    G_OBJECT_CLASS(cdd_queue_output_parent_class)->finalize(object);
}

static void
cdd_queue_output_class_init(CddQueueOutputClass *class)
{
    G_OBJECT_CLASS(class)->finalize = cdd_queue_output_finalize;
    G_OUTPUT_STREAM_CLASS(class)->write_async = write_async;
    G_OUTPUT_STREAM_CLASS(class)->write_finish = write_finish;
}

GOutputStream *
cdd_queue_output_new(CddByteQueue *queue)
{
    CddQueueOutput *self = g_object_new(CDD_TYPE_QUEUE_OUTPUT, NULL);

    self->queue = cdd_byte_queue_ref(queue);
    return G_OUTPUT_STREAM(self);
}

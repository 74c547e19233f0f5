/* SPDX-License-Identifier: Apache-2.0 */
#include "half-close.h"

#include "../transport/connect.h"
#include "input-source.h"

struct _CddHalfCloseStream {
    GFilterOutputStream parent_instance;
    GIOStream *connection;
    GCancellable *useless;
    GTask *waiting; /* the write that waits; NULL if there is none. It has its own reference. */
};

/* A write that waits until the connection takes more. */
typedef struct {
    const void *data;
    gsize length;
    GSource *source;
} Write;

G_DEFINE_FINAL_TYPE(CddHalfCloseStream, cdd_half_close_stream, G_TYPE_FILTER_OUTPUT_STREAM)

static void
cdd_half_close_stream_init(CddHalfCloseStream *self G_GNUC_UNUSED)
{
}

static void
cdd_half_close_stream_finalize(GObject *object)
{
    CddHalfCloseStream *self = CDD_HALF_CLOSE_STREAM(object);

    g_object_unref(self->connection);
    g_object_unref(self->useless);
    G_OBJECT_CLASS(cdd_half_close_stream_parent_class)->finalize(object);
}

static gboolean
close_half(GOutputStream *stream,
           GCancellable *cancellable G_GNUC_UNUSED,
           GError **error G_GNUC_UNUSED)
{
    cdd_connect_end_output(CDD_HALF_CLOSE_STREAM(stream)->connection);
    return TRUE;
}

static void
close_half_async(GOutputStream *stream,
                 int priority G_GNUC_UNUSED,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(stream, cancellable, callback, user_data);

    cdd_connect_end_output(CDD_HALF_CLOSE_STREAM(stream)->connection);
    g_task_return_boolean(task, TRUE);
}

static gboolean
close_half_finish(GOutputStream *stream G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean(G_TASK(result), error);
}

static GOutputStream *
get_base(CddHalfCloseStream *self)
{
    return g_filter_output_stream_get_base_stream(G_FILTER_OUTPUT_STREAM(self));
}

static GError *
new_useless_error(void)
{
    return g_error_new_literal(G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE,
                               "the process has ended, or the connection to it was dropped");
}

/* A blocking call's cancellable: cancelled with the caller's, or when the stream is useless. */
typedef struct {
    GCancellable *either;
    GCancellable *useless;
    GCancellable *cancellable;
    gulong on_useless;
    gulong on_cancelled;
} Blocking;

static void
on_either(GCancellable *cancelled G_GNUC_UNUSED, gpointer either)
{
    g_cancellable_cancel(either);
}

/* The reader of the output cancels @useless in its thread; the caller may cancel in any other. */
static void
blocking_begin(Blocking *call, CddHalfCloseStream *self, GCancellable *cancellable)
{
    GCancellable *either = g_cancellable_new();

    *call = (Blocking){.either = either, .useless = self->useless, .cancellable = cancellable};
    call->on_useless = g_cancellable_connect(self->useless, G_CALLBACK(on_either), either, NULL);
    if (cancellable != NULL)
        call->on_cancelled =
            g_cancellable_connect(cancellable, G_CALLBACK(on_either), either, NULL);
}

/* Consumes @reason, the error of the call if it failed. Returns @result. */
static gssize
blocking_end(Blocking *call, gssize result, GError *reason, GError **error)
{
    g_cancellable_disconnect(call->useless, call->on_useless);
    g_cancellable_disconnect(call->cancellable, call->on_cancelled);
    /* By then the connection may be closed, which would be another error. */
    if (result < 0 && g_cancellable_is_cancelled(call->useless) &&
        !g_cancellable_is_cancelled(call->cancellable)) {
        g_clear_error(&reason);
        reason = new_useless_error();
    }
    g_object_unref(call->either);
    if (reason != NULL)
        g_propagate_error(error, reason);
    return result;
}

static gssize
write_blocking(GOutputStream *stream,
               const void *data,
               gsize length,
               GCancellable *cancellable,
               GError **error)
{
    CddHalfCloseStream *self = CDD_HALF_CLOSE_STREAM(stream);
    GError *reason = NULL;
    Blocking call;
    gssize written;

    blocking_begin(&call, self, cancellable);
    written = g_output_stream_write(get_base(self), data, length, call.either, &reason);
    return blocking_end(&call, written, reason, error);
}

static gssize
splice_blocking(GOutputStream *stream,
                GInputStream *source,
                GOutputStreamSpliceFlags flags,
                GCancellable *cancellable,
                GError **error)
{
    GError *reason = NULL;
    Blocking call;
    gssize copied;

    blocking_begin(&call, CDD_HALF_CLOSE_STREAM(stream), cancellable);
    copied = G_OUTPUT_STREAM_CLASS(cdd_half_close_stream_parent_class)
                 ->splice(stream, source, flags, call.either, &reason);
    return blocking_end(&call, copied, reason, error);
}

/* The default would wait for @source for as long as it is silent. */
static void
splice_async(GOutputStream *stream,
             GInputStream *source,
             GOutputStreamSpliceFlags flags,
             int priority,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
    CddHalfCloseStream *self = CDD_HALF_CLOSE_STREAM(stream);
    gboolean close_source = (flags & G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE) != 0;
    g_autoptr(GInputStream) given_up_on_end =
        cdd_input_source_new(source, close_source, self->useless);

    G_OUTPUT_STREAM_CLASS(cdd_half_close_stream_parent_class)
        ->splice_async(stream, given_up_on_end, flags, priority, cancellable, callback, user_data);
}

static void
write_free(gpointer data)
{
    Write *write = data;

    if (write->source != NULL)
        g_source_destroy(write->source);
    g_clear_pointer(&write->source, g_source_unref);
    g_free(write);
}

static void
end_write(GTask *task, gssize written, GError *error)
{
    CddHalfCloseStream *self = g_task_get_source_object(task);
    Write *write = g_task_get_task_data(task);

    self->waiting = NULL;
    if (write->source != NULL)
        g_source_destroy(write->source);
    if (error != NULL)
        g_task_return_error(task, error);
    else
        g_task_return_int(task, written);
    g_object_unref(task);
}

static gboolean on_writable(GObject *base, gpointer user_data);

static void
wait_until_writable(GTask *task)
{
    CddHalfCloseStream *self = g_task_get_source_object(task);
    Write *write = g_task_get_task_data(task);
    g_autoptr(GSource) useless = g_cancellable_source_new(self->useless);

    self->waiting = task;
    g_clear_pointer(&write->source, g_source_unref);
    write->source = g_pollable_output_stream_create_source(G_POLLABLE_OUTPUT_STREAM(get_base(self)),
                                                           g_task_get_cancellable(task));
    g_source_set_dummy_callback(useless);
    g_source_add_child_source(write->source, useless);
    g_source_set_callback(write->source, G_SOURCE_FUNC(on_writable), task, NULL);
    g_source_set_priority(write->source, g_task_get_priority(task));
    g_source_attach(write->source, g_task_get_context(task));
}

static void
try_to_write(GTask *task)
{
    CddHalfCloseStream *self = g_task_get_source_object(task);
    Write *write = g_task_get_task_data(task);
    GCancellable *cancellable = g_task_get_cancellable(task);
    GError *error = NULL;
    gssize written;

    if (g_cancellable_is_cancelled(self->useless) && !g_cancellable_is_cancelled(cancellable)) {
        end_write(task, -1, new_useless_error());
        return;
    }
    written = g_pollable_output_stream_write_nonblocking(
        G_POLLABLE_OUTPUT_STREAM(get_base(self)), write->data, write->length, cancellable, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
        g_error_free(error);
        wait_until_writable(task);
        return;
    }
    end_write(task, written, error);
}

static gboolean
on_writable(GObject *base G_GNUC_UNUSED, gpointer user_data)
{
    try_to_write(user_data);
    return G_SOURCE_REMOVE;
}

/* GFilterOutputStream's default would write in a thread, and could not be ended. */
static void
write_async(GOutputStream *stream,
            const void *data,
            gsize length,
            int priority,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
    GTask *task = g_task_new(stream, cancellable, callback, user_data);
    Write *write = g_new0(Write, 1);

    g_task_set_priority(task, priority);
    /* A write that ended is not turned into a cancelled one: the bytes are gone. */
    g_task_set_check_cancellable(task, FALSE);
    write->data = data;
    write->length = length;
    g_task_set_task_data(task, write, write_free);
    try_to_write(task);
}

static gssize
write_finish(GOutputStream *stream G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
    return g_task_propagate_int(G_TASK(result), error);
}

static void
cdd_half_close_stream_class_init(CddHalfCloseStreamClass *class)
{
    GOutputStreamClass *stream_class = G_OUTPUT_STREAM_CLASS(class);

    G_OBJECT_CLASS(class)->finalize = cdd_half_close_stream_finalize;
    stream_class->close_fn = close_half;
    stream_class->close_async = close_half_async;
    stream_class->close_finish = close_half_finish;
    stream_class->write_fn = write_blocking;
    stream_class->splice = splice_blocking;
    stream_class->splice_async = splice_async;
    stream_class->write_async = write_async;
    stream_class->write_finish = write_finish;
}

GOutputStream *
cdd_half_close_stream_new(GIOStream *connection, GCancellable *useless)
{
    CddHalfCloseStream *self =
        g_object_new(CDD_TYPE_HALF_CLOSE_STREAM, "base-stream",
                     g_io_stream_get_output_stream(connection), "close-base-stream", FALSE, NULL);

    self->connection = g_object_ref(connection);
    self->useless = g_object_ref(useless);
    return G_OUTPUT_STREAM(self);
}

void
cdd_half_close_stream_shut(CddHalfCloseStream *self)
{
    g_cancellable_cancel(self->useless);
    if (self->waiting != NULL)
        end_write(self->waiting, -1, new_useless_error());
}

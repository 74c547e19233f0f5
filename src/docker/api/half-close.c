/* SPDX-License-Identifier: Apache-2.0 */
#include "half-close.h"

#include "../transport/connect.h"

struct _CddHalfCloseStream {
    GFilterOutputStream parent_instance;
    GIOStream *connection;
};

G_DEFINE_FINAL_TYPE(CddHalfCloseStream, cdd_half_close_stream, G_TYPE_FILTER_OUTPUT_STREAM)

static void
cdd_half_close_stream_init(CddHalfCloseStream *self G_GNUC_UNUSED)
{
}

static void
cdd_half_close_stream_finalize(GObject *object)
{
    g_object_unref(CDD_HALF_CLOSE_STREAM(object)->connection);
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

static void
on_written(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    GError *error = NULL;
    gssize length = g_output_stream_write_finish(G_OUTPUT_STREAM(source), result, &error);

    if (length < 0)
        g_task_return_error(task, error);
    else
        g_task_return_int(task, length);
}

/* GFilterOutputStream's default would write in a thread. */
static void
write_async(GOutputStream *stream,
            const void *data,
            gsize length,
            int priority,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
    GOutputStream *base = g_filter_output_stream_get_base_stream(G_FILTER_OUTPUT_STREAM(stream));

    g_output_stream_write_async(base, data, length, priority, cancellable, on_written,
                                g_task_new(stream, cancellable, callback, user_data));
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
    stream_class->write_async = write_async;
    stream_class->write_finish = write_finish;
}

GOutputStream *
cdd_half_close_stream_new(GIOStream *connection)
{
    CddHalfCloseStream *self =
        g_object_new(CDD_TYPE_HALF_CLOSE_STREAM, "base-stream",
                     g_io_stream_get_output_stream(connection), "close-base-stream", FALSE, NULL);

    self->connection = g_object_ref(connection);
    return G_OUTPUT_STREAM(self);
}

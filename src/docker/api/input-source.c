/* SPDX-License-Identifier: Apache-2.0 */
#include "input-source.h"

#include <string.h>

enum {
    MAX_LENGTH = 64 * 1024,
    /* A stream that heeds its cancellable needs no more than a turn of the main context. */
    GRACE_MS = 100,
};

struct _CddInputSource {
    GFilterInputStream parent_instance;
    GCancellable *useless;
};

G_DEFINE_FINAL_TYPE(CddInputSource, cdd_input_source, G_TYPE_FILTER_INPUT_STREAM)

/* A read that waits. The task's data; the read of the base stream has a reference to the task. */
typedef struct {
    void *buffer; /* the caller's: not to be touched after the task has returned */
    GCancellable *base_cancellable;
    GSource *stop;
    GSource *grace;
    gboolean returned;
} Read;

static void
clear_source(GSource **source)
{
    if (*source != NULL)
        g_source_destroy(*source);
    g_clear_pointer(source, g_source_unref);
}

static void
read_free(gpointer data)
{
    Read *read = data;

    clear_source(&read->stop);
    clear_source(&read->grace);
    g_object_unref(read->base_cancellable);
    g_free(read);
}

static void
return_stopped(GTask *task)
{
    if (!g_task_return_error_if_cancelled(task))
        g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE,
                                "the process has ended, or the connection to it was dropped");
}

static gboolean
is_stopped(GTask *task)
{
    CddInputSource *self = g_task_get_source_object(task);

    return g_cancellable_is_cancelled(self->useless) ||
           g_cancellable_is_cancelled(g_task_get_cancellable(task));
}

static void
on_base_read(GObject *base, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    Read *read = g_task_get_task_data(task);
    GError *error = NULL;
    g_autoptr(GBytes) bytes =
        g_input_stream_read_bytes_finish(G_INPUT_STREAM(base), result, &error);
    gsize length;
    const void *data;

    if (read->returned || (bytes == NULL && is_stopped(task))) {
        g_clear_error(&error);
        if (!read->returned)
            return_stopped(task);
    } else if (bytes == NULL) {
        g_task_return_error(task, error);
    } else {
        data = g_bytes_get_data(bytes, &length);
        if (length > 0)
            memcpy(read->buffer, data, length);
        g_task_return_int(task, (gssize)length);
    }
    clear_source(&read->stop);
    clear_source(&read->grace);
}

static gboolean
on_grace_over(gpointer user_data)
{
    GTask *task = user_data;
    Read *read = g_task_get_task_data(task);

    read->returned = TRUE;
    return_stopped(task);
    return G_SOURCE_REMOVE;
}

static gboolean
on_stop(GCancellable *cancelled G_GNUC_UNUSED, gpointer user_data)
{
    GTask *task = user_data;
    Read *read = g_task_get_task_data(task);

    read->grace = g_timeout_source_new(GRACE_MS);
    g_source_set_callback(read->grace, on_grace_over, task, NULL);
    g_source_attach(read->grace, g_task_get_context(task));
    g_cancellable_cancel(read->base_cancellable);
    return G_SOURCE_REMOVE;
}

/* Fires when @self becomes useless or @cancellable is cancelled. */
static GSource *
new_stop_source(CddInputSource *self, GCancellable *cancellable)
{
    GSource *stop = g_cancellable_source_new(self->useless);
    g_autoptr(GSource) cancelled = g_cancellable_source_new(cancellable);

    g_source_set_dummy_callback(cancelled);
    g_source_add_child_source(stop, cancelled);
    return stop;
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
    CddInputSource *self = CDD_INPUT_SOURCE(stream);
    GTask *task = g_task_new(stream, cancellable, callback, user_data);
    Read *read = g_new0(Read, 1);

    g_task_set_check_cancellable(task, FALSE);
    read->buffer = buffer;
    read->base_cancellable = g_cancellable_new();
    read->stop = new_stop_source(self, cancellable);
    g_task_set_task_data(task, read, read_free);
    g_source_set_callback(read->stop, G_SOURCE_FUNC(on_stop), task, NULL);
    g_source_attach(read->stop, g_task_get_context(task));
    g_input_stream_read_bytes_async(
        g_filter_input_stream_get_base_stream(G_FILTER_INPUT_STREAM(stream)),
        MIN(count, MAX_LENGTH), priority, read->base_cancellable, on_base_read, task);
}

static gssize
read_finish(GInputStream *stream G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
    return g_task_propagate_int(G_TASK(result), error);
}

static void
cdd_input_source_init(CddInputSource *self G_GNUC_UNUSED)
{
}

static void
cdd_input_source_finalize(GObject *object)
{
    g_object_unref(CDD_INPUT_SOURCE(object)->useless);
    G_OBJECT_CLASS(cdd_input_source_parent_class)->finalize(object);
}

static void
cdd_input_source_class_init(CddInputSourceClass *class)
{
    G_OBJECT_CLASS(class)->finalize = cdd_input_source_finalize;
    G_INPUT_STREAM_CLASS(class)->read_async = read_async;
    G_INPUT_STREAM_CLASS(class)->read_finish = read_finish;
}

GInputStream *
cdd_input_source_new(GInputStream *base, gboolean close_base, GCancellable *useless)
{
    CddInputSource *self = g_object_new(CDD_TYPE_INPUT_SOURCE, "base-stream", base,
                                        "close-base-stream", close_base, NULL);

    self->useless = g_object_ref(useless);
    return G_INPUT_STREAM(self);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "connection.h"

#include <string.h>

enum {
    /* The most that a socket holds, so one read takes everything. Unused pages cost nothing. */
    BUFFER_SIZE = 256 * 1024,
    /* The same number as in Docker's client. */
    MAX_IDLE = 6,
};

#define MAX_IDLE_TIME (30 * G_TIME_SPAN_SECOND)

struct CddConnection {
    GIOStream *stream;
    CddHttp1Span input;
    gint64 idle_since;
    guint8 buffer[BUFFER_SIZE];
};

CddConnection *
cdd_connection_new(GIOStream *stream)
{
    CddConnection *self = g_new(CddConnection, 1);

    /* The buffer is large and need not be cleared. */
    self->input = (CddHttp1Span){NULL, 0};
    self->idle_since = 0;
    self->stream = g_object_ref(stream);
    return self;
}

void
cdd_connection_free(CddConnection *self)
{
    if (self == NULL)
        return;
    g_object_unref(self->stream);
    g_free(self);
}

GIOStream *
cdd_connection_get_stream(CddConnection *self)
{
    return self->stream;
}

CddHttp1Span *
cdd_connection_get_input(CddConnection *self)
{
    return &self->input;
}

void
cdd_connection_join(CddConnection *self, CddHttp1Span *first, CddHttp1Span next)
{
    memmove(self->buffer + (first->data + first->length - self->buffer), next.data, next.length);
    first->length += next.length;
}

static void
on_read(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    CddConnection *self = g_task_get_task_data(task);
    GError *error = NULL;
    gssize length = g_input_stream_read_finish(G_INPUT_STREAM(source), result, &error);

    if (length < 0) {
        g_task_return_error(task, error);
        return;
    }
    self->input = (CddHttp1Span){self->buffer, (gsize)length};
    g_task_return_boolean(task, length > 0);
}

void
cdd_connection_fill_async(CddConnection *self,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
    GTask *task = g_task_new(NULL, cancellable, callback, user_data);

    g_return_if_fail(self->input.length == 0);
    g_task_set_task_data(task, self, NULL);
    g_input_stream_read_async(g_io_stream_get_input_stream(self->stream), self->buffer,
                              sizeof self->buffer, G_PRIORITY_DEFAULT, cancellable, on_read, task);
}

gboolean
cdd_connection_fill_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean(G_TASK(result), error);
}

struct CddPool {
    GQueue idle; /* the most recently used one first */
};

CddPool *
cdd_pool_new(void)
{
    return g_rc_box_new0(CddPool);
}

CddPool *
cdd_pool_ref(CddPool *self)
{
    return g_rc_box_acquire(self);
}

static void
pool_clear(gpointer data)
{
    CddPool *self = data;

    g_queue_clear_full(&self->idle, (GDestroyNotify)cdd_connection_free);
}

void
cdd_pool_unref(CddPool *self)
{
    g_rc_box_release_full(self, pool_clear);
}

void
cdd_pool_put(CddPool *self, CddConnection *connection)
{
    connection->idle_since = g_get_monotonic_time();
    g_queue_push_head(&self->idle, connection);
    if (g_queue_get_length(&self->idle) > MAX_IDLE)
        cdd_connection_free(g_queue_pop_tail(&self->idle));
}

/* An engine never sends unasked, so an idle connection with input is closed or broken. */
static gboolean
looks_alive(CddConnection *connection)
{
    GInputStream *input = g_io_stream_get_input_stream(connection->stream);

    return g_get_monotonic_time() - connection->idle_since < MAX_IDLE_TIME &&
           !g_pollable_input_stream_is_readable(G_POLLABLE_INPUT_STREAM(input));
}

CddConnection *
cdd_pool_take(CddPool *self)
{
    CddConnection *connection;

    while ((connection = g_queue_pop_head(&self->idle)) != NULL) {
        if (looks_alive(connection))
            return connection;
        cdd_connection_free(connection);
    }
    return NULL;
}

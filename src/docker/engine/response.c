/* SPDX-License-Identifier: Apache-2.0 */
#include "response.h"

#include "../transport/connect.h"
#include "deadline.h"

#include <colcon-deb-docker/cdd-error.h>

struct _CddResponse {
    GObject parent_instance;
    CddConnection *connection; /* NULL once returned to the pool or stolen */
    CddPool *pool;
    CddUpload *upload; /* NULL for none */
    CddHttp1Parser *parser;
    guint idle_timeout;
    gboolean touched;
    GError *fault; /* the error after the last piece of the body */
};

G_DEFINE_FINAL_TYPE(CddResponse, cdd_response, G_TYPE_OBJECT)

static void
cdd_response_init(CddResponse *self G_GNUC_UNUSED)
{
}

static void
cdd_response_finalize(GObject *object)
{
    CddResponse *self = CDD_RESPONSE(object);

    if (self->upload != NULL)
        cdd_upload_cancel(self->upload);
    g_clear_object(&self->upload);
    g_clear_pointer(&self->connection, cdd_connection_free);
    g_clear_pointer(&self->pool, cdd_pool_unref);
    g_clear_pointer(&self->parser, cdd_http1_parser_free);
    g_clear_error(&self->fault);
    G_OBJECT_CLASS(cdd_response_parent_class)->finalize(object);
}

static void
cdd_response_class_init(CddResponseClass *class)
{
    G_OBJECT_CLASS(class)->finalize = cdd_response_finalize;
}

CddResponse *
cdd_response_new(CddConnection *connection, CddPool *pool, const char *method, guint idle_timeout)
{
    CddResponse *self = g_object_new(CDD_TYPE_RESPONSE, NULL);

    self->connection = connection;
    self->pool = cdd_pool_ref(pool);
    self->parser = cdd_http1_parser_new(method);
    self->idle_timeout = idle_timeout;
    return self;
}

void
cdd_response_set_upload(CddResponse *self, CddUpload *upload)
{
    self->upload = g_object_ref(upload);
}

guint
cdd_response_get_status(CddResponse *self)
{
    return cdd_http1_parser_get_status(self->parser);
}

const char *
cdd_response_get_header(CddResponse *self, const char *name)
{
    return cdd_http1_parser_get_header(self->parser, name);
}

GStrv
cdd_response_dup_headers(CddResponse *self)
{
    return cdd_http1_parser_dup_headers(self->parser);
}

GIOStream *
cdd_response_get_stream(CddResponse *self)
{
    return self->connection != NULL ? cdd_connection_get_stream(self->connection) : NULL;
}

gboolean
cdd_response_is_untouched(CddResponse *self)
{
    return !self->touched;
}

GIOStream *
cdd_response_steal_stream(CddResponse *self, GBytes **leftover)
{
    g_autoptr(CddConnection) connection = g_steal_pointer(&self->connection);
    CddHttp1Span *input = cdd_connection_get_input(connection);

    *leftover = g_bytes_new(input->data, input->length);
    return g_object_ref(cdd_connection_get_stream(connection));
}

/* The parser's next event. With CDD_HTTP1_BODY, @body is a part of the connection's input. */
typedef struct {
    CddHttp1Event event;
    CddHttp1Span body;
    CddDeadline *deadline;
} Step;

static void
step_free(gpointer data)
{
    Step *step = data;

    g_clear_pointer(&step->deadline, cdd_deadline_free);
    g_free(step);
}

/* The connection may be reused if neither request nor answer has bytes left to transfer. */
static gboolean
may_be_reused(CddResponse *self)
{
    return cdd_http1_parser_keeps_alive(self->parser) &&
           cdd_connection_get_input(self->connection)->length == 0 &&
           (self->upload == NULL || cdd_upload_is_complete(self->upload));
}

static void
end_response(CddResponse *self)
{
    if (self->connection == NULL)
        return;
    if (may_be_reused(self))
        cdd_pool_put(self->pool, g_steal_pointer(&self->connection));
    else
        g_clear_pointer(&self->connection, cdd_connection_free);
}

/* If the source of the upload could not be read, this is why the engine's answer is incomplete. */
static void
prefer_cause(CddResponse *self, GError **error)
{
    const GError *cause = self->upload != NULL ? cdd_upload_get_source_error(self->upload) : NULL;

    if (cause == NULL || *error == NULL)
        return;
    g_clear_error(error);
    *error = g_error_copy(cause);
}

static void
explain(CddResponse *self, GError **error)
{
    if (self->connection != NULL)
        cdd_connect_explain(cdd_connection_get_stream(self->connection), error);
}

static void step_on(GTask *task);

static void
on_filled(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    CddResponse *self = g_task_get_source_object(task);
    Step *step = g_task_get_task_data(task);
    g_autoptr(GError) error = NULL;

    if (cdd_connection_fill_finish(result, &error)) {
        self->touched = TRUE;
        step_on(g_steal_pointer(&task));
        return;
    }
    if (error == NULL && cdd_http1_parser_end_of_input(self->parser, &step->event, &error)) {
        end_response(self);
        g_task_return_boolean(task, TRUE);
        return;
    }
    explain(self, &error);
    cdd_deadline_explain(step->deadline, &error);
    prefer_cause(self, &error);
    g_task_return_error(task, g_steal_pointer(&error));
}

/*
 * Joins all chunks that have been read into one piece: an engine sends a long body in many small
 * chunks, and the cost per piece exceeds the cost of moving them together. An end or error after
 * them is reported by the next call.
 */
static gboolean
take_event(CddResponse *self, CddHttp1Span *input, Step *step, GError **error)
{
    CddHttp1Span next = {NULL, 0};
    CddHttp1Event event;

    if (self->fault != NULL) {
        g_propagate_error(error, g_steal_pointer(&self->fault));
        return FALSE;
    }
    if (!cdd_http1_parser_next(self->parser, input, &step->event, &step->body, error))
        return FALSE;
    if (step->event != CDD_HTTP1_BODY)
        return TRUE;
    while (cdd_http1_parser_next(self->parser, input, &event, &next, &self->fault) &&
           event == CDD_HTTP1_BODY)
        cdd_connection_join(self->connection, &step->body, next);
    return TRUE;
}

static void
step_on(GTask *owned_task)
{
    g_autoptr(GTask) task = owned_task;
    CddResponse *self = g_task_get_source_object(task);
    Step *step = g_task_get_task_data(task);
    CddHttp1Span none = {NULL, 0};
    CddHttp1Span *input =
        self->connection != NULL ? cdd_connection_get_input(self->connection) : &none;
    GError *error = NULL;

    if (!take_event(self, input, step, &error)) {
        explain(self, &error);
        g_task_return_error(task, error);
        return;
    }
    if (step->event == CDD_HTTP1_MORE) {
        CddConnection *connection = self->connection;
        GCancellable *cancellable = cdd_deadline_get_cancellable(step->deadline);

        cdd_connection_fill_async(connection, cancellable, on_filled, g_steal_pointer(&task));
        return;
    }
    if (step->event == CDD_HTTP1_END)
        end_response(self);
    g_task_return_boolean(task, TRUE);
}

static void
next_event_async(CddResponse *self,
                 guint timeout,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer user_data)
{
    GTask *task = g_task_new(self, cancellable, callback, user_data);
    Step *step = g_new0(Step, 1);

    step->deadline = cdd_deadline_new(cancellable, timeout, "more of the engine's answer");
    g_task_set_task_data(task, step, step_free);
    step_on(task);
}

static void
on_head(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    CddResponse *self = CDD_RESPONSE(source);
    GError *error = NULL;

    if (!g_task_propagate_boolean(G_TASK(result), &error)) {
        g_task_return_error(task, error);
        return;
    }
    if (cdd_http1_parser_is_complete(self->parser))
        end_response(self);
    g_task_return_boolean(task, TRUE);
}

void
cdd_response_read_head_async(CddResponse *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
    GTask *task = g_task_new(self, cancellable, callback, user_data);

    next_event_async(self, 0, cancellable, on_head, task);
}

gboolean
cdd_response_read_head_finish(CddResponse *self G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean(G_TASK(result), error);
}

void
cdd_response_read_async(CddResponse *self,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
    next_event_async(self, self->idle_timeout, cancellable, callback, user_data);
}

const guint8 *
cdd_response_read_finish(CddResponse *self G_GNUC_UNUSED,
                         GAsyncResult *result,
                         gsize *length,
                         GError **error)
{
    const Step *step = g_task_get_task_data(G_TASK(result));

    if (!g_task_propagate_boolean(G_TASK(result), error) || step->event != CDD_HTTP1_BODY)
        return NULL;
    *length = step->body.length;
    return step->body.data;
}

typedef struct {
    GByteArray *bytes;
    gsize max_length;
} Collection;

static void
collection_free(gpointer data)
{
    Collection *collection = data;

    g_byte_array_unref(collection->bytes);
    g_free(collection);
}

static void
on_piece(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    CddResponse *self = CDD_RESPONSE(source);
    GCancellable *cancellable = g_task_get_cancellable(task);
    Collection *collection = g_task_get_task_data(task);
    GError *error = NULL;
    gsize length = 0;
    const guint8 *piece = cdd_response_read_finish(self, result, &length, &error);

    if (error != NULL) {
        g_task_return_error(task, error);
        return;
    }
    if (piece == NULL) {
        GBytes *all = g_byte_array_free_to_bytes(g_byte_array_ref(collection->bytes));

        g_task_return_pointer(task, all, (GDestroyNotify)g_bytes_unref);
        return;
    }
    if (length > collection->max_length - collection->bytes->len) {
        g_task_return_new_error(task, CDD_ERROR, CDD_ERROR_PROTOCOL,
                                "the engine's answer is too long");
        return;
    }
    g_byte_array_append(collection->bytes, piece, (guint)length);
    cdd_response_read_async(self, cancellable, on_piece, g_steal_pointer(&task));
}

void
cdd_response_read_all_async(CddResponse *self,
                            gsize max_length,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
    GTask *task = g_task_new(self, cancellable, callback, user_data);
    Collection *collection = g_new0(Collection, 1);

    collection->bytes = g_byte_array_new();
    collection->max_length = max_length;
    g_task_set_task_data(task, collection, collection_free);
    cdd_response_read_async(self, cancellable, on_piece, task);
}

GBytes *
cdd_response_read_all_finish(CddResponse *self G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}

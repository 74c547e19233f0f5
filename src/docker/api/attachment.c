/* SPDX-License-Identifier: Apache-2.0 */
#include "attachment.h"

#include "../engine/reader.h"
#include "../transport/connect.h"
#include "../value/error.h"
#include "../value/result.h"
#include "../wire/stdcopy.h"
#include "half-close.h"
#include "operation.h"
#include "output-handler.h"

#include <colcon-deb-docker/cdd-error.h>

enum {
    /* How long the end waits for the callbacks of writes: more than a splice needs to give up. */
    MAX_WAIT_MS = 1000,
    WAIT_INTERVAL_MS = 2,
};

struct _CddAttachment {
    GObject parent_instance;
    char *id;
    GIOStream *connection;
    GBytes *leftover;
    GOutputStream *stdin_stream; /* NULL if it is not attached */
    GCancellable *useless;       /* cancelled when nobody reads the input any more */
    gboolean tty;
    CddStdcopy demultiplexer;
    CddOutputHandler handler;
    gboolean read;
};

G_DEFINE_FINAL_TYPE(CddAttachment, cdd_attachment, G_TYPE_OBJECT)

static void
cdd_attachment_init(CddAttachment *self)
{
    cdd_stdcopy_init(&self->demultiplexer);
}

/*
 * Ends both directions, and the writes that wait. The caller may keep the input's stream, so it is
 * not enough to drop the references.
 */
static void
drop_connection(CddAttachment *self)
{
    if (self->stdin_stream != NULL)
        cdd_half_close_stream_shut(CDD_HALF_CLOSE_STREAM(self->stdin_stream));
    cdd_connect_close(self->connection);
}

static void
cdd_attachment_finalize(GObject *object)
{
    CddAttachment *self = CDD_ATTACHMENT(object);

    g_free(self->id);
    drop_connection(self);
    g_clear_object(&self->stdin_stream);
    g_object_unref(self->useless);
    g_object_unref(self->connection);
    g_bytes_unref(self->leftover);
    cdd_stdcopy_clear(&self->demultiplexer);
    G_OBJECT_CLASS(cdd_attachment_parent_class)->finalize(object);
}

static void
cdd_attachment_class_init(CddAttachmentClass *class)
{
    G_OBJECT_CLASS(class)->finalize = cdd_attachment_finalize;
}

CddAttachment *
cdd_attachment_new(const char *id, CddResponse *response, gboolean with_stdin, gboolean tty)
{
    CddAttachment *self = g_object_new(CDD_TYPE_ATTACHMENT, NULL);

    self->id = g_strdup(id);
    self->connection = cdd_response_steal_stream(response, &self->leftover);
    self->useless = g_cancellable_new();
    if (with_stdin)
        self->stdin_stream = cdd_half_close_stream_new(self->connection, self->useless);
    self->tty = tty;
    return self;
}

const char *
cdd_attachment_get_id(CddAttachment *self)
{
    g_return_val_if_fail(CDD_IS_ATTACHMENT(self), NULL);
    return self->id;
}

GOutputStream *
cdd_attachment_get_stdin(CddAttachment *self)
{
    g_return_val_if_fail(CDD_IS_ATTACHMENT(self), NULL);
    return self->stdin_stream;
}

void
cdd_attachment_end_input(CddAttachment *self)
{
    cdd_connect_end_output(self->connection);
}

static gboolean
on_piece(const guint8 *data, gsize length, gpointer user_data, GError **error)
{
    CddAttachment *self = user_data;

    if (!self->tty)
        return cdd_stdcopy_feed(&self->demultiplexer, data, length, &self->handler, error);
    if (self->handler.on_stdout != NULL)
        self->handler.on_stdout(data, length, self->handler.user_data);
    return TRUE;
}

/* Returns the error of the operation; NULL for the end of the output. */
static GError *
explain_end(CddAttachment *self, GError *error)
{
    GError *broken;

    if (error == NULL)
        return NULL;
    /*
     * Podman may close its end with unread input in it. The kernel reports this as a reset, after
     * all output. It is not an error: the exit code comes from another request.
     */
    if (self->stdin_stream != NULL &&
        g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED)) {
        g_error_free(error);
        return NULL;
    }
    cdd_connect_explain(self->connection, &error);
    if (error->domain != G_IO_ERROR || cdd_error_is_cancelled(error))
        return error;
    broken = g_error_new(CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE,
                         "the connection to the engine broke: %s", error->message);
    g_error_free(error);
    return broken;
}

/* How the reading ended; reported when the writes have been. */
typedef struct {
    GError *error;
    gint64 begin;
} End;

static void
end_free(gpointer data)
{
    End *end = data;

    g_clear_error(&end->error);
    g_free(end);
}

static gboolean
report_end(gpointer user_data)
{
    GTask *task = user_data;
    CddAttachment *self = g_task_get_source_object(task);
    End *end = g_task_get_task_data(task);

    if (self->stdin_stream != NULL && g_output_stream_has_pending(self->stdin_stream) &&
        g_get_monotonic_time() - end->begin < MAX_WAIT_MS * G_TIME_SPAN_MILLISECOND) {
        g_autoptr(GSource) again = g_timeout_source_new(WAIT_INTERVAL_MS);

        g_task_attach_source(task, again, report_end);
        return G_SOURCE_REMOVE;
    }
    if (end->error != NULL)
        g_task_return_error(task, g_steal_pointer(&end->error));
    else
        g_task_return_boolean(task, TRUE);
    return G_SOURCE_REMOVE;
}

/*
 * The end is reported when the writes have called back, at the earliest in the next turn of the
 * main context. Another thread's write may be pending too.
 */
static void
on_end(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    CddAttachment *self = g_task_get_source_object(task);
    g_autoptr(GSource) report = g_idle_source_new();
    End *end = g_new0(End, 1);

    cdd_reader_finish(result, &end->error);
    end->error = explain_end(self, end->error);
    end->begin = g_get_monotonic_time();
    g_task_set_task_data(task, end, end_free);
    drop_connection(self);
    g_source_set_priority(report, G_PRIORITY_DEFAULT);
    g_task_attach_source(task, report, report_end);
}

void
cdd_attachment_read_output_async(CddAttachment *self,
                                 const CddOutputHandler *handler,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    GError *error = NULL;
    GTask *task;

    g_return_if_fail(CDD_IS_ATTACHMENT(self));
    task = g_task_new(self, cancellable, callback, user_data);
    g_task_set_source_tag(task, cdd_attachment_read_output_async);
    g_task_set_check_cancellable(task, FALSE);
    if (self->read) {
        g_critical("the output of the attachment to %s is read twice", self->id);
        g_task_return_new_error(task, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                                "the output of this attachment is read already; attach again");
        g_object_unref(task);
        return;
    }
    if (!cdd_output_handler_take(&self->handler, handler, task, &error)) {
        g_task_return_error(task, error);
        g_object_unref(task);
        return;
    }
    self->read = TRUE;
    cdd_reader_async(g_io_stream_get_input_stream(self->connection), self->leftover, self->useless,
                     on_piece, self, cancellable, on_end, task);
}

gboolean
cdd_attachment_read_output_finish(CddAttachment *self, GAsyncResult *result, GError **error)
{
    return cdd_result_check(result, self, cdd_attachment_read_output_async, error) &&
           g_task_propagate_boolean(G_TASK(result), error);
}

typedef struct {
    char *container;
    gboolean with_stdin;
    gboolean tty;
} Attach;

static void
attach_free(gpointer data)
{
    Attach *attach = data;

    g_free(attach->container);
    g_free(attach);
}

static void
on_attached(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    Attach *attach = g_task_get_task_data(task);
    GError *error = NULL;
    g_autoptr(CddResponse) response = cdd_client_send_finish(CDD_CLIENT(source), result, &error);

    if (response == NULL)
        g_task_return_error(task, error);
    else
        g_task_return_pointer(
            task, cdd_attachment_new(attach->container, response, attach->with_stdin, attach->tty),
            g_object_unref);
}

void
cdd_attach_async(CddClient *client,
                 const char *container,
                 gboolean with_stdin,
                 gboolean tty,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer user_data)
{
    GTask *task = g_task_new(client, cancellable, callback, user_data);
    Attach *attach = g_new0(Attach, 1);
    /* Podman treats a missing parameter as true, so each one is given. */
    g_autofree char *path =
        cdd_path("/containers/%s/attach?logs=0&stream=1&stdin=%u&stdout=1&stderr=1", container,
                 with_stdin ? 1U : 0U);
    CddCall call = {.method = "POST", .path = path, .upgrade = "tcp"};

    *attach = (Attach){g_strdup(container), with_stdin, tty};
    g_task_set_task_data(task, attach, attach_free);
    cdd_client_send_async(client, &call, cancellable, on_attached, task);
}

CddAttachment *
cdd_attach_finish(CddClient *client G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}

static void
on_public_attached(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    GError *error = NULL;
    CddAttachment *attachment = cdd_attach_finish(CDD_CLIENT(source), result, &error);

    if (attachment == NULL)
        cdd_operation_return_error(task, error);
    else
        cdd_operation_return_pointer(task, attachment, g_object_unref);
}

/* With a terminal the stream is raw, else multiplexed. The content type is not reliable. */
static void
on_inspected(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Attach *attach = g_task_get_task_data(task);
    CddClient *client = CDD_CLIENT(source);
    GError *error = NULL;
    g_autoptr(JsonNode) node = cdd_client_call_finish(client, result, &error);
    JsonObject *config = cdd_json_get_object(cdd_json_as_object(node), "Config");

    if (error != NULL)
        cdd_operation_return_error(task, error);
    else
        cdd_attach_async(client, attach->container, attach->with_stdin,
                         cdd_json_get_boolean(config, "Tty"), cdd_operation_get_cancellable(task),
                         on_public_attached, task);
}

void
cdd_service_attach_container_async(CddService *self,
                                   const char *container,
                                   gboolean with_stdin,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
    g_autofree char *path = cdd_path("/containers/%s/json", container);
    CddCall call = {.method = "GET", .path = path};
    Attach *attach;
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data,
                             "attaching to the container %s", container);
    cdd_operation_require(task, "container", container, NULL);
    if (cdd_operation_lacks_argument(task))
        return;
    attach = g_new0(Attach, 1);
    *attach = (Attach){g_strdup(container), with_stdin, FALSE};
    g_task_set_task_data(task, attach, attach_free);
    cdd_client_call_async(cdd_operation_get_client(task), &call,
                          cdd_operation_get_cancellable(task), on_inspected, task);
}

CddAttachment *
cdd_service_attach_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

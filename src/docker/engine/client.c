/* SPDX-License-Identifier: Apache-2.0 */
#include "client.h"

#include "../transport/connect.h"
#include "../value/error.h"
#include "../value/text.h"
#include "../wire/json.h"
#include "deadline.h"
#include <string.h>

enum {
    /* The newest API version that this library knows, and the oldest that has all it uses. */
    NEWEST_API_MINOR = 51,
    OLDEST_API_MINOR = 40,
};

enum {
    MAX_ERROR_LENGTH = 64 * 1024,
    MAX_MESSAGE_LENGTH = 4096,
    MAX_SHOWN_LENGTH = 500,
    /* How long to wait for the answer of an engine that refused an upload, in milliseconds. */
    REFUSAL_TIMEOUT = 5000,
};

struct _CddClient {
    GObject parent_instance;
    CddAddress *address;
    CddConnector *connector;
    CddTimeouts timeouts;
    CddPool *pool;
    char *api_version;
    gboolean is_podman;
};

G_DEFINE_FINAL_TYPE(CddClient, cdd_client, G_TYPE_OBJECT)

static void
cdd_client_init(CddClient *self)
{
    self->pool = cdd_pool_new();
}

static void
cdd_client_finalize(GObject *object)
{
    CddClient *self = CDD_CLIENT(object);

    cdd_connector_free(self->connector);
    cdd_address_unref(self->address);
    cdd_pool_unref(self->pool);
    g_free(self->api_version);
    G_OBJECT_CLASS(cdd_client_parent_class)->finalize(object);
}

static void
cdd_client_class_init(CddClientClass *class)
{
    G_OBJECT_CLASS(class)->finalize = cdd_client_finalize;
}

CddClient *
cdd_client_new(CddAddress *address, const CddTimeouts *timeouts)
{
    CddClient *self = g_object_new(CDD_TYPE_CLIENT, NULL);

    self->address = cdd_address_ref(address);
    self->connector = cdd_connector_new(address);
    self->timeouts = *timeouts;
    return self;
}

CddAddress *
cdd_client_get_address(CddClient *self)
{
    return self->address;
}

const char *
cdd_client_get_api_version(CddClient *self)
{
    return self->api_version;
}

gboolean
cdd_client_is_podman(CddClient *self)
{
    return self->is_podman;
}

/*
 * A request under way: negotiate the API version if needed, connect or reuse a connection, write,
 * wait for the head. The functions below are in the order in which they run.
 */
typedef struct {
    char *method;
    char *path;
    char *podman_path; /* used if the engine turns out to be Podman */
    GBytes *body;
    GInputStream *from; /* the body to upload */
    char *content_type; /* of the upload */
    char *registry_auth;
    guint header_timeout;
    char *upgrade;
    GStrv fields;
    gboolean unversioned;
    gboolean endless;

    GBytes *request;
    CddResponse *response;
    CddUpload *upload;
    CddDeadline *deadline; /* of the current step */
    GError *error;         /* the result, reported when the upload has ended */
    gboolean reused;       /* the connection is from the pool */
} Send;

static void negotiate(GTask *task);
static void on_pinged(GObject *source, GAsyncResult *result, gpointer user_data);
static void obtain_connection(GTask *task);
static void on_connected(GObject *source, GAsyncResult *result, gpointer user_data);
static void write_request(GTask *task, CddConnection *connection);
static void on_written(GObject *source, GAsyncResult *result, gpointer user_data);
static void on_uploaded(CddUpload *upload, gpointer user_data);
static void on_head(GObject *source, GAsyncResult *result, gpointer user_data);
static void on_error_body(GObject *source, GAsyncResult *result, gpointer user_data);

static void
send_free(gpointer data)
{
    Send *send = data;

    g_free(send->method);
    g_free(send->path);
    g_free(send->podman_path);
    g_clear_pointer(&send->body, g_bytes_unref);
    g_clear_object(&send->from);
    g_free(send->content_type);
    if (send->registry_auth != NULL)
        memset(send->registry_auth, 0, strlen(send->registry_auth));
    g_free(send->registry_auth);
    g_free(send->upgrade);
    g_strfreev(send->fields);
    g_clear_pointer(&send->request, g_bytes_unref);
    g_clear_object(&send->response);
    g_clear_object(&send->upload);
    g_clear_error(&send->error);
    g_clear_pointer(&send->deadline, cdd_deadline_free);
    g_free(send);
}

static GCancellable *
begin_step(GTask *task, guint milliseconds, const char *what)
{
    Send *send = g_task_get_task_data(task);

    g_clear_pointer(&send->deadline, cdd_deadline_free);
    send->deadline = cdd_deadline_new(g_task_get_cancellable(task), milliseconds, what);
    return cdd_deadline_get_cancellable(send->deadline);
}

void
cdd_client_send_async(CddClient *self,
                      const CddCall *call,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
    GTask *task = g_task_new(self, cancellable, callback, user_data);
    Send *send;

    if (call->path == NULL || *call->path != '/') {
        g_task_return_new_error(task, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                                "a name or an id is empty or not valid");
        g_object_unref(task);
        return;
    }
    send = g_new0(Send, 1);
    send->method = g_strdup(call->method);
    send->path = g_strdup(call->path);
    send->podman_path = g_strdup(call->podman_path);
    if (call->body != NULL) {
        char *text = cdd_json_to_text(call->body);

        send->body = g_bytes_new_take(text, strlen(text));
    }
    send->from = call->upload != NULL ? g_object_ref(call->upload) : NULL;
    send->content_type =
        g_strdup(call->content_type != NULL ? call->content_type : "application/x-tar");
    send->registry_auth = g_strdup(call->registry_auth);
    send->header_timeout = call->header_timeout == 0 ? self->timeouts.header : call->header_timeout;
    if (call->header_timeout == CDD_NO_TIMEOUT)
        send->header_timeout = 0;
    send->upgrade = g_strdup(call->upgrade);
    send->fields = g_strdupv((char **)call->fields);
    send->unversioned = call->unversioned;
    send->endless = call->endless;
    g_task_set_task_data(task, send, send_free);

    if (send->unversioned || self->api_version != NULL)
        obtain_connection(task);
    else
        negotiate(task);
}

static void
negotiate(GTask *task)
{
    cdd_client_ping_async(g_task_get_source_object(task), g_task_get_cancellable(task), on_pinged,
                          task);
}

static gboolean
parse_api_version(const char *text, guint64 *major, guint64 *minor)
{
    g_auto(GStrv) parts = g_strsplit(text != NULL ? text : "", ".", 2);

    return g_strv_length(parts) == 2 &&
           g_ascii_string_to_unsigned(parts[0], 10, 0, G_MAXUINT16, major, NULL) &&
           g_ascii_string_to_unsigned(parts[1], 10, 0, G_MAXUINT16, minor, NULL);
}

/* Chooses the lower of the engine's newest version and ours; engines serve older versions too. */
static gboolean
choose_api_version(CddClient *self, const char *offered, GError **error)
{
    guint64 major;
    guint64 minor;

    if (!parse_api_version(offered, &major, &minor)) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                    "the server at %s is not a container engine: its answer to HEAD /_ping has no "
                    "API version; check the address",
                    self->address->uri);
        return FALSE;
    }
    if (major != 1 || minor < OLDEST_API_MINOR) {
        g_set_error(
            error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE,
            "the engine at %s has API %s, but at least 1.%d is needed; install a newer engine",
            self->address->uri, offered, OLDEST_API_MINOR);
        return FALSE;
    }
    g_free(self->api_version);
    self->api_version = g_strdup_printf("1.%u", (guint)MIN(minor, NEWEST_API_MINOR));
    return TRUE;
}

/*
 * A server that refuses the ping is no engine, unless a proxy asks for rights or an engine has
 * trouble. An engine with TLS answers 400 to plain text.
 */
static void
explain_ping(CddClient *self, GError **error)
{
    guint status = cdd_error_get_http_status(*error);
    gboolean may_be_tls = status == 400 && self->address->kind == CDD_ADDRESS_TCP &&
                          self->address->tls_directory == NULL;

    if (status == 0)
        return;
    if (status == 401 || status == 403 || status >= 500) {
        g_prefix_error(error, "asking for the API version of %s: ", self->address->uri);
        return;
    }
    g_clear_error(error);
    g_set_error(error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                "the server at %s is not a container engine: it answered HEAD /_ping with status "
                "%u; check the address%s",
                self->address->uri, status,
                may_be_tls ? "; an engine with TLS needs DOCKER_TLS_VERIFY" : "");
}

static void
on_ping_answered(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    CddClient *self = CDD_CLIENT(source);
    GError *error = NULL;
    g_autoptr(CddResponse) response = cdd_client_send_finish(self, result, &error);

    if (response == NULL)
        explain_ping(self, &error);
    if (response == NULL ||
        !choose_api_version(self, cdd_response_get_header(response, "api-version"), &error)) {
        g_task_return_error(task, error);
        return;
    }
    self->is_podman = cdd_response_get_header(response, "libpod-api-version") != NULL;
    g_task_return_boolean(task, TRUE);
}

void
cdd_client_ping_async(CddClient *self,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
    GTask *task = g_task_new(self, cancellable, callback, user_data);
    CddCall ping = {.method = "HEAD", .path = "/_ping", .unversioned = TRUE};

    g_task_set_check_cancellable(task, FALSE);
    cdd_client_send_async(self, &ping, cancellable, on_ping_answered, task);
}

gboolean
cdd_client_ping_finish(CddClient *self G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean(G_TASK(result), error);
}

static void
on_pinged(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    GError *error = NULL;

    if (cdd_client_ping_finish(CDD_CLIENT(source), result, &error)) {
        obtain_connection(task);
        return;
    }
    cdd_error_set_unsent(error);
    g_task_return_error(task, error);
    g_object_unref(task);
}

/* A login may ask a person, through SSH_ASKPASS. ssh itself limits the rest of it. */
static guint
connect_timeout(CddClient *self)
{
    return self->address->kind == CDD_ADDRESS_SSH ? self->timeouts.header : self->timeouts.connect;
}

static char *
make_target(CddClient *self, const Send *send)
{
    const char *base = self->address->base_path != NULL ? self->address->base_path : "";
    const char *path =
        self->is_podman && send->podman_path != NULL ? send->podman_path : send->path;

    return send->unversioned ? g_strconcat(base, path, NULL)
                             : g_strconcat(base, "/v", self->api_version, path, NULL);
}

static void
obtain_connection(GTask *task)
{
    CddClient *self = g_task_get_source_object(task);
    Send *send = g_task_get_task_data(task);
    g_autofree char *target = make_target(self, send);
    CddConnection *connection;

    g_clear_pointer(&send->request, g_bytes_unref);
    send->request = cdd_http1_request_to_bytes(
        &(CddHttp1Request){.method = send->method,
                           .target = target,
                           .content_type = send->from != NULL   ? send->content_type
                                           : send->body != NULL ? "application/json"
                                                                : NULL,
                           .body = send->body,
                           .chunked = send->from != NULL,
                           .registry_auth = send->registry_auth,
                           .upgrade = send->upgrade,
                           .fields = (const char *const *)send->fields});
    g_assert(send->request != NULL);

    /* A hijacked stream never returns to the pool, so it takes no idle connection either. */
    connection = send->upgrade != NULL || send->reused ? NULL : cdd_pool_take(self->pool);
    send->reused = connection != NULL;
    if (connection != NULL) {
        write_request(task, connection);
        return;
    }
    cdd_connect_async(self->connector,
                      begin_step(task, connect_timeout(self), "a connection to the engine"),
                      on_connected, task);
}

/*
 * Ends the operation with an error. An expired deadline is named in the error. A running upload
 * must end first because it uses the caller's stream. If that stream could not be read, this is the
 * cause, and its error is reported instead.
 */
static void
give_up(GTask *task, GError *error)
{
    Send *send = g_task_get_task_data(task);
    const GError *source_error;

    cdd_deadline_explain(send->deadline, &error);
    if (send->response == NULL)
        cdd_error_set_unsent(error);
    if (send->upload != NULL && !cdd_upload_has_ended(send->upload)) {
        send->error = error;
        cdd_upload_cancel(send->upload);
        return;
    }
    source_error = send->upload != NULL ? cdd_upload_get_source_error(send->upload) : NULL;
    if (source_error != NULL) {
        g_error_free(error);
        error = g_error_copy(source_error);
    }
    g_task_return_error(task, error);
    g_object_unref(task);
}

static void
on_connected(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    GError *error = NULL;
    g_autoptr(GIOStream) stream = cdd_connect_finish(result, &error);

    if (stream == NULL)
        give_up(task, error);
    else
        write_request(task, cdd_connection_new(stream));
}

static void
write_request(GTask *task, CddConnection *connection)
{
    CddClient *self = g_task_get_source_object(task);
    Send *send = g_task_get_task_data(task);
    GIOStream *stream = cdd_connection_get_stream(connection);
    gsize length;
    gconstpointer data = g_bytes_get_data(send->request, &length);

    g_clear_object(&send->response);
    send->response = cdd_response_new(connection, self->pool, send->method,
                                      send->endless ? 0 : self->timeouts.idle);
    g_output_stream_write_all_async(
        g_io_stream_get_output_stream(stream), data, length, G_PRIORITY_DEFAULT,
        begin_step(task, send->header_timeout, "the engine's answer"), on_written, task);
}

/*
 * The engine may close an idle connection just when it is reused. Retry on another connection if no
 * byte of an answer came and the request is harmless to repeat.
 */
static gboolean
may_retry(const Send *send, const GError *error)
{
    return send->reused && cdd_response_is_untouched(send->response) &&
           !cdd_error_is_cancelled(error) &&
           (g_str_equal(send->method, "GET") || g_str_equal(send->method, "HEAD"));
}

static void
fail_or_retry(GTask *task, GError *error)
{
    Send *send = g_task_get_task_data(task);

    if (may_retry(send, error)) {
        g_error_free(error);
        obtain_connection(task);
        return;
    }
    if (!send->reused && cdd_response_is_untouched(send->response))
        cdd_connect_suspect(cdd_response_get_stream(send->response), &error);
    if (error->domain == G_IO_ERROR && !cdd_error_is_cancelled(error)) {
        GError *broken = g_error_new(CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE,
                                     "the connection to the engine broke: %s", error->message);

        g_error_free(error);
        error = broken;
    }
    give_up(task, error);
}

static void
on_written(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Send *send = g_task_get_task_data(task);
    GError *error = NULL;

    if (!g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, NULL, &error)) {
        cdd_connect_explain(cdd_response_get_stream(send->response), &error);
        fail_or_retry(task, error);
        return;
    }
    if (send->from != NULL) {
        begin_step(task, 0, "the engine's answer");
        send->upload =
            cdd_upload_new(send->from, cdd_response_get_stream(send->response), on_uploaded, task);
    }
    cdd_response_read_head_async(send->response, cdd_deadline_get_cancellable(send->deadline),
                                 on_head, task);
}

/* Called before the head arrives, or when an error waits for the end of the upload. */
static void
on_uploaded(CddUpload *upload, gpointer user_data)
{
    GTask *task = user_data;
    Send *send = g_task_get_task_data(task);

    if (send->error != NULL)
        give_up(task, g_steal_pointer(&send->error));
    else if (cdd_upload_is_complete(upload))
        cdd_deadline_arm(send->deadline, send->header_timeout);
    else
        cdd_deadline_arm(send->deadline, REFUSAL_TIMEOUT);
}

/* Engines do not redirect, so an answer that does is of another server. */
static GError *
new_unexpected_status(CddClient *self, CddResponse *response)
{
    guint status = cdd_response_get_status(response);
    const char *location = cdd_response_get_header(response, "location");
    g_autofree char *shown = NULL;

    if (status < 300 || location == NULL)
        return g_error_new(CDD_ERROR, CDD_ERROR_PROTOCOL,
                           "the engine answered with the unexpected status %u", status);
    shown = cdd_text_clean(location, strlen(location), MAX_SHOWN_LENGTH, CDD_TEXT_ONE_LINE);
    return g_error_new(CDD_ERROR, CDD_ERROR_PROTOCOL,
                       "the server at %s redirects to %s (status %u), which a container engine "
                       "does not do; check the address",
                       self->address->uri, shown, status);
}

static void
on_head(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    CddClient *self = g_task_get_source_object(task);
    Send *send = g_task_get_task_data(task);
    CddResponse *response = CDD_RESPONSE(source);
    GError *error = NULL;
    guint status;

    if (!cdd_response_read_head_finish(response, result, &error)) {
        fail_or_retry(task, error);
        return;
    }
    status = cdd_response_get_status(response);
    if (status >= 400) {
        cdd_response_read_all_async(response, MAX_ERROR_LENGTH,
                                    cdd_deadline_get_cancellable(send->deadline), on_error_body,
                                    task);
    } else if ((status == 101) != (send->upgrade != NULL) || (status >= 300 && status != 304)) {
        give_up(task, new_unexpected_status(self, response));
    } else {
        if (send->upload != NULL) {
            cdd_upload_forget(send->upload);
            cdd_response_set_upload(response, send->upload);
        }
        g_task_return_pointer(task, g_steal_pointer(&send->response), g_object_unref);
        g_object_unref(task);
    }
}

/*
 * Podman answers 500 where Docker uses a more specific status, and describes the cause. These
 * causes are conflicts: the name is taken, or the container is in the wrong state.
 */
static gboolean
is_conflict(GBytes *body)
{
    static const char *const ends[] = {"already in use", "already exists", "state improper"};
    gsize length = 0;
    const char *text = body != NULL ? g_bytes_get_data(body, &length) : NULL;
    g_autoptr(JsonNode) node = length == 0 ? NULL : cdd_json_parse(text, length, NULL);
    const char *cause = cdd_json_get_string(cdd_json_as_object(node), "cause");

    for (gsize i = 0; cause != NULL && i < G_N_ELEMENTS(ends); i++) {
        if (g_str_has_suffix(cause, ends[i]))
            return TRUE;
    }
    return FALSE;
}

/* Engines answer with {"message": …}, proxies with anything, and a HEAD has no body. */
static char *
get_message(GBytes *body, guint status)
{
    gsize length = 0;
    const char *text = body != NULL ? g_bytes_get_data(body, &length) : NULL;
    g_autoptr(JsonNode) node = text != NULL ? cdd_json_parse(text, length, NULL) : NULL;
    const char *message = cdd_json_get_string(cdd_json_as_object(node), "message");

    if (message != NULL)
        return cdd_text_clean(message, strlen(message), MAX_MESSAGE_LENGTH, CDD_TEXT_ONE_LINE);
    if (length > 0)
        return cdd_text_clean(text, length, MAX_MESSAGE_LENGTH, CDD_TEXT_ONE_LINE);
    return g_strdup(status == 404 ? "it does not exist" : "no reason given");
}

static void
on_error_body(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    CddResponse *response = CDD_RESPONSE(source);
    g_autoptr(GBytes) body = cdd_response_read_all_finish(response, result, NULL);
    guint status = cdd_response_get_status(response);
    g_autofree char *message = get_message(body, status);
    /* The status is known even if the reason could not be read completely. */
    GError *error = cdd_error_new_for_status(status, message);

    if (status == 500 && is_conflict(body))
        error->code = CDD_ERROR_CONFLICT;
    give_up(task, error);
}

CddResponse *
cdd_client_send_finish(CddClient *self G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Serves the connections of a mock engine, each in a thread. A server in the client's main context
 * would not answer during a blocking call.
 */
#include "server.h"

#include "container.h"
#include "http.h"

#include <colcon-deb-docker/cdd-error.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define API_VERSION "1.44"

enum {
    UNEXPECTED = 500,
};

typedef struct {
    CddMockState *state;
    GSocketConnection *stream;
} Connection;

static CddMockRequest *
record(CddMockState *state, const CddHttpRequest *sent)
{
    CddMockRequest *request = cdd_mock_request_new(sent->method, sent->target, sent->body);

    g_mutex_lock(&state->lock);
    request->was_expected = TRUE;
    g_ptr_array_add(state->requests, request);
    g_mutex_unlock(&state->lock);
    return request;
}

/* A process: it may read its input, writes its output and ends. A client without an input never
 * ends it. */
static void
send_upgraded(CddMockState *state,
              const CddMockAnswer *answer,
              const CddMockRequest *request,
              CddMockRequest *recorded,
              GInputStream *input,
              GOutputStream *output)
{
    GBytes *body =
        cdd_mock_request_get_boolean(request, "Tty") ? answer->terminal_body : answer->body;
    gboolean has_input;

    if (!cdd_http_send_head(output, 101, NULL, 0))
        return;
    g_mutex_lock(&state->lock);
    has_input = answer->has_input;
    g_mutex_unlock(&state->lock);
    if (answer->reads_input && has_input) {
        GBytes *all = cdd_http_read_rest(input);

        g_mutex_lock(&state->lock);
        g_bytes_unref(recorded->body);
        recorded->body = all;
        g_mutex_unlock(&state->lock);
    }
    cdd_http_send(output, g_bytes_get_data(body, NULL), g_bytes_get_size(body));
}

/* A watch without an end goes on until there is another answer to it, as after a lost connection.
 */
static gboolean
send_events(CddMockState *state,
            const CddMockAnswer *answer,
            const CddMockRequest *request,
            GOutputStream *output)
{
    g_autofree char *until = cdd_mock_request_dup_parameter(request, "until");
    gsize length = g_bytes_get_size(answer->body);

    if (!cdd_http_send_head(output, 200, NULL, CDD_HTTP_CHUNKED) ||
        (length > 0 && !cdd_http_send_chunk(output, g_bytes_get_data(answer->body, NULL), length)))
        return FALSE;
    g_mutex_lock(&state->lock);
    while (until == NULL && !state->closing &&
           !cdd_mock_answers_has_unused(state->answers, request))
        g_cond_wait(&state->changed, &state->lock);
    g_mutex_unlock(&state->lock);
    return cdd_http_send_chunk(output, "", 0);
}

/* Returns whether the connection can take another request. */
static gboolean
send_answer(CddMockState *state,
            const CddMockAnswer *answer,
            const CddMockRequest *request,
            CddMockRequest *recorded,
            GInputStream *input,
            GOutputStream *output)
{
    gint64 time = g_get_monotonic_time() + (gint64)answer->delay * G_TIME_SPAN_MILLISECOND;
    gboolean in_time;

    g_mutex_lock(&state->lock);
    if (answer->start != NULL)
        answer->start->has_input = cdd_mock_request_get_boolean(request, "AttachStdin");
    in_time = cdd_mock_state_wait_until(state, time);
    g_mutex_unlock(&state->lock);
    if (!in_time)
        return FALSE;
    switch (answer->kind) {
    case CDD_MOCK_WHOLE:
        return cdd_http_send_whole(output, request->method, answer->status, answer->fields,
                                   answer->body);
    case CDD_MOCK_UPGRADED:
        if (cdd_mock_request_get_boolean(request, "Detach"))
            return cdd_http_send_head(output, 200, NULL, 0);
        send_upgraded(state, answer, request, recorded, input, output);
        return FALSE;
    case CDD_MOCK_EVENTS:
        break;
    }
    return send_events(state, answer, request, output);
}

static gboolean
refuse(CddMockState *state, CddMockRequest *recorded, GOutputStream *output)
{
    g_autofree char *message = NULL;
    g_autofree char *text = NULL;
    g_autoptr(GBytes) body = NULL;

    g_mutex_lock(&state->lock);
    recorded->was_expected = FALSE;
    message = cdd_mock_request_explain(recorded);
    g_mutex_unlock(&state->lock);
    text = cdd_mock_to_json("message", message, NULL);
    body = g_bytes_new(text, strlen(text));
    return cdd_http_send_whole(output, recorded->method, UNEXPECTED, NULL, body);
}

/* BuildKit's session: the client is the server on that stream, and the mock engine asks nothing. */
static void
serve_session(GInputStream *input, GOutputStream *output)
{
    if (cdd_http_send_head(output, 101, NULL, 0))
        g_bytes_unref(cdd_http_read_rest(input));
}

/* Asked before other requests, for the API version and the builder: a test need not prepare it. */
static gboolean
serve_greeting(const CddMockRequest *request, GOutputStream *output, gboolean *more)
{
    static const char version[] = "{\"Version\":\"mock\",\"ApiVersion\":\"" API_VERSION
                                  "\",\"Os\":\"linux\",\"Arch\":\"amd64\"}";

    if (g_str_equal(request->path, "/_ping"))
        *more = cdd_http_send_head(output, 200, "Api-Version: " API_VERSION "\r\n", 0);
    else if (g_str_equal(request->method, "GET") && g_str_equal(request->path, "/version"))
        *more = cdd_http_send_head(output, 200, NULL, (gssize)strlen(version)) &&
                cdd_http_send(output, version, strlen(version));
    else
        return FALSE;
    return TRUE;
}

static gboolean
serve(CddMockState *state, const CddHttpRequest *sent, GInputStream *input, GOutputStream *output)
{
    g_autoptr(CddMockRequest) request =
        cdd_mock_request_new(sent->method, sent->target, sent->body);
    CddMockRequest *recorded;
    const CddMockAnswer *answer;
    gboolean more = FALSE;

    g_mutex_lock(&state->lock);
    answer = cdd_mock_answers_choose(state->answers, request);
    g_mutex_unlock(&state->lock);
    if (answer == NULL && serve_greeting(request, output, &more))
        return more;
    recorded = record(state, sent);
    if (answer != NULL)
        return send_answer(state, answer, request, recorded, input, output);
    if (g_str_equal(request->path, "/session"))
        serve_session(input, output);
    else if (!cdd_mock_container_serve(state, request, recorded, input, output, &more))
        more = refuse(state, recorded, output);
    return more;
}

/* The client sees the end of the stream. Nothing stays of a stream while the engine lives on. */
static void
close_connection(CddMockState *state, GSocketConnection *stream)
{
    g_mutex_lock(&state->lock);
    g_ptr_array_remove_fast(state->sockets, g_socket_connection_get_socket(stream));
    g_mutex_unlock(&state->lock);
    g_io_stream_close(G_IO_STREAM(stream), NULL, NULL);
    g_mutex_lock(&state->lock);
    state->n_threads--;
    g_cond_broadcast(&state->changed);
    g_mutex_unlock(&state->lock);
}

static gpointer
serve_connection(gpointer user_data)
{
    g_autofree Connection *connection = user_data;
    g_autoptr(CddMockState) state = connection->state;
    g_autoptr(GSocketConnection) stream = connection->stream;
    GOutputStream *output = g_io_stream_get_output_stream(G_IO_STREAM(stream));
    g_autoptr(GDataInputStream) input =
        g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(stream)));
    gboolean more = TRUE;

    while (more) {
        g_auto(CddHttpRequest) request = {NULL};

        more = cdd_http_request_read(input, &request) &&
               serve(state, &request, G_INPUT_STREAM(input), output);
    }
    close_connection(state, stream);
    return NULL;
}

static GSocketConnection *
connection_for(int owned_descriptor, GError **error)
{
    g_autoptr(GSocket) socket = g_socket_new_from_fd(owned_descriptor, error);

    if (socket == NULL) {
        close(owned_descriptor);
        return NULL;
    }
    return g_socket_connection_factory_create_connection(socket);
}

static gboolean
open_pair(GSocketConnection *ends[2], GError **error)
{
    int descriptors[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, descriptors) != 0) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_FAILED, "a mock engine's stream: %s",
                    g_strerror(errno));
        return FALSE;
    }
    ends[0] = connection_for(descriptors[0], error);
    ends[1] = connection_for(descriptors[1], ends[0] != NULL ? error : NULL);
    if (ends[0] != NULL && ends[1] != NULL)
        return TRUE;
    g_clear_object(&ends[0]);
    g_clear_object(&ends[1]);
    return FALSE;
}

GIOStream *
cdd_mock_server_open(gpointer engine, GError **error)
{
    CddMockState *state = engine;
    GSocketConnection *ends[2];
    Connection *connection;
    gboolean closing;

    if (!open_pair(ends, error))
        return NULL;
    connection = g_new0(Connection, 1);
    connection->state = cdd_mock_state_ref(state);
    connection->stream = ends[1];
    g_mutex_lock(&state->lock);
    closing = state->closing;
    if (!closing) {
        g_ptr_array_add(state->sockets, g_object_ref(g_socket_connection_get_socket(ends[1])));
        state->n_threads++;
        g_thread_unref(g_thread_new("mock-engine", serve_connection, connection));
    }
    g_mutex_unlock(&state->lock);
    if (!closing)
        return G_IO_STREAM(ends[0]);
    cdd_mock_state_unref(state);
    g_free(connection);
    g_object_unref(ends[0]);
    g_object_unref(ends[1]);
    g_set_error_literal(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE,
                        "the mock engine of this service is gone");
    return NULL;
}

void
cdd_mock_server_close(CddMockState *state)
{
    g_mutex_lock(&state->lock);
    state->closing = TRUE;
    g_cond_broadcast(&state->changed);
    for (guint i = 0; i < state->sockets->len; i++)
        g_socket_shutdown(state->sockets->pdata[i], TRUE, TRUE, NULL);
    while (state->n_threads > 0)
        g_cond_wait(&state->changed, &state->lock);
    g_mutex_unlock(&state->lock);
}

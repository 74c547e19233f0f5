/* SPDX-License-Identifier: Apache-2.0 */
#include "fake-engine.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>

struct FakeEngine {
    FakeFaults faults;
    GSocketListener *listener;
    GCancellable *accepting;
    GThread *acceptor;
    GPtrArray *servers; /* one thread for each connection; used by the acceptor while it runs */
    char *directory;
    char *socket_path;

    GMutex lock;
    GCond changed;
    gint64 sent;
    guint n_connections;
    guint n_stalled;
    gboolean started;
    gboolean output_sent;
    gboolean removed;
    gboolean closing;
    GPtrArray *requests; /* "METHOD path" */
};

/* Returns how many bytes may be sent; *wrong is the position of the byte to corrupt. */
static gsize
take_budget(FakeEngine *self, gsize length, gint64 *wrong)
{
    g_mutex_lock(&self->lock);
    if (self->faults.budget >= 0)
        length = (gsize)MIN((gint64)length, self->faults.budget - self->sent);
    *wrong = self->faults.corrupt - 1 - self->sent;
    self->sent += (gint64)length;
    if (length == 0)
        g_cond_broadcast(&self->changed);
    g_mutex_unlock(&self->lock);
    return length;
}

/* Sends what the budget allows. Returns FALSE when the budget is used up. */
static gboolean
send_bytes(FakeEngine *self, GIOStream *stream, const void *data, gsize length)
{
    GOutputStream *output = g_io_stream_get_output_stream(stream);
    const guint8 *bytes = data;

    while (length > 0) {
        gint64 wrong;
        gsize piece = take_budget(
            self, self->faults.piece == 0 ? length : MIN(length, self->faults.piece), &wrong);
        g_autofree guint8 *sent = g_memdup2(bytes, piece);

        if (wrong >= 0 && wrong < (gint64)piece)
            sent[wrong] ^= 0xFF;
        if (self->faults.delay > 0)
            g_usleep(self->faults.delay);
        if (piece == 0 || !g_output_stream_write_all(output, sent, piece, NULL, NULL, NULL))
            return FALSE;
        bytes += piece;
        length -= piece;
    }
    return TRUE;
}

static gboolean
send_text(FakeEngine *self, GIOStream *stream, const char *text)
{
    return send_bytes(self, stream, text, strlen(text));
}

static gboolean
send_frame(FakeEngine *self, GIOStream *stream, guint8 number, const char *payload)
{
    guint8 header[8] = {number, 0, 0, 0, 0, 0, 0, (guint8)strlen(payload)};

    return send_bytes(self, stream, header, sizeof header) && send_text(self, stream, payload);
}

static gboolean
is_broke(FakeEngine *self)
{
    return self->faults.budget >= 0 && self->sent >= self->faults.budget;
}

static gboolean
has_corrupted(FakeEngine *self)
{
    return self->faults.corrupt > 0 && fake_engine_get_sent(self) >= self->faults.corrupt;
}

/* Waits for a step of the script, the end of the test, or the end of the budget. */
static gboolean
wait_for(FakeEngine *self, const gboolean *step)
{
    gboolean came;

    g_mutex_lock(&self->lock);
    while (!*step && !self->removed && !self->closing && !is_broke(self))
        g_cond_wait(&self->changed, &self->lock);
    came = *step;
    g_mutex_unlock(&self->lock);
    return came;
}

static void
take_step(FakeEngine *self, gboolean *step)
{
    g_mutex_lock(&self->lock);
    *step = TRUE;
    g_cond_broadcast(&self->changed);
    g_mutex_unlock(&self->lock);
}

/* Returns a line of the container's input with its newline, or the rest of the input. */
static char *
read_input(GIOStream *stream)
{
    GString *line = g_string_new(NULL);
    char byte = 0;

    while (byte != '\n' &&
           g_input_stream_read(g_io_stream_get_input_stream(stream), &byte, 1, NULL, NULL) > 0)
        g_string_append_c(line, byte);
    return g_string_free(line, FALSE);
}

static gboolean
send_what_was_read(FakeEngine *self, GIOStream *stream)
{
    g_autofree char *line = self->faults.reads ? read_input(stream) : NULL;

    return line == NULL || send_frame(self, stream, 1, line);
}

static gboolean
serve_attach(FakeEngine *self, GIOStream *stream)
{
    if (send_text(self, stream, "HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n") &&
        wait_for(self, &self->started) && send_what_was_read(self, stream) &&
        send_frame(self, stream, 1, FAKE_STDOUT) && send_frame(self, stream, 2, FAKE_STDERR))
        take_step(self, &self->output_sent);
    return FALSE;
}

static gboolean
serve_wait(FakeEngine *self, GIOStream *stream)
{
    if (!send_text(self, stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))
        return FALSE;
    wait_for(self, &self->output_sent);
    return send_text(self, stream, "10\r\n{\"StatusCode\":7}\r\n0\r\n\r\n");
}

/* Waits until the client closes the connection. */
static gboolean
stall(FakeEngine *self, GIOStream *stream)
{
    char byte;

    g_mutex_lock(&self->lock);
    self->n_stalled++;
    g_mutex_unlock(&self->lock);
    while (g_input_stream_read(g_io_stream_get_input_stream(stream), &byte, 1, NULL, NULL) > 0)
        ;
    g_mutex_lock(&self->lock);
    self->n_stalled--;
    g_mutex_unlock(&self->lock);
    return FALSE;
}

static const FakeAnswer *
find_answer(FakeEngine *self, const char *method, const char *path)
{
    /* e.g. "/v1.41/containers/…" */
    const char *rest = g_str_has_prefix(path, "/v1.") ? strchr(path + 1, '/') : path;
    g_autofree char *request = g_strconcat(method, " ", rest, NULL);

    for (const FakeAnswer *answer = self->faults.answers; answer != NULL && answer->request != NULL;
         answer++) {
        if (g_str_has_prefix(request, answer->request))
            return answer;
    }
    return NULL;
}

static gboolean
send_answer(FakeEngine *self, GIOStream *stream, const FakeAnswer *answer)
{
    const char *body = answer->body == NULL ? "" : answer->body;
    gsize length = answer->length == 0 ? strlen(body) : answer->length;
    const char *fields = answer->fields == NULL ? "" : answer->fields;
    g_autofree char *head =
        answer->upgrade
            ? g_strdup("HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n")
            : g_strdup_printf("HTTP/1.1 %s\r\n%sContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
                              answer->status == NULL ? "200 OK" : answer->status, fields, length);

    return send_text(self, stream, head) && send_bytes(self, stream, body, length) &&
           !answer->upgrade;
}

static gboolean
send_chunk(FakeEngine *self, GIOStream *stream, const char *text)
{
    g_autofree char *chunk = g_strdup_printf("%zx\r\n%s\r\n", strlen(text), text);

    return send_text(self, stream, chunk);
}

/* Past events are sent with the rest, whatever the request's time. */
static gboolean
serve_events(FakeEngine *self, GIOStream *stream)
{
    if (!send_text(self, stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") ||
        !wait_for(self, &self->output_sent) ||
        !send_chunk(self, stream,
                    "{\"Action\":\"die\",\"Actor\":{\"Attributes\":{\"exitCode\":\"7\"}}}\n") ||
        !send_chunk(self, stream, "{\"Action\":\"remove\"}"))
        return FALSE;
    wait_for(self, &self->closing);
    return FALSE;
}

static gboolean
send_container(FakeEngine *self, GIOStream *stream)
{
    const char *json = "{\"Id\":\"abc\",\"Created\":\"2026-01-02T03:04:05.6Z\","
                       "\"State\":{\"StartedAt\":\"0001-01-01T00:00:00Z\"}}";
    g_autofree char *answer =
        g_strdup_printf("HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(json), json);

    return send_text(self, stream, answer);
}

/* Answers one request. Returns FALSE if the connection must be closed. */
static gboolean
serve(FakeEngine *self, GIOStream *stream, const char *method, const char *path)
{
    const FakeAnswer *answer = find_answer(self, method, path);

    if (self->faults.silent != NULL && g_str_has_suffix(path, self->faults.silent)) {
        wait_for(self, &self->closing);
        return FALSE;
    }
    if (self->faults.mute && !g_str_has_suffix(path, "/_ping"))
        return stall(self, stream);
    if (self->faults.refused != NULL && g_str_has_suffix(path, self->faults.refused))
        return send_text(self, stream,
                         "HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\n"
                         "Content-Length: 25\r\n\r\n{\"message\":\"no space left\"");
    if (self->faults.podman && g_str_has_suffix(path, "/_ping"))
        return send_text(
            self, stream,
            "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nLibpod-Api-Version: 4.3.1\r\n\r\n");
    if (self->faults.podman && g_str_has_suffix(path, "/containers/abc/json"))
        return send_container(self, stream);
    if (self->faults.podman && answer == NULL && strstr(path, "/events?") != NULL)
        return serve_events(self, stream);
    if (g_str_has_suffix(path, "/_ping"))
        return send_text(self, stream, "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\n\r\n");
    if (answer != NULL)
        return send_answer(self, stream, answer);
    if (strstr(path, "/containers/create") != NULL)
        return send_text(self, stream,
                         "HTTP/1.1 201 Created\r\nContent-Length: 12\r\n\r\n{\"Id\":\"abc\"}");
    if (strstr(path, "/attach?") != NULL)
        return serve_attach(self, stream);
    if (strstr(path, "/wait?") != NULL)
        return serve_wait(self, stream);
    if (g_str_has_suffix(path, "/start"))
        take_step(self, &self->started);
    if (g_str_equal(method, "DELETE"))
        take_step(self, &self->removed);
    return send_text(self, stream, "HTTP/1.1 204 No Content\r\n\r\n");
}

/* Skips a chunked body. */
static gboolean
skip_chunks(GDataInputStream *input)
{
    gsize length;

    do {
        g_autofree char *line = g_data_input_stream_read_line(input, NULL, NULL, NULL);

        if (line == NULL)
            return FALSE;
        /* A CRLF follows each chunk. */
        length = (gsize)g_ascii_strtoull(line, NULL, 16);
        for (gsize left = length + 2; left > 0;) {
            gssize skipped = g_input_stream_skip(G_INPUT_STREAM(input), left, NULL, NULL);

            if (skipped <= 0)
                return FALSE;
            left -= (gsize)skipped;
        }
    } while (length > 0);
    return TRUE;
}

/* Reads a head and its body. */
static gboolean
read_request(GDataInputStream *input, char **method, char **path)
{
    g_autofree char *first = g_data_input_stream_read_line(input, NULL, NULL, NULL);
    g_auto(GStrv) words = first == NULL ? NULL : g_strsplit(first, " ", 3);
    guint64 length = 0;
    gboolean chunked = FALSE;

    if (words == NULL || g_strv_length(words) != 3)
        return FALSE;
    for (;;) {
        g_autofree char *line = g_data_input_stream_read_line(input, NULL, NULL, NULL);

        if (line == NULL)
            return FALSE;
        g_strchomp(line);
        if (*line == '\0')
            break;
        if (g_str_has_prefix(line, "Content-Length: "))
            length = g_ascii_strtoull(line + strlen("Content-Length: "), NULL, 10);
        chunked = chunked || g_str_equal(line, "Transfer-Encoding: chunked");
    }
    if (chunked ? !skip_chunks(input)
                : g_input_stream_skip(G_INPUT_STREAM(input), (gsize)length, NULL, NULL) !=
                      (gssize)length)
        return FALSE;
    *method = g_strdup(words[0]);
    *path = g_strdup(words[1]);
    return TRUE;
}

typedef struct {
    FakeEngine *engine;
    GIOStream *stream;
} Connection;

static gpointer
serve_connection(gpointer user_data)
{
    g_autofree Connection *connection = user_data;
    FakeEngine *self = connection->engine;
    g_autoptr(GIOStream) stream = connection->stream;
    g_autoptr(GDataInputStream) input =
        g_data_input_stream_new(g_io_stream_get_input_stream(stream));
    gboolean more = self->faults.stall || !is_broke(self);

    while (more) {
        g_autofree char *method = NULL;
        g_autofree char *path = NULL;

        if (!read_request(input, &method, &path))
            break;
        g_mutex_lock(&self->lock);
        g_ptr_array_add(self->requests, g_strconcat(method, " ", path, NULL));
        more = self->requests->len != self->faults.dropped;
        g_mutex_unlock(&self->lock);
        if (!more)
            break;
        /* After a corrupted length the client waits for more, so close the connection. */
        more = serve(self, stream, method, path) && !has_corrupted(self);
        if (!more && self->faults.stall && is_broke(self))
            stall(self, stream);
    }
    g_io_stream_close(stream, NULL, NULL);
    return NULL;
}

static gpointer
accept_connections(gpointer user_data)
{
    FakeEngine *self = user_data;
    GSocketConnection *accepted;

    while ((accepted = g_socket_listener_accept(self->listener, NULL, self->accepting, NULL))) {
        Connection *connection = g_new0(Connection, 1);

        g_mutex_lock(&self->lock);
        self->n_connections++;
        g_mutex_unlock(&self->lock);
        connection->engine = self;
        connection->stream = G_IO_STREAM(accepted);
        g_ptr_array_add(self->servers, g_thread_new("fake-engine", serve_connection, connection));
    }
    return NULL;
}

FakeEngine *
fake_engine_new(const FakeFaults *faults)
{
    FakeEngine *self = g_new0(FakeEngine, 1);
    g_autoptr(GSocketAddress) address = NULL;

    self->faults = *faults;
    g_mutex_init(&self->lock);
    g_cond_init(&self->changed);
    self->requests = g_ptr_array_new_with_free_func(g_free);
    self->servers = g_ptr_array_new();
    self->directory = g_dir_make_tmp("fake-engine-XXXXXX", NULL);
    self->socket_path = g_build_filename(self->directory, "socket", NULL);
    self->accepting = g_cancellable_new();
    self->listener = g_socket_listener_new();
    address = g_unix_socket_address_new(self->socket_path);
    g_assert_true(g_socket_listener_add_address(self->listener, address, G_SOCKET_TYPE_STREAM,
                                                G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, NULL));
    self->acceptor = g_thread_new("fake-engine", accept_connections, self);
    return self;
}

/* Free the client first: joining a server that waits for a request would never end. */
void
fake_engine_free(FakeEngine *self)
{
    take_step(self, &self->closing);
    g_cancellable_cancel(self->accepting);
    g_thread_join(self->acceptor);
    for (guint i = 0; i < self->servers->len; i++)
        g_thread_join(self->servers->pdata[i]);
    g_ptr_array_unref(self->servers);
    g_object_unref(self->listener);
    g_object_unref(self->accepting);
    g_unlink(self->socket_path);
    g_rmdir(self->directory);
    g_free(self->socket_path);
    g_free(self->directory);
    g_ptr_array_unref(self->requests);
    g_mutex_clear(&self->lock);
    g_cond_clear(&self->changed);
    g_free(self);
}

const char *
fake_engine_get_socket(FakeEngine *self)
{
    return self->socket_path;
}

gint64
fake_engine_get_sent(FakeEngine *self)
{
    gint64 sent;

    g_mutex_lock(&self->lock);
    sent = self->sent;
    g_mutex_unlock(&self->lock);
    return sent;
}

static guint
get_number(FakeEngine *self, const guint *number)
{
    guint value;

    g_mutex_lock(&self->lock);
    value = *number;
    g_mutex_unlock(&self->lock);
    return value;
}

guint
fake_engine_get_n_connections(FakeEngine *self)
{
    return get_number(self, &self->n_connections);
}

guint
fake_engine_get_n_stalled(FakeEngine *self)
{
    return get_number(self, &self->n_stalled);
}

gboolean
fake_engine_was_asked(FakeEngine *self, const char *method, const char *path_end)
{
    gboolean asked = FALSE;

    g_mutex_lock(&self->lock);
    for (guint i = 0; i < self->requests->len; i++) {
        const char *request = self->requests->pdata[i];

        asked = asked || (g_str_has_prefix(request, method) && g_str_has_suffix(request, path_end));
    }
    g_mutex_unlock(&self->lock);
    return asked;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "file-server.h"

#include "../base/beneath.h"
#include "../base/folder.h"
#include "../base/program-error.h"
#include "http-request.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
    MAX_CONNECTIONS = 64,
    TIMEOUT = 60, /* seconds without a byte, after which a connection ends */
    CHUNK = 64 * 1024,
    DEFAULT_PORT = 8000,
    /* A file that is younger may change within the same second, which times do not tell. */
    MIN_AGE = 2, /* seconds */
    /* For a directory that is being replaced. */
    MAX_WAITS = 50,
    WAIT = 20 * 1000, /* microseconds */
};

/* What the threads use, which may outlive the server. */
typedef struct {
    char *directory;
    GCancellable *cancellable;
} Shared;

struct FileServer {
    GSocketService *service;
    GInetSocketAddress *address;
    Shared *shared;
};

/* One connection. */
typedef struct {
    const Shared *shared;
    GInputStream *input;
    GOutputStream *output;
    GString *received; /* not yet used: clients send several requests at once */
} Peer;

/* A file that is to be sent. */
typedef struct {
    int fd;
    guint64 first;
    guint64 length;
    const char *status;
    gboolean is_unchanged; /* the client has it */
    GString *fields;       /* of its head */
} Answer;

static void
clear_shared(gpointer data)
{
    Shared *shared = data;

    g_free(shared->directory);
    g_object_unref(shared->cancellable);
}

static void
answer_clear(Answer *answer)
{
    if (answer->fd >= 0)
        close(answer->fd);
    g_string_free(answer->fields, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answer, answer_clear)

static gboolean
send_bytes(const Peer *peer, const void *data, gsize length)
{
    return g_output_stream_write_all(peer->output, data, length, NULL, peer->shared->cancellable,
                                     NULL);
}

static char *
format_time(gint64 seconds)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);

    return time != NULL ? g_date_time_format(time, "%a, %d %b %Y %H:%M:%S GMT") : NULL;
}

/* Its Content-Length is that of the body also for HEAD; 304 has none. */
static gboolean
send_head(const Peer *peer, const Answer *answer, gboolean keeps)
{
    g_autofree char *date = format_time(g_get_real_time() / G_USEC_PER_SEC);
    g_autofree char *length =
        answer->is_unchanged
            ? g_strdup("")
            : g_strdup_printf("Content-Length: %" G_GUINT64_FORMAT "\r\n", answer->length);
    g_autofree char *head = g_strdup_printf("HTTP/1.1 %s\r\nDate: %s\r\nServer: colcon-deb\r\n"
                                            "%s%sConnection: %s\r\n\r\n",
                                            answer->status, date, answer->fields->str, length,
                                            keeps ? "keep-alive" : "close");

    return send_bytes(peer, head, strlen(head));
}

/* Sends the body. A file never shrinks: the repository replaces files. */
static gboolean
send_body(const Peer *peer, const Answer *answer)
{
    g_autofree char *chunk = g_malloc(CHUNK);
    guint64 sent = 0;

    while (sent < answer->length) {
        ssize_t got = pread(answer->fd, chunk, MIN(CHUNK, answer->length - sent),
                            (off_t)(answer->first + sent));

        if (got <= 0 || !send_bytes(peer, chunk, (gsize)got))
            return FALSE;
        sent += (guint64)got;
    }
    return TRUE;
}

/* The whole file, a part, or the news that it is as before. */
static void
choose_part(Answer *answer, const HttpRequest *request, const struct stat *status)
{
    gboolean is_old = g_get_real_time() / G_USEC_PER_SEC - status->st_mtime >= MIN_AGE;
    g_autofree char *modified = is_old ? format_time(status->st_mtime) : NULL;
    guint64 size = (guint64)status->st_size;
    guint64 last = 0;

    answer->status = "200 OK";
    answer->length = size;
    g_string_append(answer->fields,
                    "Accept-Ranges: bytes\r\nContent-Type: application/octet-stream\r\n");
    if (modified != NULL)
        g_string_append_printf(answer->fields, "Last-Modified: %s\r\n", modified);
    if (modified != NULL && g_strcmp0(request->if_modified_since, modified) == 0) {
        answer->status = "304 Not Modified";
        answer->length = 0;
        answer->is_unchanged = TRUE;
        return;
    }
    /* Only GET has ranges (RFC 9110, 14.2). */
    switch (request->is_get ? http_request_get_range(request, size, modified, &answer->first, &last)
                            : HTTP_RANGE_NONE) {
    case HTTP_RANGE_NONE:
        answer->first = 0;
        break;
    case HTTP_RANGE_PART:
        answer->status = "206 Partial Content";
        answer->length = last - answer->first + 1;
        g_string_append_printf(answer->fields,
                               "Content-Range: bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT
                               "/%" G_GUINT64_FORMAT "\r\n",
                               answer->first, last, size);
        break;
    case HTTP_RANGE_OUTSIDE:
        answer->status = "416 Range Not Satisfiable";
        answer->length = 0;
        g_string_append_printf(answer->fields, "Content-Range: bytes */%" G_GUINT64_FORMAT "\r\n",
                               size);
        break;
    default:
        g_assert_not_reached();
    }
}

/* By its name each time: the directory is replaced by two renames when the repository changes, and
 * for a moment between them there is none. */
static int
open_file(const Shared *shared, const char *path)
{
    g_autoptr(Folder) folder = folder_open(shared->directory, NULL);

    for (guint i = 0; folder == NULL && i < MAX_WAITS; i++) {
        g_usleep(WAIT);
        folder = folder_open(shared->directory, NULL);
    }
    return folder != NULL ? beneath_open(folder->fd, path) : -1;
}

static void
find_answer(const Peer *peer, const HttpRequest *request, Answer *answer)
{
    struct stat status;

    if (request == NULL) {
        answer->status = "400 Bad Request";
    } else if (!request->is_get && !request->is_head) {
        answer->status = "405 Method Not Allowed";
        g_string_append(answer->fields, "Allow: GET, HEAD\r\n");
    } else {
        answer->fd = open_file(peer->shared, request->path);
        if (answer->fd < 0 || fstat(answer->fd, &status) != 0)
            answer->status = "404 Not Found";
        else
            choose_part(answer, request, &status);
    }
}

/* Whether another request may follow. */
static gboolean
respond(const Peer *peer, const HttpRequest *request)
{
    g_auto(Answer) answer = {.fd = -1, .fields = g_string_new(NULL)};
    gboolean keeps = request != NULL && request->keeps_connection;

    find_answer(peer, request, &answer);
    return send_head(peer, &answer, keeps) &&
           (answer.length == 0 || request->is_head || send_body(peer, &answer)) && keeps;
}

/* Receives until there is a whole head. Returns its length; 0 if the client has gone, or sends too
 * much. */
static gsize
receive_head(Peer *peer)
{
    char chunk[4096];
    gsize end = 0;

    while ((end = http_request_find_end(peer->received->str, peer->received->len)) == 0) {
        gssize got = -1;

        if (peer->received->len < HTTP_MAX_HEAD)
            got = g_input_stream_read(peer->input, chunk, sizeof chunk, peer->shared->cancellable,
                                      NULL);
        if (got <= 0)
            return 0;
        g_string_append_len(peer->received, chunk, got);
    }
    return end;
}

/* In a thread of its own. */
static gboolean
on_run(GThreadedSocketService *service G_GNUC_UNUSED,
       GSocketConnection *connection,
       GObject *source G_GNUC_UNUSED,
       gpointer user_data)
{
    Peer peer = {
        .shared = user_data,
        .input = g_io_stream_get_input_stream(G_IO_STREAM(connection)),
        .output = g_io_stream_get_output_stream(G_IO_STREAM(connection)),
        .received = g_string_new(NULL),
    };
    gboolean goes_on = TRUE;

    g_socket_set_timeout(g_socket_connection_get_socket(connection), TIMEOUT);
    while (goes_on) {
        gsize length = receive_head(&peer);
        g_autoptr(HttpRequest) request =
            length > 0 ? http_request_parse(peer.received->str, length) : NULL;

        goes_on = length > 0 && respond(&peer, request);
        g_string_erase(peer.received, 0, (gssize)length);
    }
    g_string_free(peer.received, TRUE);
    return TRUE;
}

static GSocketAddress *
parse_address(const char *text, GError **error)
{
    g_autoptr(GSocketConnectable) parsed = g_network_address_parse(text, DEFAULT_PORT, NULL);
    const char *host =
        parsed != NULL ? g_network_address_get_hostname(G_NETWORK_ADDRESS(parsed)) : "";
    GSocketAddress *address = NULL;

    if (g_str_equal(host, "localhost"))
        host = "127.0.0.1";
    if (parsed != NULL)
        address = g_inet_socket_address_new_from_string(
            host, g_network_address_get_port(G_NETWORK_ADDRESS(parsed)));
    if (address == NULL)
        program_error_usage(error,
                            "--address %s: it is no IP address with a port; such are "
                            "127.0.0.1:8000, [::1]:8000, and 0.0.0.0:8000 for all networks",
                            text);
    return address;
}

static void
release_shared(gpointer data, GClosure *closure G_GNUC_UNUSED)
{
    g_atomic_rc_box_release_full(data, clear_shared);
}

FileServer *
file_server_new(const char *directory, const char *address, GError **error)
{
    g_autoptr(GSocketAddress) wanted = parse_address(address, error);
    g_autoptr(FileServer) server = g_new0(FileServer, 1);
    GSocketAddress *effective = NULL;

    server->shared = g_atomic_rc_box_new0(Shared);
    server->shared->directory = g_strdup(directory);
    server->shared->cancellable = g_cancellable_new();
    if (wanted == NULL)
        return NULL;
    server->service = g_threaded_socket_service_new(MAX_CONNECTIONS);
    g_signal_connect_data(server->service, "run", G_CALLBACK(on_run),
                          g_atomic_rc_box_acquire(server->shared), release_shared, 0);
    if (!g_socket_listener_add_address(G_SOCKET_LISTENER(server->service), wanted,
                                       G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                       &effective, error)) {
        g_prefix_error(error, "listening on %s: ", address);
        program_error_append(error, "; choose another address with --address");
        return NULL;
    }
    server->address = G_INET_SOCKET_ADDRESS(effective);
    return g_steal_pointer(&server);
}

void
file_server_free(FileServer *server)
{
    g_cancellable_cancel(server->shared->cancellable);
    if (server->service != NULL) {
        g_socket_service_stop(server->service);
        g_socket_listener_close(G_SOCKET_LISTENER(server->service));
    }
    g_clear_object(&server->service);
    g_clear_object(&server->address);
    g_atomic_rc_box_release_full(server->shared, clear_shared);
    g_free(server);
}

char *
file_server_get_url(const FileServer *server)
{
    GInetAddress *address = g_inet_socket_address_get_address(server->address);
    g_autofree char *host = g_inet_address_to_string(address);
    gboolean is_ipv6 = g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6;
    guint port = g_inet_socket_address_get_port(server->address);

    if (g_inet_address_get_is_any(address))
        return g_strdup_printf("http://%s:%u", g_get_host_name(), port);
    return g_strdup_printf(is_ipv6 ? "http://[%s]:%u" : "http://%s:%u", host, port);
}

gboolean
file_server_is_local(const FileServer *server)
{
    return g_inet_address_get_is_loopback(g_inet_socket_address_get_address(server->address));
}

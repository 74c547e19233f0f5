/* SPDX-License-Identifier: Apache-2.0 */
#include "canned-server.h"

#include <string.h>

enum {
    MAX_THREADS = 4,
};

struct CannedServer {
    GSocketService *service;
    char *place;
    char *answer;
    GTlsCertificate *certificate;
    GTlsDatabase *client_authority;
    GMutex lock;
    GString *requests;
};

/* Whether a client has begun with something else than a request, such as TLS. */
static gboolean
is_noise(GDataInputStream *input)
{
    GBufferedInputStream *buffer = G_BUFFERED_INPUT_STREAM(input);
    gsize available = 0;
    const char *text;

    if (g_buffered_input_stream_get_available(buffer) == 0)
        g_buffered_input_stream_fill(buffer, -1, NULL, NULL);
    text = g_buffered_input_stream_peek_buffer(buffer, &available);
    return available > 0 && !g_ascii_isalpha(*text);
}

/* Returns whether a request without a body has arrived; its first line is noted. */
static gboolean
read_request(CannedServer *self, GDataInputStream *input)
{
    g_autofree char *first = g_data_input_stream_read_line(input, NULL, NULL, NULL);
    g_autofree char *line = g_strdup(first);

    while (line != NULL && *line != '\0') {
        g_free(line);
        line = g_data_input_stream_read_line(input, NULL, NULL, NULL);
    }
    if (line == NULL)
        return FALSE;
    g_mutex_lock(&self->lock);
    g_string_append_printf(self->requests, "%s\n", first);
    g_mutex_unlock(&self->lock);
    return TRUE;
}

/* GLib's servers leave it to the program to accept a client's certificate, even one without faults.
 */
static gboolean
on_client_certificate(GTlsConnection *connection G_GNUC_UNUSED,
                      GTlsCertificate *certificate G_GNUC_UNUSED,
                      GTlsCertificateFlags faults,
                      gpointer user_data G_GNUC_UNUSED)
{
    return faults == G_TLS_CERTIFICATE_NO_FLAGS;
}

static GIOStream *
secure(CannedServer *self, GIOStream *base)
{
    GIOStream *stream = g_tls_server_connection_new(base, self->certificate, NULL);

    g_assert_nonnull(stream);
    if (self->client_authority != NULL) {
        g_tls_connection_set_database(G_TLS_CONNECTION(stream), self->client_authority);
        g_object_set(stream, "authentication-mode", G_TLS_AUTHENTICATION_REQUIRED, NULL);
        g_signal_connect(stream, "accept-certificate", G_CALLBACK(on_client_certificate), NULL);
    }
    return stream;
}

static gboolean
on_connection(GThreadedSocketService *service G_GNUC_UNUSED,
              GSocketConnection *connection,
              GObject *source G_GNUC_UNUSED,
              gpointer user_data)
{
    CannedServer *self = user_data;
    g_autoptr(GIOStream) stream = self->certificate != NULL ? secure(self, G_IO_STREAM(connection))
                                                            : g_object_ref(G_IO_STREAM(connection));
    g_autoptr(GDataInputStream) input =
        g_data_input_stream_new(g_io_stream_get_input_stream(stream));
    gboolean noise;

    g_data_input_stream_set_newline_type(input, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
    noise = is_noise(input);
    while ((noise || read_request(self, input)) &&
           g_output_stream_write_all(g_io_stream_get_output_stream(stream), self->answer,
                                     strlen(self->answer), NULL, NULL, NULL) &&
           !noise)
        continue;
    g_io_stream_close(stream, NULL, NULL);
    return TRUE;
}

CannedServer *
canned_server_new(const char *answer, const CannedTls *tls)
{
    CannedServer *self = g_new0(CannedServer, 1);
    GError *error = NULL;
    g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
    g_autoptr(GSocketAddress) wanted = g_inet_socket_address_new(loopback, 0);
    g_autoptr(GSocketAddress) got = NULL;

    g_mutex_init(&self->lock);
    self->requests = g_string_new(NULL);
    self->answer = g_strdup(answer);
    if (tls != NULL) {
        g_set_object(&self->certificate, tls->certificate);
        g_set_object(&self->client_authority, tls->client_authority);
    }
    self->service = g_threaded_socket_service_new(MAX_THREADS);
    g_socket_listener_add_address(G_SOCKET_LISTENER(self->service), wanted, G_SOCKET_TYPE_STREAM,
                                  G_SOCKET_PROTOCOL_TCP, NULL, &got, &error);
    g_assert_no_error(error);
    self->place = g_strdup_printf(
        "127.0.0.1:%u", (guint)g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(got)));
    g_signal_connect(self->service, "run", G_CALLBACK(on_connection), self);
    g_socket_service_start(self->service);
    return self;
}

/* Call it after the client has closed its connections: its threads end with these. */
void
canned_server_free(CannedServer *self)
{
    g_socket_service_stop(self->service);
    g_socket_listener_close(G_SOCKET_LISTENER(self->service));
    /* A thread holds a reference while it serves. */
    while (G_OBJECT(self->service)->ref_count > 1) {
        g_main_context_iteration(NULL, FALSE);
        g_usleep(1000);
    }
    g_object_unref(self->service);
    g_clear_object(&self->certificate);
    g_clear_object(&self->client_authority);
    g_string_free(self->requests, TRUE);
    g_mutex_clear(&self->lock);
    g_free(self->answer);
    g_free(self->place);
    g_free(self);
}

const char *
canned_server_get_place(CannedServer *self)
{
    return self->place;
}

char *
canned_server_dup_requests(CannedServer *self)
{
    char *requests;

    g_mutex_lock(&self->lock);
    requests = g_strdup(self->requests->str);
    g_mutex_unlock(&self->lock);
    return requests;
}

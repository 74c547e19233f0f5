/* SPDX-License-Identifier: Apache-2.0 */
/* Tests our HTTP client with an independent server: libsoup, in a thread, on a unix socket. */
#include "await.h"
#include "engine/client.h"
#include "value/error.h"
#include "wire/json.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>

#define BIG_LENGTH (3 * 1024 * 1024)

typedef struct {
    char *directory;
    char *socket_path;
    GThread *thread;
    GMainContext *context;
    GMainLoop *loop;
    GMutex lock;
    GCond changed;
    gboolean listening;
    CddClient *client;
} Fixture;

static void
on_request(SoupServer *server G_GNUC_UNUSED,
           SoupServerMessage *message,
           const char *path,
           GHashTable *query G_GNUC_UNUSED,
           gpointer user_data G_GNUC_UNUSED)
{
    SoupMessageHeaders *headers = soup_server_message_get_response_headers(message);
    SoupMessageBody *body = soup_server_message_get_response_body(message);
    SoupMessageBody *request = soup_server_message_get_request_body(message);

    soup_server_message_set_status(message, 200, NULL);
    if (g_str_has_suffix(path, "/_ping")) {
        soup_message_headers_append(headers, "Api-Version", "1.41");
    } else if (g_str_has_suffix(path, "/echo")) {
        g_autoptr(GBytes) bytes = soup_message_body_flatten(request);

        soup_message_body_append_bytes(body, bytes);
    } else if (g_str_has_suffix(path, "/chunked")) {
        soup_message_headers_set_encoding(headers, SOUP_ENCODING_CHUNKED);
        soup_message_body_append(body, SOUP_MEMORY_STATIC, "[1", 2);
        soup_message_body_append(body, SOUP_MEMORY_STATIC, ",\n", 2);
        soup_message_body_append(body, SOUP_MEMORY_STATIC, "2]", 2);
    } else if (g_str_has_suffix(path, "/big")) {
        soup_message_headers_set_encoding(headers, SOUP_ENCODING_CHUNKED);
        soup_message_body_append_take(body, (guchar *)g_strnfill(BIG_LENGTH, ' '), BIG_LENGTH);
        soup_message_body_append(body, SOUP_MEMORY_STATIC, "{}", 2);
    } else if (g_str_has_suffix(path, "/until-close")) {
        soup_message_headers_set_encoding(headers, SOUP_ENCODING_EOF);
        soup_message_body_append(body, SOUP_MEMORY_STATIC, "{}", 2);
    } else if (g_str_has_suffix(path, "/nothing")) {
        soup_server_message_set_status(message, 204, NULL);
    } else {
        soup_server_message_set_response(message, "application/json", SOUP_MEMORY_STATIC,
                                         "{\"message\":\"no such\"}", 21);
        soup_server_message_set_status(message, 404, NULL);
    }
    soup_message_body_complete(body);
}

static gpointer
serve(gpointer user_data)
{
    Fixture *fixture = user_data;
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(fixture->socket_path);
    g_autoptr(GSocket) socket = NULL;
    g_autoptr(SoupServer) server = NULL;

    g_main_context_push_thread_default(fixture->context);
    socket =
        g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
    server = soup_server_new(NULL, NULL);
    g_assert_true(g_socket_bind(socket, address, FALSE, NULL));
    g_assert_true(g_socket_listen(socket, NULL));
    g_assert_true(soup_server_listen_socket(server, socket, 0, NULL));
    soup_server_add_handler(server, NULL, on_request, NULL, NULL);
    g_mutex_lock(&fixture->lock);
    fixture->listening = TRUE;
    g_cond_signal(&fixture->changed);
    g_mutex_unlock(&fixture->lock);
    g_main_loop_run(fixture->loop);
    soup_server_disconnect(server);
    g_main_context_pop_thread_default(fixture->context);
    return NULL;
}

static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddAddress) address = NULL;

    fixture->directory = g_dir_make_tmp("http-oracle-XXXXXX", NULL);
    fixture->socket_path = g_build_filename(fixture->directory, "socket", NULL);
    fixture->context = g_main_context_new();
    fixture->loop = g_main_loop_new(fixture->context, FALSE);
    g_mutex_init(&fixture->lock);
    g_cond_init(&fixture->changed);
    fixture->thread = g_thread_new("soup", serve, fixture);
    g_mutex_lock(&fixture->lock);
    while (!fixture->listening)
        g_cond_wait(&fixture->changed, &fixture->lock);
    g_mutex_unlock(&fixture->lock);
    address = cdd_address_new_for_socket(fixture->socket_path, "test", NULL);
    fixture->client = cdd_client_new(address, &(CddTimeouts){1000, 5000, 5000});
}

static gboolean
quit(gpointer loop)
{
    g_main_loop_quit(loop);
    return G_SOURCE_REMOVE;
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_object_unref(fixture->client);
    g_main_context_invoke(fixture->context, quit, fixture->loop);
    g_thread_join(fixture->thread);
    g_main_loop_unref(fixture->loop);
    g_main_context_unref(fixture->context);
    g_mutex_clear(&fixture->lock);
    g_cond_clear(&fixture->changed);
    g_unlink(fixture->socket_path);
    g_rmdir(fixture->directory);
    g_free(fixture->socket_path);
    g_free(fixture->directory);
}

static JsonNode *
call(Fixture *fixture, const char *method, const char *path, JsonNode *body, GError **error)
{
    CddCall what = {.method = method, .path = path, .body = body};
    g_autoptr(GAsyncResult) done = NULL;

    cdd_client_call_async(fixture->client, &what, NULL, await_ready, &done);
    return cdd_client_call_finish(fixture->client, await(&done), error);
}

static void
test_every_framing_is_read(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const paths[] = {"/chunked", "/big", "/until-close", "/big", "/chunked"};

    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        GError *error = NULL;
        g_autoptr(JsonNode) node = call(fixture, "GET", paths[i], NULL, &error);

        g_assert_no_error(error);
        g_assert_nonnull(node);
        g_assert_cmpint(JSON_NODE_HOLDS_ARRAY(node), ==,
                        g_str_equal(paths[i], "/chunked") ? TRUE : FALSE);
    }
    g_assert_cmpstr(cdd_client_get_api_version(fixture->client), ==, "1.41");
}

static void
test_a_body_arrives_as_it_was_sent(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *filler = g_strnfill(500000, 'x');
    g_autofree char *text = g_strdup_printf("{\"a\":\"%s\"}", filler);
    g_autoptr(JsonNode) sent = cdd_json_parse(text, strlen(text), NULL);
    GError *error = NULL;
    g_autoptr(JsonNode) echoed = call(fixture, "POST", "/echo", sent, &error);

    g_assert_no_error(error);
    g_assert_true(json_node_equal(sent, echoed));
}

static void
test_nothing_is_an_answer_too(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    GError *error = NULL;

    g_assert_null(call(fixture, "POST", "/nothing", NULL, &error));
    g_assert_no_error(error);
}

static void
test_an_error_has_the_status_and_the_message(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(call(fixture, "GET", "/missing", NULL, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_NOT_FOUND);
    g_assert_cmpuint(cdd_error_get_http_status(error), ==, 404);
    g_assert_true(g_str_has_prefix(error->message, "no such"));
}

#define ADD(name, function) g_test_add("/oracle/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("every-framing-is-read", test_every_framing_is_read);
    ADD("a-body-arrives-as-it-was-sent", test_a_body_arrives_as_it_was_sent);
    ADD("nothing-is-an-answer-too", test_nothing_is_an_answer_too);
    ADD("an-error-has-the-status-and-the-message", test_an_error_has_the_status_and_the_message);
    return g_test_run();
}

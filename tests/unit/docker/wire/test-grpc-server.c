/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc-client.h"
#include "wire/grpc-server.h"

#include <string.h>

/* An echo service that counts the outcomes of its calls. */
typedef struct {
    CddGrpcServer *server;
    GrpcClient *client;
    gsize piece; /* number of bytes transferred at a time */
    guint n_messages;
    guint n_closed;
    guint n_ended;
    guint n_output;
    gsize to_make; /* bytes to send when there is room */
    gboolean was_full;
    const char *const *metadata; /* the metadata of the last call, valid while it lasts */
} Echo;

static void
on_message(CddGrpcCall *call, const guint8 *data, gsize length, gpointer user_data)
{
    Echo *echo = user_data;

    echo->n_messages++;
    cdd_grpc_call_send(call, g_bytes_new(data, length));
}

static void
on_end(CddGrpcCall *call, gpointer user_data)
{
    Echo *echo = user_data;

    echo->n_ended++;
    if (echo->to_make == 0)
        cdd_grpc_call_finish(call, CDD_GRPC_OK, "100% done\n");
}

static void
on_writable(CddGrpcCall *call, gpointer user_data)
{
    static const guint8 piece[10000];
    Echo *echo = user_data;

    while (echo->to_make > 0 && !cdd_grpc_call_is_full(call)) {
        gsize length = MIN(sizeof piece, echo->to_make);

        cdd_grpc_call_send(call, g_bytes_new_static(piece, length));
        echo->to_make -= length;
        if (echo->to_make == 0)
            cdd_grpc_call_finish(call, CDD_GRPC_OK, NULL);
    }
    echo->was_full |= cdd_grpc_call_is_full(call);
}

static void
closed(gpointer user_data)
{
    Echo *echo = user_data;

    echo->n_closed++;
}

static void
on_call(CddGrpcCall *call, gpointer user_data)
{
    static const CddGrpcHandlers handlers = {on_message, on_end, on_writable, closed};
    Echo *echo = user_data;

    if (g_str_has_prefix(cdd_grpc_call_get_method(call), "/echo/")) {
        cdd_grpc_call_set_handlers(call, &handlers, echo);
        echo->metadata = cdd_grpc_call_get_metadata(call, "key");
        if (g_str_has_suffix(cdd_grpc_call_get_method(call), "/make"))
            on_writable(call, echo);
    }
}

static void
on_output(gpointer user_data)
{
    Echo *echo = user_data;

    echo->n_output++;
}

static void
setup(Echo *echo, gconstpointer data)
{
    static const CddGrpcServerFuncs funcs = {on_call, on_output};

    echo->server = cdd_grpc_server_new(&funcs, echo);
    echo->client = grpc_client_new();
    echo->piece = GPOINTER_TO_SIZE(data);
}

static void
teardown(Echo *echo, gconstpointer data G_GNUC_UNUSED)
{
    grpc_client_free(echo->client);
    g_clear_pointer(&echo->server, cdd_grpc_server_free);
}

/* Transfers bytes until neither side has any. */
static void
pump(Echo *echo)
{
    gboolean moved = TRUE;

    while (moved) {
        gsize length;
        const guint8 *data = grpc_client_output(echo->client, &length);

        moved = length > 0;
        for (gsize at = 0; at < length; at += echo->piece)
            g_assert_true(cdd_grpc_server_receive(echo->server, data + at,
                                                  MIN(echo->piece, length - at), NULL));
        g_assert_true(cdd_grpc_server_send(echo->server, &data, &length, NULL));
        moved |= length > 0;
        for (gsize at = 0; at < length; at += echo->piece)
            g_assert_true(
                grpc_client_input(echo->client, data + at, MIN(echo->piece, length - at)));
    }
}

static void
test_messages(Echo *echo, gconstpointer data G_GNUC_UNUSED)
{
    gint32 stream = grpc_client_call(echo->client, "/echo/back", NULL);
    g_autofree guint8 *large = g_malloc0(300000);
    GPtrArray *messages;

    grpc_client_send(echo->client, stream, "one", 3);
    grpc_client_send(echo->client, stream, "", 0);
    grpc_client_send(echo->client, stream, large, 300000);
    pump(echo);
    g_assert_cmpint(grpc_client_get_status(echo->client, stream), ==, -1);
    grpc_client_end(echo->client, stream);
    pump(echo);

    messages = grpc_client_get_messages(echo->client, stream);
    g_assert_cmpuint(messages->len, ==, 3);
    g_assert_cmpmem(g_bytes_get_data(messages->pdata[0], NULL),
                    g_bytes_get_size(messages->pdata[0]), "one", 3);
    g_assert_cmpuint(g_bytes_get_size(messages->pdata[1]), ==, 0);
    g_assert_cmpuint(g_bytes_get_size(messages->pdata[2]), ==, 300000);
    g_assert_cmpint(grpc_client_get_status(echo->client, stream), ==, CDD_GRPC_OK);
    g_assert_cmpstr(grpc_client_get_message(echo->client, stream), ==, "100%25 done%0A");
    g_assert_cmpuint(echo->n_closed, ==, 1);
    g_assert_cmpuint(echo->n_ended, ==, 1);
    g_assert_cmpuint(echo->n_output, >, 0);
}

static void
test_back_pressure(Echo *echo, gconstpointer data G_GNUC_UNUSED)
{
    gint32 stream;
    gsize sum = 0;
    GPtrArray *messages;

    echo->to_make = 3000000;
    stream = grpc_client_call(echo->client, "/echo/make", NULL);
    pump(echo);
    messages = grpc_client_get_messages(echo->client, stream);
    for (guint i = 0; i < messages->len; i++)
        sum += g_bytes_get_size(messages->pdata[i]);
    g_assert_cmpuint(sum, ==, 3000000);
    g_assert_true(echo->was_full);
    g_assert_cmpint(grpc_client_get_status(echo->client, stream), ==, CDD_GRPC_OK);
}

static void
test_metadata(Echo *echo, gconstpointer data G_GNUC_UNUSED)
{
    const char *const metadata[] = {"key: first", "other: x", "key: second", NULL};

    grpc_client_call(echo->client, "/echo/back", metadata);
    pump(echo);
    g_assert_nonnull(echo->metadata);
    g_assert_cmpstr(echo->metadata[0], ==, "first");
    g_assert_cmpstr(echo->metadata[1], ==, "second");
    g_assert_null(echo->metadata[2]);
}

static void
test_unknown_method(Echo *echo, gconstpointer data G_GNUC_UNUSED)
{
    gint32 stream = grpc_client_call(echo->client, "/other/Method", NULL);

    pump(echo);
    g_assert_cmpint(grpc_client_get_status(echo->client, stream), ==, CDD_GRPC_UNIMPLEMENTED);
    g_assert_cmpuint(echo->n_closed, ==, 0);
}

/* One message claims to be compressed, the other one exceeds the length limit. */
static void
test_refused_message(Echo *echo, gconstpointer data G_GNUC_UNUSED)
{
    gint32 compressed = grpc_client_call(echo->client, "/echo/back", NULL);
    gint32 endless = grpc_client_call(echo->client, "/echo/back", NULL);
    gint32 good = grpc_client_call(echo->client, "/echo/back", NULL);

    grpc_client_send_raw(echo->client, compressed, "\1\0\0\0\1x", 6);
    grpc_client_send_raw(echo->client, endless, "\0\xff\xff\xff\xff", 5);
    grpc_client_send(echo->client, good, "fine", 4);
    grpc_client_end(echo->client, good);
    pump(echo);
    g_assert_cmpint(grpc_client_get_status(echo->client, compressed), ==, -2);
    g_assert_cmpint(grpc_client_get_status(echo->client, endless), ==, -2);
    g_assert_cmpint(grpc_client_get_status(echo->client, good), ==, CDD_GRPC_OK);
    g_assert_cmpuint(echo->n_closed, ==, 3);
}

/* The good message comes once, and what follows the bad one does not come. */
static void
test_message_before_a_refused_one(Echo *echo, gconstpointer data G_GNUC_UNUSED)
{
    gint32 stream = grpc_client_call(echo->client, "/echo/back", NULL);

    grpc_client_send_raw(echo->client, stream, "\0\0\0\0\1a\1\0\0\0\1x", 12);
    grpc_client_send_raw(echo->client, stream, "\0\0\0\0\1b", 6);
    grpc_client_end(echo->client, stream);
    pump(echo);
    g_assert_cmpuint(echo->n_messages, ==, 1);
    g_assert_cmpuint(echo->n_ended, ==, 0);
    g_assert_cmpuint(echo->n_closed, ==, 1);
    g_assert_cmpint(grpc_client_get_status(echo->client, stream), ==, -2);
}

static void
test_message_that_is_cut(Echo *echo, gconstpointer data G_GNUC_UNUSED)
{
    gint32 in_message = grpc_client_call(echo->client, "/echo/back", NULL);
    gint32 in_prefix = grpc_client_call(echo->client, "/echo/back", NULL);

    grpc_client_send_raw(echo->client, in_message, "\0\0\0\0\5ab", 7);
    grpc_client_send_raw(echo->client, in_prefix, "\0\0", 2);
    grpc_client_end(echo->client, in_message);
    grpc_client_end(echo->client, in_prefix);
    pump(echo);
    g_assert_cmpuint(echo->n_messages, ==, 0);
    g_assert_cmpuint(echo->n_ended, ==, 0);
    g_assert_cmpuint(echo->n_closed, ==, 2);
    g_assert_cmpint(grpc_client_get_status(echo->client, in_message), ==, -2);
    g_assert_cmpint(grpc_client_get_status(echo->client, in_prefix), ==, -2);
}

static void
test_reset_by_peer(Echo *echo, gconstpointer data G_GNUC_UNUSED)
{
    gint32 stream = grpc_client_call(echo->client, "/echo/back", NULL);

    grpc_client_send(echo->client, stream, "x", 1);
    pump(echo);
    g_assert_cmpuint(echo->n_closed, ==, 0);
    grpc_client_reset(echo->client, stream);
    pump(echo);
    g_assert_cmpuint(echo->n_closed, ==, 1);
}

static void
test_server_goes(Echo *echo, gconstpointer data G_GNUC_UNUSED)
{
    gint32 stream = grpc_client_call(echo->client, "/echo/back", NULL);

    grpc_client_send(echo->client, stream, "x", 1);
    pump(echo);
    g_clear_pointer(&echo->server, cdd_grpc_server_free);
    g_assert_cmpuint(echo->n_closed, ==, 1);
}

static void
test_not_http2(Echo *echo, gconstpointer data G_GNUC_UNUSED)
{
    static const char text[] = "HTTP/1.1 500 Internal Server Error\r\n\r\n";
    g_autoptr(GError) error = NULL;

    g_assert_false(
        cdd_grpc_server_receive(echo->server, (const guint8 *)text, strlen(text), &error));
    g_assert_nonnull(strstr(error->message, "violated HTTP/2"));
}

int
main(int argc, char **argv)
{
    const struct {
        const char *name;
        void (*func)(Echo *echo, gconstpointer data);
    } tests[] = {
        {"messages", test_messages},
        {"back-pressure", test_back_pressure},
        {"metadata", test_metadata},
        {"unknown-method", test_unknown_method},
        {"refused-message", test_refused_message},
        {"message-before-a-refused-one", test_message_before_a_refused_one},
        {"message-that-is-cut", test_message_that_is_cut},
        {"reset-by-peer", test_reset_by_peer},
        {"server-goes", test_server_goes},
        {"not-http2", test_not_http2},
    };
    const gsize pieces[] = {1, 7, 1000000};

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
        for (gsize j = 0; j < G_N_ELEMENTS(pieces); j++) {
            g_autofree char *path = g_strdup_printf("/grpc-server/%s/in-pieces-of-%" G_GSIZE_FORMAT,
                                                    tests[i].name, pieces[j]);

            g_test_add(path, Echo, GSIZE_TO_POINTER(pieces[j]), setup, tests[i].func, teardown);
        }
    }
    return g_test_run();
}

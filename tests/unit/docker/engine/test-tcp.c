/* SPDX-License-Identifier: Apache-2.0 */
/* Tests servers at tcp addresses: engines behind a path, and servers that are no engine. */
#include "await.h"
#include "canned-server.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>

#define ENGINE_ANSWER                                                                              \
    "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Type: application/json\r\n"                   \
    "Content-Length: 0\r\n\r\n"

static void
begin_and_end_start(const char *host, GError **error)
{
    g_autoptr(CddService) service = cdd_service_new(&(CddConfig){.host = host}, error);
    g_autoptr(GAsyncResult) done = NULL;

    if (service == NULL)
        return;
    cdd_service_start_container_async(service, "abc", NULL, await_ready, &done);
    cdd_service_start_container_finish(service, await(&done), error);
}

static void
ping(const char *host, GError **error)
{
    g_autoptr(CddService) service = cdd_service_new(&(CddConfig){.host = host}, error);
    g_autoptr(GAsyncResult) done = NULL;

    if (service == NULL)
        return;
    cdd_service_ping_async(service, NULL, await_ready, &done);
    cdd_service_ping_finish(service, await(&done), error);
}

/* As in Docker's client; a reverse proxy can serve an engine there. */
static void
test_the_path_of_an_address_stands_before_each_request(void)
{
    static const struct {
        const char *path;
        const char *requests;
    } rows[] = {
        {"", "HEAD /_ping HTTP/1.1\nPOST /v1.41/containers/abc/start HTTP/1.1\n"},
        {"/", "HEAD /_ping HTTP/1.1\nPOST /v1.41/containers/abc/start HTTP/1.1\n"},
        {"/lab/engine", "HEAD /lab/engine/_ping HTTP/1.1\n"
                        "POST /lab/engine/v1.41/containers/abc/start HTTP/1.1\n"},
        {"/my%20engine/", "HEAD /my%20engine/_ping HTTP/1.1\n"
                          "POST /my%20engine/v1.41/containers/abc/start HTTP/1.1\n"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(CannedServer) server = canned_server_new(ENGINE_ANSWER, NULL);
        g_autofree char *host = g_strconcat(canned_server_get_place(server), rows[i].path, NULL);
        g_autofree char *requests = NULL;
        GError *error = NULL;

        begin_and_end_start(host, &error);
        g_assert_no_error(error);
        requests = canned_server_dup_requests(server);
        g_assert_cmpstr(requests, ==, rows[i].requests);
    }
}

static void
test_a_server_that_is_no_engine_is_called_so(void)
{
    static const struct {
        const char *answer;
        CddError code;
        const char *said;
    } rows[] = {
        {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", CDD_ERROR_PROTOCOL,
         " is not a container engine: it answered HEAD /_ping with status 404; check the address"},
        {"HTTP/1.1 405 Method Not Allowed\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n",
         CDD_ERROR_PROTOCOL,
         " is not a container engine: it answered HEAD /_ping with status 405; check the address"},
        {"HTTP/1.0 400 Bad Request\r\nConnection: close\r\n\r\n", CDD_ERROR_PROTOCOL,
         " is not a container engine: it answered HEAD /_ping with status 400; check the address; "
         "an engine with TLS needs DOCKER_TLS_VERIFY"},
        {"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n",
         CDD_ERROR_PROTOCOL,
         " is not a container engine: its answer to HEAD /_ping has no API version; check the "
         "address"},
        {"HTTP/1.1 301 Moved Permanently\r\nLocation: https://elsewhere.example/\r\n"
         "Content-Length: 0\r\n\r\n",
         CDD_ERROR_PROTOCOL, " redirects to https://elsewhere.example/"},
        {"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", CDD_ERROR_PROTOCOL,
         "the engine answered with the unexpected status 302"},
        {"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", CDD_ERROR_UNAUTHORIZED,
         "asking for the API version of tcp://127.0.0.1:"},
        {"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", CDD_ERROR_FAILED,
         "asking for the API version of tcp://127.0.0.1:"},
        {"SSH-2.0-OpenSSH_9.2p1\r\n", CDD_ERROR_PROTOCOL, "HTTP"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        void (*const calls[])(const char *host, GError **error) = {begin_and_end_start, ping};

        for (gsize k = 0; k < G_N_ELEMENTS(calls); k++) {
            g_autoptr(CannedServer) server = canned_server_new(rows[i].answer, NULL);
            g_autoptr(GError) error = NULL;

            calls[k](canned_server_get_place(server), &error);
            g_assert_error(error, CDD_ERROR, (int)rows[i].code);
            g_test_message("%s", error->message);
            g_assert_nonnull(strstr(error->message, rows[i].said));
        }
    }
}

/* A caller of a library has no command line: it reads of variables and of the address only. */
static void
test_an_engine_that_is_not_there_is_explained_without_options(void)
{
    static const struct {
        const char *host;
        const char *said;
    } rows[] = {
        {"unix:///nonexistent/engine.sock", "the socket does not exist; start the engine"},
        {"127.0.0.1:1", "connecting to tcp://127.0.0.1:1: "},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;

        begin_and_end_start(rows[i].host, &error);
        g_test_message("%s", error->message);
        g_assert_error(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE);
        g_assert_nonnull(strstr(error->message, rows[i].said));
        g_assert_null(strstr(error->message, "--"));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/the-path-of-an-address-stands-before-each-request",
                    test_the_path_of_an_address_stands_before_each_request);
    g_test_add_func("/tcp/a-server-that-is-no-engine-is-called-so",
                    test_a_server_that_is_no_engine_is_called_so);
    g_test_add_func("/tcp/an-engine-that-is-not-there-is-explained-without-options",
                    test_an_engine_that_is_not_there_is_explained_without_options);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "await.h"
#include "fake-engine.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>

static const FakeAnswer answers[] = {
    {"GET /things/a%2Fb?x%26=1%20%26&y=%C3%A4", .body = "[1, 2]",
     .fields = "Docker-Mood: good\r\n"},
    {"GET /bytes", .body = "\377\376"},
    {"GET /nul", .body = "a\0b", .length = 3},
    {"POST /things", .body = "{\"Id\":\"abc\"}"},
    {"PUT /things", .body = "done"},
    {"POST /empty"},
    {"DELETE /things", .body = "{\"message\": \"in use\"}", .status = "409 Conflict"},
    {NULL},
};

typedef struct {
    FakeEngine *engine;
    CddService *service;
} Fixture;

static void
set_up(Fixture *self, gconstpointer data G_GNUC_UNUSED)
{
    self->engine = fake_engine_new(&(FakeFaults){.budget = -1, .answers = answers});
    self->service =
        cdd_service_new(&(CddConfig){.socket_path = fake_engine_get_socket(self->engine)}, NULL);
}

static void
tear_down(Fixture *self, gconstpointer data G_GNUC_UNUSED)
{
    g_object_unref(self->service);
    fake_engine_free(self->engine);
}

static CddAnswer *
request(Fixture *self,
        const CddRequest *what,
        GInputStream *upload,
        GOutputStream *download,
        GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_request_async(self->service, what, upload, download, NULL, await_ready, &done);
    return cdd_service_request_finish(self->service, await(&done), error);
}

static void
test_text(Fixture *self, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddAnswer) answer =
        request(self,
                &(CddRequest){.method = "GET",
                              .path = "/things/a%2Fb",
                              .query = (const char *const[]){"x&=1 &", "y=\303\244", NULL},
                              .headers = (const char *const[]){"X-Mine: a b", NULL}},
                NULL, NULL, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(answer->status, ==, 200);
    g_assert_cmpstr(answer->body, ==, "[1, 2]");
    g_assert_cmpstr(cdd_answer_get_header(answer, "docker-MOOD"), ==, "good");
    g_assert_null(cdd_answer_get_header(answer, "Docker"));
}

static void
test_a_body_and_streams(Fixture *self, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GInputStream) upload = g_memory_input_stream_new_from_data("bytes", -1, NULL);
    g_autoptr(GOutputStream) download = g_memory_output_stream_new_resizable();
    g_autoptr(CddAnswer) posted = request(
        self, &(CddRequest){.method = "POST", .path = "/things", .body = "{\"a\": [\"\\u00e4\"]}"},
        NULL, NULL, &error);
    g_autoptr(CddAnswer) put = request(
        self, &(CddRequest){.method = "PUT", .path = "/things", .content_type = "text/plain"},
        upload, download, &error);
    g_autoptr(CddAnswer) empty =
        request(self, &(CddRequest){.method = "POST", .path = "/empty"}, NULL, NULL, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(empty->body, ==, "");
    g_assert_cmpstr(posted->body, ==, "{\"Id\":\"abc\"}");
    g_assert_null(put->body);
    g_assert_cmpmem(g_memory_output_stream_get_data(G_MEMORY_OUTPUT_STREAM(download)),
                    g_memory_output_stream_get_data_size(G_MEMORY_OUTPUT_STREAM(download)), "done",
                    4);
    g_assert_false(g_input_stream_is_closed(upload));
    g_assert_false(g_output_stream_is_closed(download));
}

static void
test_an_answer_that_is_not_text(Fixture *self, gconstpointer data G_GNUC_UNUSED)
{
    for (const char *const *path = (const char *const[]){"/bytes", "/nul", NULL}; *path != NULL;
         path++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(
            request(self, &(CddRequest){.method = "GET", .path = *path}, NULL, NULL, &error));
        g_assert_error(error, CDD_ERROR, CDD_ERROR_PROTOCOL);
    }
}

static void
test_an_error_of_the_engine(Fixture *self, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(
        request(self, &(CddRequest){.method = "DELETE", .path = "/things"}, NULL, NULL, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_CONFLICT);
    g_assert_cmpuint(cdd_error_get_http_status(error), ==, 409);
    g_assert_cmpstr(error->message, ==,
                    "requesting DELETE /things: in use (the engine's answer, HTTP 409)");
}

#define ONE(text) ((const char *const[]){text, NULL})

static void
test_what_is_refused(Fixture *self, gconstpointer data G_GNUC_UNUSED)
{
    const CddRequest refused[] = {
        {.method = NULL, .path = "/a"},
        {.method = "get", .path = "/a"},
        {.method = "CONNECT", .path = "/a"},
        {.method = "GET /b HTTP/1.1\r\n", .path = "/a"},
        {.method = "GET", .path = NULL},
        {.method = "GET", .path = ""},
        {.method = "GET", .path = "a"},
        {.method = "GET", .path = "/a b"},
        {.method = "GET", .path = "/a\r\nX: y"},
        {.method = "GET", .path = "/\303\244"},
        {.method = "GET", .path = "/a?b=c"},
        {.method = "GET", .path = "/a#b"},
        {.method = "GET", .path = "/../_ping"},
        {.method = "GET", .path = "/a/."},
        {.method = "GET", .path = "/%2e%2E/_ping"},
        {.method = "GET", .path = "/a/..%2f_ping"},
        {.method = "GET", .path = "/%zz"},
        {.method = "GET", .path = "/%00"},
        {.method = "GET", .path = "/a", .query = ONE("novalue")},
        {.method = "GET", .path = "/a", .headers = ONE("no value")},
        {.method = "GET", .path = "/a", .headers = ONE("A: b\r\nC: d")},
        {.method = "GET", .path = "/a", .headers = ONE("A : b")},
        {.method = "GET", .path = "/a", .headers = ONE("content-length: 7")},
        {.method = "GET", .path = "/a", .headers = ONE("Host: other")},
        {.method = "POST", .path = "/a", .body = ""},
        {.method = "POST", .path = "/a", .body = "{"},
        {.method = "POST", .path = "/a", .body = "{\"a\": \"\\u0000\"}"},
        {.method = "PUT", .path = "/a", .content_type = "a\r\nB: c"},
        {.method = "GET", .path = "/a", .reserved = {self}},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(GError) error = NULL;

        g_test_message("%" G_GSIZE_FORMAT, i);
        g_assert_null(request(self, &refused[i], NULL, NULL, &error));
        g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
        g_assert_nonnull(strstr(error->message, "the request is not valid: "));
    }
    g_assert_false(fake_engine_was_asked(self->engine, "", ""));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/request/text", Fixture, NULL, set_up, test_text, tear_down);
    g_test_add("/request/body-and-streams", Fixture, NULL, set_up, test_a_body_and_streams,
               tear_down);
    g_test_add("/request/not-text", Fixture, NULL, set_up, test_an_answer_that_is_not_text,
               tear_down);
    g_test_add("/request/error", Fixture, NULL, set_up, test_an_error_of_the_engine, tear_down);
    g_test_add("/request/refused", Fixture, NULL, set_up, test_what_is_refused, tear_down);
    return g_test_run();
}

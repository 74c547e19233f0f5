/* SPDX-License-Identifier: Apache-2.0 */
/* Tests that every operation can be played by a mock engine, and what the engine tells of it. */
#include "../api/operations.h"
#include "api/service.h"
#include "await.h"
#include "engine/client.h"

#include <glib/gstdio.h>
#include <string.h>

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Milliseconds, in which a test can act. */
#define DELAY 50

static GBytes *
to_bytes(const char *text)
{
    return g_bytes_new(text, strlen(text));
}

/* What the engine plays itself: commands, a session, and a container that is run. */
static gboolean
is_played(const FakeAnswer *answer, const Operation *operation)
{
    return answer->upgrade || g_str_has_suffix(answer->request, "abc/exec") ||
           (operation->tidies_up && g_str_has_suffix(answer->request, "abc/json"));
}

static void
add_answers(CddMockEngine *engine, const Operation *operation)
{
    for (const FakeAnswer *answer = operation_answers; answer->request != NULL; answer++) {
        g_auto(GStrv) words = g_strsplit(answer->request, " ", 2);
        g_auto(GStrv) fields = g_strsplit(answer->fields != NULL ? answer->fields : "", "\r\n", 2);
        const char *body = answer->body != NULL ? answer->body : "";
        g_autoptr(GBytes) bytes =
            g_bytes_new(body, answer->length != 0 ? answer->length : strlen(body));

        if (!is_played(answer, operation))
            cdd_mock_engine_add_bytes(engine, words[0], words[1],
                                      fields[0] != NULL ? LIST(fields[0]) : NULL, bytes);
    }
    cdd_mock_engine_add_answer(engine, "POST", "/exec/exec/resize", 204, NULL);
    cdd_mock_engine_add_answer(engine, "POST", "/networks/abc/*", 204, NULL);
    cdd_mock_engine_add_answer(engine, "DELETE", "/networks/abc", 204, NULL);
    cdd_mock_engine_add_answer(engine, "DELETE", "/volumes/v", 204, NULL);
}

/* An engine with a container, for the calls that need one. */
static CddMockEngine *
new_engine(const Operation *operation)
{
    CddMockRun run = {.exit_code = FAKE_EXIT_CODE, .stdout_text = "out", .stderr_text = "err"};
    CddContainerSpec spec = {.image = "image", .name = "abc"};
    CddMockEngine *engine = cdd_mock_engine_new();
    g_autofree char *id = NULL;
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_run(engine, "image", &run);
    cdd_mock_engine_add_exec(engine, "abc", &(CddMockRun){0});
    id =
        cdd_service_create_container_sync(cdd_mock_engine_get_service(engine), &spec, NULL, &error);
    g_assert_no_error(error);
    add_answers(engine, operation);
    return engine;
}

static void
assert_expected(CddMockEngine *engine)
{
    g_autoptr(GPtrArray) requests = cdd_mock_engine_dup_requests(engine, NULL, NULL);

    for (guint i = 0; i < requests->len; i++) {
        const CddMockRequest *request = requests->pdata[i];

        if (!request->was_expected)
            g_test_message("%s %s", request->method, request->path);
        g_assert_true(request->was_expected);
    }
}

static void
test_every_operation_can_be_played(void)
{
    for (const Operation *operation = operations; operation->name != NULL; operation++) {
        g_autoptr(CddMockEngine) engine = new_engine(operation);
        g_autoptr(GAsyncResult) done = NULL;
        g_autoptr(GError) error = NULL;

        g_test_message("%s", operation->name);
        operation->begin(cdd_mock_engine_get_service(engine), NULL, await_ready, &done);
        operation->finish(cdd_mock_engine_get_service(engine), await(&done), &error);
        g_assert_no_error(error);
        assert_expected(engine);
    }
}

static void
test_every_blocking_call_can_be_played(void)
{
    for (const Operation *operation = operations; operation->name != NULL; operation++) {
        g_autoptr(CddMockEngine) engine = new_engine(operation);
        g_autoptr(GError) error = NULL;

        if (operation->block == NULL)
            continue;
        g_test_message("%s", operation->name);
        operation->block(cdd_mock_engine_get_service(engine), NULL, &error);
        g_assert_no_error(error);
        assert_expected(engine);
    }
}

typedef struct {
    CddMockEngine *engine;
    CddService *service;
    GString *story;
    CddOutputHandler handler;
} Fixture;

static void
on_stdout(const void *bytes, gsize length, gpointer story)
{
    g_string_append_printf(story, "out:%.*s;", (int)length, (const char *)bytes);
}

static void
on_stderr(const void *bytes, gsize length, gpointer story)
{
    g_string_append_printf(story, "err:%.*s;", (int)length, (const char *)bytes);
}

static void
on_progress(const CddBuildProgress *progress, gpointer story)
{
    g_string_append_printf(story, "%s %s %u;", progress->id != NULL ? progress->id : "-",
                           progress->message, (guint)progress->current);
}

static void
on_state(const char *id G_GNUC_UNUSED, CddContainerState state, gpointer story)
{
    g_string_append_printf(story, "%s;", cdd_container_state_get_name(state));
}

static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->engine = cdd_mock_engine_new();
    fixture->service = cdd_mock_engine_get_service(fixture->engine);
    fixture->story = g_string_new(NULL);
    fixture->handler = (CddOutputHandler){.on_stdout = on_stdout,
                                          .on_stderr = on_stderr,
                                          .on_progress = on_progress,
                                          .user_data = fixture->story};
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_object_unref(fixture->engine);
    g_string_free(fixture->story, TRUE);
}

static void
assert_checked(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_check(fixture->engine, &error);
    g_assert_no_error(error);
}

static void
assert_fault(Fixture *fixture, const char *text)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(cdd_mock_engine_check(fixture->engine, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, text));
}

static const char *
body_of(GPtrArray *requests, guint index)
{
    return g_bytes_get_data(((const CddMockRequest *)requests->pdata[index])->body, NULL);
}

static void
test_a_container_is_run(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddContainerSpec spec = {.image = "debian", .command = LIST("ls", "-l")};
    CddMockRun run = {.stdout_text = "o", .stderr_text = "e", .exit_code = 3, .delay = DELAY};
    g_autoptr(CddContainerResult) result = NULL;
    g_autoptr(GPtrArray) created = NULL;
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_run(fixture->engine, "debian", &run);
    fixture->handler.on_state = on_state;
    result =
        cdd_service_run_container_sync(fixture->service, &spec, &fixture->handler, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(result->exit_code, ==, 3);
    g_assert_cmpstr(fixture->story->str, ==, "created;starting;running;out:o;err:e;stopped;");
    created = cdd_mock_engine_dup_requests(fixture->engine, "POST", "/containers/create");
    g_assert_cmpuint(created->len, ==, 1);
    g_assert_nonnull(strstr(body_of(created, 0), "[\"ls\",\"-l\"]"));
    assert_checked(fixture);
}

/* Streams that end at their other end are closed a little later. */
static guint
count_descriptors(guint at_most)
{
    guint n = 0;

    for (guint i = 0; i < 100; i++) {
        g_autoptr(GDir) dir = g_dir_open("/proc/self/fd", 0, NULL);

        g_assert_nonnull(dir);
        for (n = 0; g_dir_read_name(dir) != NULL; n++)
            ;
        if (n <= at_most)
            break;
        g_usleep(DELAY * G_TIME_SPAN_MILLISECOND);
    }
    return n;
}

static void
run_many(CddService *service, guint n_runs)
{
    CddContainerSpec spec = {.image = "debian"};

    for (guint i = 0; i < n_runs; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(CddContainerResult) result =
            cdd_service_run_container_sync(service, &spec, NULL, NULL, &error);

        g_assert_no_error(error);
        g_assert_nonnull(result);
    }
}

static void
test_streams_that_ended_are_closed(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    guint before;

    cdd_mock_engine_add_run(fixture->engine, "debian", &(CddMockRun){0});
    /* The first run opens what is kept for the next one. */
    run_many(fixture->service, 1);
    before = count_descriptors(G_MAXUINT);
    run_many(fixture->service, 300);
    g_assert_cmpuint(count_descriptors(before), <=, before);
}

static void
test_a_container_is_run_step_by_step(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddService *service = fixture->service;
    CddContainerSpec spec = {.image = "debian", .name = "web"};
    CddLogsOptions follow = {.follow = TRUE};
    g_autofree char *id = NULL;
    gint64 code = -1;
    g_autoptr(CddContainerInfo) info = NULL;
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_run(fixture->engine, NULL,
                            &(CddMockRun){.exit_code = 5, .delay = DELAY, .stdout_text = "hello"});
    id = cdd_service_create_container_sync(service, &spec, NULL, &error);
    g_assert_no_error(error);
    cdd_service_start_container_sync(service, "web", NULL, &error);
    info = cdd_service_inspect_container_sync(service, id, NULL, &error);
    g_assert_no_error(error);
    g_assert_true(info->running);
    g_assert_cmpstr(info->name, ==, "web");
    cdd_service_read_container_logs_sync(service, id, &follow, &fixture->handler, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(fixture->story->str, ==, "out:hello;");
    cdd_service_wait_container_sync(service, id, CDD_WAIT_NOT_RUNNING, NULL, &code, &error);
    g_assert_cmpint(code, ==, 5);
    cdd_service_remove_container_sync(service, id, CDD_REMOVE_NONE, NULL, &error);
    g_assert_no_error(error);
    g_assert_false(cdd_service_start_container_sync(service, id, NULL, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_NOT_FOUND);
}

static void
test_a_container_that_is_stopped_ends(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddContainerSpec spec = {.image = "debian"};
    g_autofree char *id = NULL;
    gint64 code = -1;

    cdd_mock_engine_add_run(fixture->engine, NULL, &(CddMockRun){.delay = G_MAXINT});
    id = cdd_service_create_container_sync(fixture->service, &spec, NULL, NULL);
    g_assert_true(cdd_service_start_container_sync(fixture->service, id, NULL, NULL));
    g_assert_true(cdd_service_stop_container_sync(fixture->service, id, 1, NULL, NULL));
    g_assert_true(cdd_service_kill_container_sync(fixture->service, id, NULL, NULL, NULL));
    g_assert_true(cdd_service_wait_container_sync(fixture->service, id, CDD_WAIT_NOT_RUNNING, NULL,
                                                  &code, NULL));
    g_assert_cmpint(code, ==, 137);
}

static gboolean
is_running(CddService *service, const char *container)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddContainerInfo) info =
        cdd_service_inspect_container_sync(service, container, NULL, &error);

    g_assert_no_error(error);
    return info->running;
}

static void
test_a_container_can_be_started_again(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddService *service = fixture->service;
    CddContainerSpec spec = {.image = "debian", .name = "web"};
    g_autoptr(GAsyncResult) done = NULL;
    g_autofree char *id = NULL;
    gint64 code = -1;
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_run(fixture->engine, NULL, &(CddMockRun){.delay = G_MAXINT});
    id = cdd_service_create_container_sync(service, &spec, NULL, &error);
    g_assert_no_error(error);
    /* There is nothing to stop yet. */
    g_assert_true(cdd_service_stop_container_sync(service, "web", 1, NULL, &error));
    g_assert_true(cdd_service_start_container_sync(service, "web", NULL, &error));
    g_assert_true(is_running(service, "web"));
    g_assert_true(cdd_service_stop_container_sync(service, "web", 1, NULL, &error));
    g_assert_false(is_running(service, "web"));
    g_assert_true(cdd_service_start_container_sync(service, "web", NULL, &error));
    g_assert_true(is_running(service, "web"));
    cdd_service_wait_container_async(service, "web", CDD_WAIT_NEXT_EXIT, NULL, await_ready, &done);
    /* Who waits sees the end, though the container runs again at once. */
    while (done == NULL) {
        g_assert_true(cdd_service_restart_container_sync(service, "web", 1, NULL, &error));
        g_main_context_iteration(NULL, FALSE);
    }
    g_assert_true(cdd_service_wait_container_finish(service, await(&done), &code, &error));
    g_assert_cmpint(code, ==, 137);
    g_assert_true(is_running(service, "web"));
}

static void
test_a_container_can_be_renamed(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddContainerSpec spec = {.image = "debian", .name = "old"};
    g_autoptr(CddContainerInfo) info = NULL;
    g_autofree char *id = NULL;
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_run(fixture->engine, NULL, &(CddMockRun){0});
    id = cdd_service_create_container_sync(fixture->service, &spec, NULL, &error);
    g_assert_no_error(error);
    g_assert_true(cdd_service_rename_container_sync(fixture->service, "old", "new", NULL, &error));
    info = cdd_service_inspect_container_sync(fixture->service, "new", NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(info->name, ==, "new");
    g_assert_cmpstr(info->id, ==, id);
}

static void
test_a_container_can_remove_itself(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddContainerSpec spec = {.image = "debian", .name = "web", .auto_remove = TRUE};
    g_autoptr(CddContainerResult) result = NULL;
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_run(fixture->engine, NULL, &(CddMockRun){.exit_code = 3});
    g_free(cdd_service_create_container_sync(fixture->service, &spec, NULL, &error));
    g_assert_no_error(error);
    g_assert_true(cdd_service_start_container_sync(fixture->service, "web", NULL, &error));
    g_usleep(DELAY * G_TIME_SPAN_MILLISECOND);
    g_assert_null(cdd_service_inspect_container_sync(fixture->service, "web", NULL, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_NOT_FOUND);
    g_clear_error(&error);
    result = cdd_service_run_container_sync(fixture->service, &spec, NULL, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(result->exit_code, ==, 3);
}

static void
test_a_container_that_was_refused_is_not_there(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddContainerSpec spec = {.image = "debian", .name = "web"};
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_run(fixture->engine, NULL, &(CddMockRun){.error_status = 409});
    g_assert_null(cdd_service_create_container_sync(fixture->service, &spec, NULL, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_CONFLICT);
    g_clear_error(&error);
    g_assert_null(cdd_service_inspect_container_sync(fixture->service, "web", NULL, &error));
    g_assert_nonnull(strstr(error->message, "no answer to GET /containers/web/json"));
}

static void
on_stdin(GOutputStream *input, gpointer user_data G_GNUC_UNUSED)
{
    g_assert_true(g_output_stream_write_all(input, "a\nb", 3, NULL, NULL, NULL));
    g_assert_true(g_output_stream_close(input, NULL, NULL));
}

static void
test_the_input_of_a_container_is_kept(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddContainerSpec spec = {.image = "debian", .open_stdin = TRUE};
    CddMockRun run = {.reads_input = TRUE, .stdout_text = "2 lines"};
    g_autoptr(CddContainerResult) result = NULL;
    g_autoptr(GPtrArray) attached = NULL;
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_run(fixture->engine, NULL, &run);
    fixture->handler.on_stdin = on_stdin;
    result =
        cdd_service_run_container_sync(fixture->service, &spec, &fixture->handler, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(fixture->story->str, ==, "out:2 lines;");
    attached = cdd_mock_engine_dup_requests(fixture->engine, "POST", "/containers/*/attach");
    g_assert_cmpstr(body_of(attached, 0), ==, "a\nb");
}

static void
test_without_an_input_there_is_nothing_to_wait_for(Fixture *fixture,
                                                   gconstpointer data G_GNUC_UNUSED)
{
    CddMockRun run = {.reads_input = TRUE, .stdout_text = "0"};
    CddContainerSpec spec = {.image = "debian"};
    CddContainerSpec open = {.image = "debian", .open_stdin = TRUE};
    CddExecSpec exec = {.command = LIST("wc")};
    g_autoptr(CddContainerResult) result = NULL;
    g_autoptr(CddAttachment) attachment = NULL;
    g_autoptr(GAsyncResult) done = NULL;
    g_autofree char *id = NULL;
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_run(fixture->engine, "debian", &run);
    cdd_mock_engine_add_exec(fixture->engine, "web", &run);
    result =
        cdd_service_run_container_sync(fixture->service, &spec, &fixture->handler, NULL, &error);
    g_assert_no_error(error);
    /* The container has an input, but this attachment is to its output only. */
    id = cdd_service_create_container_sync(fixture->service, &open, NULL, &error);
    g_assert_no_error(error);
    cdd_service_attach_container_async(fixture->service, id, FALSE, NULL, await_ready, &done);
    attachment = cdd_service_attach_container_finish(fixture->service, await(&done), &error);
    g_assert_no_error(error);
    g_assert_true(cdd_service_start_container_sync(fixture->service, id, NULL, &error));
    g_assert_true(cdd_service_wait_container_sync(fixture->service, id, CDD_WAIT_NOT_RUNNING, NULL,
                                                  NULL, &error));
    cdd_service_exec_sync(fixture->service, "web", &exec, NULL, &fixture->handler, NULL, NULL,
                          &error);
    g_assert_no_error(error);
    g_assert_cmpstr(fixture->story->str, ==, "out:0;out:0;");
}

static gboolean
cancel(gpointer cancellable)
{
    g_cancellable_cancel(cancellable);
    return G_SOURCE_REMOVE;
}

static void
test_a_run_can_be_cancelled(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddContainerSpec spec = {.image = "debian"};
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_run(fixture->engine, NULL, &(CddMockRun){.delay = G_MAXINT});
    g_timeout_add(DELAY, cancel, cancellable);
    cdd_service_run_container_async(fixture->service, &spec, NULL, cancellable, await_ready, &done);
    g_assert_null(cdd_service_run_container_finish(fixture->service, await(&done), &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_a_refusal_has_the_status_of_an_engine(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddContainerSpec spec = {.image = "debian"};
    CddMockRun run = {.error_status = 409, .error_message = "the name is taken"};
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) missing = NULL;

    cdd_mock_engine_add_run(fixture->engine, NULL, &run);
    g_assert_null(cdd_service_run_container_sync(fixture->service, &spec, NULL, NULL, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_CONFLICT);
    g_assert_nonnull(strstr(error->message, "the name is taken"));
    cdd_mock_engine_add_error(fixture->engine, "DELETE", "/volumes/v", 404, "no such volume");
    g_assert_false(cdd_service_remove_volume_sync(fixture->service, "v", FALSE, NULL, &missing));
    g_assert_error(missing, CDD_ERROR, CDD_ERROR_NOT_FOUND);
    g_assert_cmpuint(cdd_error_get_http_status(missing), ==, 404);
}

/* Returns all that the engine answers to these bytes. */
static char *
exchange(CddService *service, const char *requests)
{
    const CddAddress *address = cdd_client_get_address(service->client);
    g_autoptr(GIOStream) stream = address->open(address->engine, NULL);
    g_autoptr(GOutputStream) all = g_memory_output_stream_new_resizable();

    g_assert_nonnull(stream);
    g_assert_true(g_output_stream_write_all(g_io_stream_get_output_stream(stream), requests,
                                            strlen(requests), NULL, NULL, NULL));
    g_assert_true(g_socket_shutdown(g_socket_connection_get_socket(G_SOCKET_CONNECTION(stream)),
                                    FALSE, TRUE, NULL));
    g_assert_cmpint(g_output_stream_splice(all, g_io_stream_get_input_stream(stream),
                                           G_OUTPUT_STREAM_SPLICE_NONE, NULL, NULL),
                    >, 0);
    g_assert_true(g_output_stream_write_all(all, "", 1, NULL, NULL, NULL));
    g_assert_true(g_output_stream_close(all, NULL, NULL));
    return g_memory_output_stream_steal_data(G_MEMORY_OUTPUT_STREAM(all));
}

/* Bytes after the head would be taken for the next answer on the connection. */
static void
test_a_head_comes_without_a_body(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *all = NULL;

    cdd_mock_engine_add_error(fixture->engine, "HEAD", "/containers/web/archive", 404, "no file");
    cdd_mock_engine_add_answer(fixture->engine, "POST", "/containers/web/start", 204, "no file");
    cdd_mock_engine_add_answer(fixture->engine, "POST", "/containers/web/start", 304, "no file");
    cdd_mock_engine_add_answer(fixture->engine, "GET", "/info", 200, "{}");
    all = exchange(fixture->service, "HEAD /containers/web/archive HTTP/1.1\r\n\r\n"
                                     "POST /containers/web/start HTTP/1.1\r\n\r\n"
                                     "POST /containers/web/start HTTP/1.1\r\n\r\n"
                                     "GET /info HTTP/1.1\r\n\r\n");
    g_assert_null(strstr(all, "no file"));
    g_assert_true(g_str_has_suffix(all, "\r\n\r\n{}"));
    assert_checked(fixture);
}

static void
test_a_command_is_run(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddExecSpec spec = {.command = LIST("wc")};
    CddMockRun counts = {.reads_input = TRUE, .stdout_text = "5", .exit_code = 2};
    CddMockRun refused = {.error_status = 409, .error_message = "it does not run"};
    g_autoptr(GInputStream) input = g_memory_input_stream_new_from_data("hello", -1, NULL);
    g_autoptr(GPtrArray) started = NULL;
    g_autofree char *detached = NULL;
    gint64 code = -1;
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_exec(fixture->engine, "web", &counts);
    cdd_mock_engine_add_exec(fixture->engine, "web", &(CddMockRun){0});
    cdd_mock_engine_add_exec(fixture->engine, "web", &refused);
    cdd_service_exec_sync(fixture->service, "web", &spec, input, &fixture->handler, NULL, &code,
                          &error);
    g_assert_no_error(error);
    g_assert_cmpint(code, ==, 2);
    g_assert_cmpstr(fixture->story->str, ==, "out:5;");
    started = cdd_mock_engine_dup_requests(fixture->engine, "POST", "/exec/*/start");
    g_assert_cmpstr(body_of(started, 0), ==, "hello");
    detached = cdd_service_start_exec_detached_sync(fixture->service, "web", &spec, NULL, &error);
    g_assert_no_error(error);
    g_assert_false(
        cdd_service_exec_sync(fixture->service, "web", &spec, NULL, NULL, NULL, NULL, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_CONFLICT);
    assert_checked(fixture);
}

static void
test_a_terminal_gets_the_output_as_it_is(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddMockRun run = {.stdout_text = "o", .stderr_text = "e"};
    CddExecSpec exec = {.command = LIST("top"), .tty = TRUE};
    CddContainerSpec spec = {.image = "debian", .tty = TRUE};
    g_autoptr(CddContainerResult) result = NULL;
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_exec(fixture->engine, "web", &run);
    cdd_mock_engine_add_run(fixture->engine, "debian", &run);
    cdd_service_exec_sync(fixture->service, "web", &exec, NULL, &fixture->handler, NULL, NULL,
                          &error);
    g_assert_no_error(error);
    g_assert_cmpstr(fixture->story->str, ==, "out:oe;");
    result =
        cdd_service_run_container_sync(fixture->service, &spec, &fixture->handler, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(fixture->story->str, ==, "out:oe;out:oe;");
}

static void
test_a_log_is_read(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_logs(fixture->engine, "web", "started\n", "slow\n");
    cdd_service_read_container_logs_sync(fixture->service, "web", NULL, &fixture->handler, NULL,
                                         &error);
    g_assert_no_error(error);
    g_assert_cmpstr(fixture->story->str, ==, "out:started\n;err:slow\n;");
    assert_checked(fixture);
}

static void
test_a_pull_reports_its_layers(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char layer[] = "{\"id\":\"layer\",\"status\":\"Downloading\","
                                "\"progressDetail\":{\"current\":7,\"total\":9}}";
    g_autoptr(CddImageInfo) image = NULL;
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_pull(fixture->engine, "debian", LIST(layer, "Done"), NULL);
    cdd_mock_engine_add_pull(fixture->engine, "debian:12", NULL, "the disk is full");
    cdd_mock_engine_add_image(fixture->engine, "debian", "arm64");
    cdd_service_pull_image_sync(fixture->service, "debian", NULL, &fixture->handler, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(fixture->story->str, ==, "layer Downloading 7;- Done 0;");
    image = cdd_service_inspect_image_sync(fixture->service, "debian", NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(image->architecture, ==, "arm64");
    g_assert_false(
        cdd_service_pull_image_sync(fixture->service, "debian:12", NULL, NULL, NULL, &error));
    g_assert_nonnull(strstr(error->message, "the disk is full"));
    assert_checked(fixture);
}

static void
test_a_build_gives_an_image_or_fails(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GInputStream) context = g_memory_input_stream_new_from_data("archive", -1, NULL);
    g_autoptr(GInputStream) again = g_memory_input_stream_new_from_data("archive", -1, NULL);
    g_autoptr(GPtrArray) built = NULL;
    g_autofree char *id = NULL;
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_build(fixture->engine, "Step 1/1 : FROM debian\n", "sha256:7", NULL);
    cdd_mock_engine_add_build(fixture->engine, "no space\n", NULL, "exit code 1");
    id = cdd_service_build_archive_sync(fixture->service, context, NULL, &fixture->handler, NULL,
                                        &error);
    g_assert_no_error(error);
    g_assert_cmpstr(id, ==, "sha256:7");
    built = cdd_mock_engine_dup_requests(fixture->engine, "POST", "/build");
    g_assert_cmpstr(body_of(built, 0), ==, "archive");
    g_assert_null(
        cdd_service_build_archive_sync(fixture->service, again, NULL, NULL, NULL, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_BUILD_FAILED);
    g_assert_nonnull(strstr(error->message, "no space"));
    assert_checked(fixture);
}

/* An archive has NUL bytes. */
static gpointer
find_in_body(const CddMockRequest *request, const char *text)
{
    gsize length;
    const void *data = g_bytes_get_data(request->body, &length);

    return memmem(data, length, text, strlen(text));
}

static void
test_a_directory_is_built(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddBuildContext context = {.dockerfile_text = "FROM debian\nRUN greet\n"};
    CddBuildContext with_secret = context;
    g_autoptr(GPtrArray) all = NULL;
    g_autofree char *id = NULL;
    g_autofree char *second = NULL;
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_build(fixture->engine, "Step 1/2 : FROM debian\n", "sha256:7", NULL);
    cdd_mock_engine_add_build(fixture->engine, NULL, "sha256:8", NULL);
    id = cdd_service_build_image_sync(fixture->service, &context, &fixture->handler, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(id, ==, "sha256:7");
    all = cdd_mock_engine_dup_requests(fixture->engine, NULL, NULL);
    /* The classic builder gets the context as the body of the only request. */
    g_assert_cmpuint(all->len, ==, 1);
    g_assert_cmpstr(((const CddMockRequest *)all->pdata[0])->path, ==, "/build");
    g_assert_nonnull(find_in_body(all->pdata[0], "RUN greet"));
    with_secret.secrets = LIST("id=token,env=PATH");
    second = cdd_service_build_image_sync(fixture->service, &with_secret, NULL, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(second, ==, "sha256:8");
    assert_checked(fixture);
}

static void
test_a_file_is_copied_out(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GBytes) contents = to_bytes("hello");
    g_autofree char *directory = g_dir_make_tmp("mock-engine-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(directory, "greeting", NULL);
    g_autoptr(CddPathStat) stat = NULL;
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_file(fixture->engine, "web", "/etc/greeting", contents);
    stat = cdd_service_stat_path_sync(fixture->service, "web", "/etc/greeting", NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(stat->size, ==, 5);
    cdd_service_copy_from_container_sync(fixture->service, "web", "/etc/greeting", directory, 0,
                                         NULL, &error);
    g_assert_no_error(error);
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "hello");
    g_assert_cmpint(g_unlink(file), ==, 0);
    g_assert_cmpint(g_rmdir(directory), ==, 0);
}

typedef struct {
    GString *story;
    CddMockEngine *engine;
    GCancellable *cancellable;
} Watch;

/* After the first event the connection is lost, because there is another one. */
static void
on_event(const CddEvent *event, gpointer user_data)
{
    Watch *watch = user_data;

    g_string_append_printf(watch->story, "%s;", event->action);
    if (g_str_equal(event->action, "start"))
        cdd_mock_engine_add_events(
            watch->engine, LIST("{\"Type\":\"container\",\"Action\":\"die\",\"timeNano\":2}"));
    else
        g_cancellable_cancel(watch->cancellable);
}

static void
test_events_go_on_after_a_lost_connection(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    Watch watch = {fixture->story, fixture->engine, cancellable};
    CddEventsOptions options = {.max_retries = 1};
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_events(
        fixture->engine, LIST("{\"Type\":\"container\",\"Action\":\"start\",\"timeNano\":1}"));
    cdd_service_watch_events_async(fixture->service, &options, on_event, &watch, NULL, cancellable,
                                   await_ready, &done);
    g_assert_false(cdd_service_watch_events_finish(fixture->service, await(&done), &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpstr(fixture->story->str, ==, "start;die;");
}

static void
test_answers_are_given_in_turn_and_the_last_again(Fixture *fixture,
                                                  gconstpointer data G_GNUC_UNUSED)
{
    for (guint i = 1; i < 3; i++) {
        g_autofree char *body = g_strdup_printf("[{\"Id\":\"%u\"}]", i);

        cdd_mock_engine_add_answer(fixture->engine, "GET", "/containers/json?all=1", 200, body);
    }
    for (guint i = 1; i < 4; i++) {
        g_autoptr(GPtrArray) all =
            cdd_service_list_containers_sync(fixture->service, TRUE, NULL, NULL, NULL);
        g_autofree char *id = g_strdup_printf("%u", MIN(i, 2));

        g_assert_cmpstr(((const CddContainerSummary *)all->pdata[0])->id, ==, id);
    }
    /* It asks for the running ones only. */
    g_assert_null(cdd_service_list_containers_sync(fixture->service, FALSE, NULL, NULL, NULL));
}

static void
test_runs_are_played_in_turn_and_the_last_again(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const gint64 expected[] = {1, 2, 2};
    CddContainerSpec spec = {.image = "x"};

    cdd_mock_engine_add_run(fixture->engine, "x", &(CddMockRun){.exit_code = 1});
    cdd_mock_engine_add_run(fixture->engine, NULL, &(CddMockRun){.exit_code = 9});
    cdd_mock_engine_add_run(fixture->engine, "x", &(CddMockRun){.exit_code = 2});
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_autoptr(CddContainerResult) result =
            cdd_service_run_container_sync(fixture->service, &spec, NULL, NULL, NULL);

        g_assert_cmpint(result->exit_code, ==, expected[i]);
    }
}

static void
test_a_delay_is_one_of_the_answer(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    gint64 before = g_get_monotonic_time();

    cdd_mock_engine_set_delay(fixture->engine, DELAY);
    cdd_mock_engine_add_answer(fixture->engine, "GET", "/networks", 200, "[]");
    cdd_mock_engine_set_delay(fixture->engine, 0);
    g_ptr_array_unref(cdd_service_list_networks_sync(fixture->service, NULL, NULL, NULL));
    g_assert_cmpint(g_get_monotonic_time() - before, >=, DELAY * G_TIME_SPAN_MILLISECOND);
}

static void
test_what_was_not_prepared_is_told(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddContainerSpec spec = {.image = "other"};
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_run(fixture->engine, "debian", &(CddMockRun){0});
    g_assert_null(cdd_service_run_container_sync(fixture->service, &spec, NULL, NULL, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, "no answer to POST /containers/create"));
    assert_fault(fixture, "no answer to POST /containers/create");
}

static void
test_what_was_not_used_is_told(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    cdd_mock_engine_add_run(fixture->engine, "debian", &(CddMockRun){0});
    assert_fault(fixture, "the run of debian was not used");
    cdd_mock_engine_add_answer(fixture->engine, "GET", "/info", 200, "{}");
    assert_fault(fixture, "the answer to GET /info was not used");
}

static guint n_criticals;

static GLogWriterOutput
count_criticals(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
    if ((level & G_LOG_LEVEL_CRITICAL) == 0)
        return g_log_writer_default(level, fields, n_fields, user_data);
    n_criticals++;
    return G_LOG_WRITER_HANDLED;
}

/* A programmer's mistake is told by one critical message. */
static void
test_what_is_missing_is_told(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddMockEngine *engine = fixture->engine;
    GLogLevelFlags fatal = g_log_set_always_fatal(G_LOG_FATAL_MASK);
    g_autoptr(GBytes) contents = to_bytes("hello");

    n_criticals = 0;
    cdd_mock_engine_add_file(engine, "web", NULL, contents);
    cdd_mock_engine_add_file(engine, "web", "/f", NULL);
    cdd_mock_engine_add_file(engine, NULL, "/f", contents);
    cdd_mock_engine_add_image(engine, NULL, "amd64");
    cdd_mock_engine_add_image(engine, "debian", NULL);
    cdd_mock_engine_add_image(NULL, "debian", "amd64");
    cdd_mock_engine_add_build(NULL, NULL, NULL, NULL);
    g_log_set_always_fatal(fatal);
    g_assert_cmpuint(n_criticals, ==, 7);
    assert_checked(fixture);
}

static void
test_a_service_outlives_its_engine(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddMockEngine) engine = cdd_mock_engine_new();
    g_autoptr(CddService) service = g_object_ref(cdd_mock_engine_get_service(engine));
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_set_delay(engine, G_MAXINT);
    cdd_mock_engine_add_answer(engine, "GET", "/networks", 200, "[]");
    cdd_service_list_networks_async(service, NULL, NULL, await_ready, &done);
    while (TRUE) {
        g_autoptr(GPtrArray) requests = cdd_mock_engine_dup_requests(engine, NULL, NULL);

        if (requests->len > 0)
            break;
        g_main_context_iteration(NULL, FALSE);
    }
    g_clear_object(&engine);
    g_assert_null(cdd_service_list_networks_finish(service, await(&done), &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE);
    g_clear_error(&error);
    g_assert_null(cdd_service_list_networks_sync(service, NULL, NULL, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE);
    g_assert_nonnull(strstr(error->message, "the mock engine of this service is gone"));
}

#define ADD(path, func) g_test_add("/mock-engine/" path, Fixture, NULL, set_up, func, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_writer_func(count_criticals, NULL, NULL);
    g_test_add_func("/mock-engine/every-operation-can-be-played",
                    test_every_operation_can_be_played);
    g_test_add_func("/mock-engine/every-blocking-call-can-be-played",
                    test_every_blocking_call_can_be_played);
    ADD("a-container-is-run", test_a_container_is_run);
    ADD("streams-that-ended-are-closed", test_streams_that_ended_are_closed);
    ADD("a-container-is-run-step-by-step", test_a_container_is_run_step_by_step);
    ADD("a-container-that-is-stopped-ends", test_a_container_that_is_stopped_ends);
    ADD("a-container-can-be-started-again", test_a_container_can_be_started_again);
    ADD("a-container-can-be-renamed", test_a_container_can_be_renamed);
    ADD("a-container-can-remove-itself", test_a_container_can_remove_itself);
    ADD("a-container-that-was-refused-is-not-there",
        test_a_container_that_was_refused_is_not_there);
    ADD("the-input-of-a-container-is-kept", test_the_input_of_a_container_is_kept);
    ADD("without-an-input-there-is-nothing-to-wait-for",
        test_without_an_input_there_is_nothing_to_wait_for);
    ADD("a-run-can-be-cancelled", test_a_run_can_be_cancelled);
    ADD("a-refusal-has-the-status-of-an-engine", test_a_refusal_has_the_status_of_an_engine);
    ADD("a-head-comes-without-a-body", test_a_head_comes_without_a_body);
    ADD("a-command-is-run", test_a_command_is_run);
    ADD("a-terminal-gets-the-output-as-it-is", test_a_terminal_gets_the_output_as_it_is);
    ADD("a-log-is-read", test_a_log_is_read);
    ADD("a-pull-reports-its-layers", test_a_pull_reports_its_layers);
    ADD("a-build-gives-an-image-or-fails", test_a_build_gives_an_image_or_fails);
    ADD("a-directory-is-built", test_a_directory_is_built);
    ADD("a-file-is-copied-out", test_a_file_is_copied_out);
    ADD("events-go-on-after-a-lost-connection", test_events_go_on_after_a_lost_connection);
    ADD("answers-are-given-in-turn-and-the-last-again",
        test_answers_are_given_in_turn_and_the_last_again);
    ADD("runs-are-played-in-turn-and-the-last-again",
        test_runs_are_played_in_turn_and_the_last_again);
    ADD("a-delay-is-one-of-the-answer", test_a_delay_is_one_of_the_answer);
    ADD("what-was-not-prepared-is-told", test_what_was_not_prepared_is_told);
    ADD("what-was-not-used-is-told", test_what_was_not_used_is_told);
    ADD("what-is-missing-is-told", test_what_is_missing_is_told);
    ADD("a-service-outlives-its-engine", test_a_service_outlives_its_engine);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Tests runs with an engine whose connections break, stall or are refused. */
#include "await.h"
#include "fake-engine.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>

typedef struct {
    GString *out;
    GString *err;
    guint n_states;
    CddContainerState last_state;
    CddContainerResult *result;
    GError *error;
} Run;

static void
on_stdout(const void *data, gsize length, gpointer user_data)
{
    g_string_append_len(((Run *)user_data)->out, data, (gssize)length);
}

static void
on_stderr(const void *data, gsize length, gpointer user_data)
{
    g_string_append_len(((Run *)user_data)->err, data, (gssize)length);
}

static void
on_state(const char *container_id, CddContainerState state, gpointer user_data)
{
    Run *run = user_data;

    g_assert_cmpstr(container_id, ==, "abc");
    if (run->n_states++ == 0)
        g_assert_cmpint(state, ==, CDD_CONTAINER_CREATED);
    else
        g_assert_true(cdd_container_state_can_follow(run->last_state, state));
    run->last_state = state;
}

static void
run_clear(Run *run)
{
    g_string_free(run->out, TRUE);
    g_string_free(run->err, TRUE);
    cdd_container_result_free(run->result);
    g_clear_error(&run->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

static void
run(FakeEngine *engine, guint header_timeout, GCancellable *cancellable, Run *run)
{
    CddConfig config = {
        .socket_path = fake_engine_get_socket(engine),
        .header_timeout = header_timeout,
    };
    CddContainerSpec spec = {.image = "image"};
    CddOutputHandler handler = {
        .on_stdout = on_stdout, .on_stderr = on_stderr, .on_state = on_state, .user_data = run};
    g_autoptr(CddService) service = cdd_service_new(&config, NULL);
    g_autoptr(GAsyncResult) done = NULL;

    *run = (Run){.out = g_string_new(NULL), .err = g_string_new(NULL)};
    cdd_service_run_container_async(service, &spec, &handler, cancellable, await_ready, &done);
    run->result = cdd_service_run_container_finish(service, await(&done), &run->error);
}

static void
assert_complete(const Run *run)
{
    g_assert_no_error(run->error);
    g_assert_cmpint(run->result->exit_code, ==, FAKE_EXIT_CODE);
    g_assert_cmpstr(run->out->str, ==, FAKE_STDOUT);
    g_assert_cmpstr(run->err->str, ==, FAKE_STDERR);
    g_assert_cmpint(run->last_state, ==, CDD_CONTAINER_STOPPED);
}

static void
test_a_run_is_complete(void)
{
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1});
    g_auto(Run) whole = {NULL};

    run(engine, 0, NULL, &whole);
    assert_complete(&whole);
    g_assert_cmpstr(whole.result->log_tail, ==, "out: first line\nsecond line\nerr: only line");
    g_assert_false(fake_engine_was_asked(engine, "DELETE", ""));
}

static void
test_on_podman_the_events_tell_the_exit_code(void)
{
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .podman = TRUE});
    g_auto(Run) whole = {NULL};

    run(engine, 0, NULL, &whole);
    assert_complete(&whole);
    g_assert_false(fake_engine_was_asked(engine, "POST", "condition=removed"));
}

static void
test_a_run_is_complete_byte_by_byte(void)
{
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .piece = 1});
    g_auto(Run) slow = {NULL};

    run(engine, 0, NULL, &slow);
    assert_complete(&slow);
}

static void
on_stdin(GOutputStream *input, gpointer user_data)
{
    Run *run = user_data;

    /* Not earlier: a write that blocks until the container reads would wait for ever. */
    g_assert_cmpint(run->last_state, ==, CDD_CONTAINER_RUNNING);
    g_assert_true(g_output_stream_write_all(input, "hello\n", strlen("hello\n"), NULL, NULL, NULL));
}

static void
test_what_is_written_to_a_held_input_reaches_the_container(void)
{
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .reads = TRUE});
    g_auto(Run) answered = {.out = g_string_new(NULL), .err = g_string_new(NULL)};
    CddConfig config = {.socket_path = fake_engine_get_socket(engine)};
    CddContainerSpec spec = {.image = "image", .open_stdin = TRUE};
    CddOutputHandler handler = {.on_stdout = on_stdout,
                                .on_stderr = on_stderr,
                                .on_state = on_state,
                                .on_stdin = on_stdin,
                                .user_data = &answered};
    g_autoptr(CddService) service = cdd_service_new(&config, NULL);
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_run_container_async(service, &spec, &handler, NULL, await_ready, &done);
    answered.result = cdd_service_run_container_finish(service, await(&done), &answered.error);
    g_assert_no_error(answered.error);
    g_assert_cmpstr(answered.out->str, ==, "hello\n" FAKE_STDOUT);
}

static gint64
measure_whole_run(gboolean podman)
{
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .podman = podman});
    g_auto(Run) whole = {NULL};

    run(engine, 0, NULL, &whole);
    assert_complete(&whole);
    return fake_engine_get_sent(engine);
}

/* A cut answer never makes a failure look like success, and never leaves the caller waiting. */
static void
test_an_engine_that_goes_away_at_any_byte_is_an_error(gconstpointer data)
{
    gboolean podman = data != NULL;
    /* The last event is complete without the end of its chunk. */
    gint64 total = measure_whole_run(podman) - (podman ? (gint64)strlen("\r\n") : 0);

    for (gint64 budget = 0; budget < total; budget++) {
        g_autoptr(FakeEngine) engine =
            fake_engine_new(&(FakeFaults){.budget = budget, .podman = podman});
        g_auto(Run) cut = {NULL};

        g_test_message("cut after %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, budget, total);
        run(engine, 0, NULL, &cut);
        g_assert_nonnull(cut.error);
        g_assert_true(cut.error->domain == CDD_ERROR);
        /* The error names the container once there is one, so the user can remove it. The exit
         * code comes when it is gone. */
        g_assert_cmpint(strstr(cut.error->message, "may still be on the engine") != NULL, ==,
                        cut.n_states > 0 && cut.last_state != CDD_CONTAINER_STOPPED);
        /* Or says that there may be one whose id is unknown. */
        g_assert_cmpint(strstr(cut.error->message, "may have created the container") != NULL, ==,
                        cut.n_states == 0 && fake_engine_was_asked(engine, "POST", "/create"));
        g_assert_true(g_str_has_prefix(FAKE_STDOUT, cut.out->str));
        g_assert_true(g_str_has_prefix(FAKE_STDERR, cut.err->str));
    }
}

static void
test_a_silent_engine_is_a_timeout(void)
{
    static const char *const silent[] = {"/_ping", "/create", "condition=removed", "/start"};

    for (gsize i = 0; i < G_N_ELEMENTS(silent); i++) {
        g_autoptr(FakeEngine) engine =
            fake_engine_new(&(FakeFaults){.budget = -1, .silent = silent[i]});
        g_auto(Run) stalled = {NULL};

        run(engine, 100, NULL, &stalled);
        g_test_message("%s", stalled.error->message);
        g_assert_error(stalled.error, CDD_ERROR, CDD_ERROR_TIMEOUT);
        /* A created container is removed; if creation failed, its id is unknown. */
        g_assert_cmpint(fake_engine_was_asked(engine, "DELETE", "/containers/abc?force=1&v=1"), ==,
                        i >= 2);
        g_assert_cmpint(strstr(stalled.error->message, "may have created") != NULL, ==, i == 1);
    }
}

static void
test_a_refused_step_removes_the_container_and_keeps_the_reason(void)
{
    static const char *const refused[] = {"stderr=1", "condition=removed", "/start"};

    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(FakeEngine) engine =
            fake_engine_new(&(FakeFaults){.budget = -1, .refused = refused[i]});
        g_auto(Run) failed = {NULL};

        run(engine, 0, NULL, &failed);
        g_assert_error(failed.error, CDD_ERROR, CDD_ERROR_FAILED);
        g_assert_nonnull(strstr(failed.error->message, "no space left"));
        g_assert_cmpuint(cdd_error_get_http_status(failed.error), ==, 500);
        g_assert_null(strstr(failed.error->message, "may "));
        g_assert_true(fake_engine_was_asked(engine, "DELETE", "/containers/abc?force=1&v=1"));
    }
}

static void
test_a_refused_creation_leaves_nothing(void)
{
    g_autoptr(FakeEngine) engine =
        fake_engine_new(&(FakeFaults){.budget = -1, .refused = "/create"});
    g_auto(Run) failed = {NULL};

    run(engine, 0, NULL, &failed);
    g_assert_error(failed.error, CDD_ERROR, CDD_ERROR_FAILED);
    g_assert_null(strstr(failed.error->message, "may have"));
}

static gboolean
cancel(gpointer cancellable)
{
    g_cancellable_cancel(cancellable);
    return G_SOURCE_REMOVE;
}

static void
test_cancelling_stops_and_removes_the_container(void)
{
    /* The output never ends, so only cancelling ends the run. */
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .silent = "/start"});
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_auto(Run) cancelled = {NULL};

    g_timeout_add(50, cancel, cancellable);
    run(engine, 300, cancellable, &cancelled);
    g_assert_true(fake_engine_was_asked(engine, "DELETE", "/containers/abc?force=1&v=1"));
    g_assert_error(cancelled.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_nonnull(strstr(cancelled.error->message, "its container is gone"));
}

static void
test_cancelling_beforehand_asks_the_engine_nothing(void)
{
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1});
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_auto(Run) cancelled = {NULL};

    g_cancellable_cancel(cancellable);
    run(engine, 0, cancellable, &cancelled);
    g_assert_error(cancelled.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_false(fake_engine_was_asked(engine, "", ""));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/run/a-run-is-complete", test_a_run_is_complete);
    g_test_add_func("/run/a-run-is-complete-byte-by-byte", test_a_run_is_complete_byte_by_byte);
    g_test_add_func("/run/what-is-written-to-a-held-input-reaches-the-container",
                    test_what_is_written_to_a_held_input_reaches_the_container);
    g_test_add_func("/run/on-podman-the-events-tell-the-exit-code",
                    test_on_podman_the_events_tell_the_exit_code);
    g_test_add_data_func("/run/an-engine-that-goes-away-at-any-byte-is-an-error", NULL,
                         test_an_engine_that_goes_away_at_any_byte_is_an_error);
    g_test_add_data_func("/run/a-podman-that-goes-away-at-any-byte-is-an-error", "podman",
                         test_an_engine_that_goes_away_at_any_byte_is_an_error);
    g_test_add_func("/run/a-silent-engine-is-a-timeout", test_a_silent_engine_is_a_timeout);
    g_test_add_func("/run/a-refused-step-removes-the-container-and-keeps-the-reason",
                    test_a_refused_step_removes_the_container_and_keeps_the_reason);
    g_test_add_func("/run/a-refused-creation-leaves-nothing",
                    test_a_refused_creation_leaves_nothing);
    g_test_add_func("/run/cancelling-stops-and-removes-the-container",
                    test_cancelling_stops_and_removes_the_container);
    g_test_add_func("/run/cancelling-beforehand-asks-the-engine-nothing",
                    test_cancelling_beforehand_asks_the_engine_nothing);
    return g_test_run();
}

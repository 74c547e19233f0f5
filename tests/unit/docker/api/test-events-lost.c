/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests the times that events are requested from. After a lost connection, missed events are
 * requested, and each event is reported once.
 */
#include "await.h"
#include "fake-engine.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

#define EVENT(action, time)                                                                        \
    "{\"Type\":\"container\",\"Action\":\"" action                                                 \
    "\",\"Actor\":{\"ID\":\"abc\"},\"timeNano\":" time "}\n"

/* Like an engine, the second answer begins with the last event of the first one. */
static const FakeAnswer answers[] = {
    {"GET /events?since=1.000000002", .body = EVENT("start", "1000000002") EVENT(
                                          "die", "1000000002") EVENT("destroy", "1000000003")},
    {"GET /events?since=1.000000003", .body = EVENT("destroy", "1000000003")},
    {"GET /events", .body = EVENT("create", "1000000001") EVENT("start", "1000000002")},
    {NULL}};

typedef struct {
    GString *seen;
    GCancellable *cancellable;
} Watch;

static void
on_event(const CddEvent *event, gpointer user_data)
{
    Watch *watch = user_data;

    g_string_append_printf(watch->seen, "%s ", event->action);
    if (g_str_equal(event->action, "destroy") && watch->cancellable != NULL)
        g_cancellable_cancel(watch->cancellable);
}

static void
watch_events(FakeEngine *engine, gint64 since, int max_retries, Watch *watch, GError **error)
{
    g_autoptr(CddService) service =
        cdd_service_new(&(CddConfig){.socket_path = fake_engine_get_socket(engine)}, NULL);
    CddEventsOptions options = {.since = since, .max_retries = max_retries};
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_watch_events_async(service, &options, on_event, watch, NULL, watch->cancellable,
                                   await_ready, &done);
    g_assert_false(cdd_service_watch_events_finish(service, await(&done), error));
}

static void
test_events_go_on_where_they_were_lost(void)
{
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .answers = answers});
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GString) seen = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    Watch watch = {seen, cancellable};

    watch_events(engine, 0, -1, &watch, &error);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpstr(seen->str, ==, "create start die destroy ");
    g_assert_true(fake_engine_was_asked(engine, "GET", "/events?since=1.000000002"));
}

static void
test_a_lost_connection_is_an_error_unless_it_may_be_made_again(void)
{
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .answers = answers});
    g_autoptr(GString) seen = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    Watch watch = {seen, NULL};

    watch_events(engine, 0, 0, &watch, &error);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE);
    g_assert_cmpstr(seen->str, ==, "create start ");
}

static void
assert_asked(gboolean podman, gint64 since, const char *path)
{
    g_autoptr(FakeEngine) engine =
        fake_engine_new(&(FakeFaults){.budget = -1, .answers = answers, .podman = podman});
    g_autoptr(GString) seen = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    Watch watch = {seen, NULL};

    watch_events(engine, since, 0, &watch, &error);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE);
    g_assert_true(fake_engine_was_asked(engine, "GET", path));
}

/* Podman is asked for slightly earlier events; nothing is before 1970. */
static void
test_podman_is_asked_for_no_negative_time(void)
{
    static const struct {
        gint64 since;
        const char *docker;
        const char *podman;
    } times[] = {
        {0, "/events", "/events"},
        {1, "/events?since=0.000000001", "/events?since=0.000000000"},
        {1000, "/events?since=0.000001000", "/events?since=0.000000000"},
        {1001, "/events?since=0.000001001", "/events?since=0.000000001"},
        {1000000002, "/events?since=1.000000002", "/events?since=0.999999002"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
        g_test_message("since %" G_GINT64_FORMAT, times[i].since);
        assert_asked(FALSE, times[i].since, times[i].docker);
        assert_asked(TRUE, times[i].since, times[i].podman);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/events/events-go-on-where-they-were-lost",
                    test_events_go_on_where_they_were_lost);
    g_test_add_func("/events/a-lost-connection-is-an-error-unless-it-may-be-made-again",
                    test_a_lost_connection_is_an_error_unless_it_may_be_made_again);
    g_test_add_func("/events/podman-is-asked-for-no-negative-time",
                    test_podman_is_asked_for_no_negative_time);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Tests a lost connection: missed events are requested, and each event is reported once. */
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
watch_events(FakeEngine *engine, int max_retries, Watch *watch, GError **error)
{
    g_autoptr(CddService) service =
        cdd_service_new(&(CddConfig){.socket_path = fake_engine_get_socket(engine)}, NULL);
    CddEventsOptions options = {.max_retries = max_retries};
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

    watch_events(engine, -1, &watch, &error);
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

    watch_events(engine, 0, &watch, &error);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE);
    g_assert_cmpstr(seen->str, ==, "create start ");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/events/events-go-on-where-they-were-lost",
                    test_events_go_on_where_they_were_lost);
    g_test_add_func("/events/a-lost-connection-is-an-error-unless-it-may-be-made-again",
                    test_a_lost_connection_is_an_error_unless_it_may_be_made_again);
    return g_test_run();
}

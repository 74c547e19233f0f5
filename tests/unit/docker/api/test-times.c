/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the units of times between the library and an engine: docs/library.md has the rule. */
#include "await.h"
#include "fake-engine.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

/* The engine says 1700000000 s, or the same with a fraction. */
#define NOW (G_GINT64_CONSTANT(1700000000) * G_USEC_PER_SEC)

static const FakeAnswer answers[] = {
    {"GET /images/json", .body = "[{\"Id\":\"a\",\"Created\":1700000000}]"},
    {"GET /images/a/history", .body = "[{\"Id\":\"a\",\"Created\":1700000000}]"},
    {"GET /containers/json", .body = "[{\"Id\":\"c\",\"Created\":1700000000},"
                                     "{\"Id\":\"d\",\"Created\":9223372036854775807}]"},
    {"GET /containers/c/json", .body = "{\"Id\":\"c\",\"Config\":{\"Tty\":true}}"},
    {"GET /containers/c/logs", .body = "text"},
    {"POST /containers/c/stop", .status = "204 No Content"},
    {"POST /containers/c/restart", .status = "204 No Content"},
    {"GET /version", .body = "{\"Version\":\"1\",\"Arch\":\"amd64\"}"},
    {"GET /info", .body = "{\"SystemTime\":\"2023-11-14T22:13:20.250000000Z\"}"},
    {NULL},
};

typedef struct {
    FakeEngine *engine;
    CddService *service;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->engine = fake_engine_new(&(FakeFaults){.budget = -1, .answers = answers});
    fixture->service =
        cdd_service_new(&(CddConfig){.socket_path = fake_engine_get_socket(fixture->engine)}, NULL);
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_object_unref(fixture->service);
    fake_engine_free(fixture->engine);
}

static void
test_points_in_time_are_microseconds(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    GError *error = NULL;
    g_autoptr(GPtrArray) images =
        cdd_service_list_images_sync(fixture->service, FALSE, NULL, NULL, &error);
    g_autoptr(GPtrArray) containers =
        cdd_service_list_containers_sync(fixture->service, TRUE, NULL, NULL, &error);
    g_autoptr(GPtrArray) history =
        cdd_service_get_image_history_sync(fixture->service, "a", NULL, &error);
    g_autoptr(CddEngineInfo) info =
        cdd_service_get_engine_info_sync(fixture->service, NULL, &error);

    g_assert_no_error(error);
    g_assert_cmpint(((CddImageSummary *)images->pdata[0])->created_at, ==, NOW);
    g_assert_cmpint(((CddContainerSummary *)containers->pdata[0])->created_at, ==, NOW);
    g_assert_cmpint(((CddImageHistoryItem *)history->pdata[0])->created_at, ==, NOW);
    g_assert_cmpint(info->system_time, ==, NOW + 250000);
    /* A time that no clock shows does not wrap around. */
    g_assert_cmpint(((CddContainerSummary *)containers->pdata[1])->created_at, >, NOW);
}

static void
test_a_log_is_cut_at_microseconds(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const CddLogsOptions options = {.since = NOW + 5, .until = NOW + 1500000};
    const CddOutputHandler handler = {.user_data = NULL};
    GError *error = NULL;

    cdd_service_read_container_logs_sync(fixture->service, "c", &options, &handler, NULL, &error);
    g_assert_no_error(error);
    g_assert_true(fake_engine_was_asked(fixture->engine, "GET",
                                        "&since=1700000000.000005&until=1700000001.500000"));
}

static void
test_a_stop_takes_milliseconds(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const struct {
        int timeout;
        const char *stop;
        const char *restart;
    } rows[] = {
        {-1, "/stop", "/restart"},           {0, "/stop?t=0", "/restart?t=0"},
        {1, "/stop?t=1", "/restart?t=1"},    {2000, "/stop?t=2", "/restart?t=2"},
        {2001, "/stop?t=3", "/restart?t=3"}, {G_MAXINT, "/stop?t=2147484", "/restart?t=2147484"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        int timeout = rows[i].timeout;
        GError *error = NULL;

        cdd_service_stop_container_sync(fixture->service, "c", timeout, NULL, &error);
        g_assert_no_error(error);
        g_assert_true(fake_engine_was_asked(fixture->engine, "POST", rows[i].stop));
        cdd_service_restart_container_sync(fixture->service, "c", timeout, NULL, &error);
        g_assert_no_error(error);
        g_assert_true(fake_engine_was_asked(fixture->engine, "POST", rows[i].restart));
    }
}

#define ADD(name, func) g_test_add("/times/" name, Fixture, NULL, set_up, func, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("points-in-time-are-microseconds", test_points_in_time_are_microseconds);
    ADD("a-log-is-cut-at-microseconds", test_a_log_is_cut_at_microseconds);
    ADD("a-stop-takes-milliseconds", test_a_stop_takes_milliseconds);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "events/run-forecast.h"
#include "run-events.h"

/* d needs b and c, which need a; e stands alone. */
static const char *const planned[] = {
    "::progress::type=plan_package,name=a,deps=",
    "::progress::type=plan_package,name=b,deps=a",
    "::progress::type=plan_package,name=c,deps=a unknown",
    "::progress::type=plan_package,name=d,deps=b c",
    "::progress::type=plan_package,name=e,deps=",
    "::progress::type=schedule,slots=2",
    NULL,
};

static const char *const expected[] = {
    "::progress::type=package_expected,name=a,ms=10000,measured=true",
    "::progress::type=package_expected,name=b,ms=20000,measured=true",
    "::progress::type=package_expected,name=c,ms=5000,measured=false",
    "::progress::type=package_expected,name=d,ms=1000,measured=true",
    "::progress::type=package_expected,name=e,ms=3000,measured=true",
    NULL,
};

static void
apply(RunState *state, const char *line, gint64 now)
{
    g_autoptr(CddBuildEvent) event = event_of(line);

    run_state_apply(state, event, now);
}

static RunForecast
forecast(const RunState *state, gint64 now)
{
    g_autoptr(RunGraph) graph = run_graph_new(state);

    return run_forecast(graph, state, now);
}

static void
test_the_longest_chain_decides(void)
{
    g_autoptr(RunState) state = run_state_new();

    apply_lines(state, planned);
    apply_lines(state, expected);
    g_assert_true(forecast(state, 0).known);
    g_assert_cmpint(forecast(state, 0).remaining, ==, 31000);

    apply(state, "::progress::type=package_start,name=a", 100000);
    g_assert_cmpint(forecast(state, 104000).remaining, ==, 27000);
    /* It takes longer than expected. */
    g_assert_cmpint(forecast(state, 150000).remaining, ==, 22000);
    apply(state, "::progress::type=package_complete,name=a,success=true", 150000);
    g_assert_cmpint(forecast(state, 150000).remaining, ==, 21000);
    apply(state, "::progress::type=package_skip,name=b,reason=cached", 150000);
    g_assert_cmpint(forecast(state, 150000).remaining, ==, 6000);
}

static void
test_all_the_work_needs_slots(void)
{
    g_autoptr(RunState) state = run_state_new();

    apply_lines(state, planned);
    apply_lines(state, expected);
    apply(state, "::progress::type=package_expected,name=e,ms=94000,measured=true", 0);
    apply(state, "::progress::type=package_expected,name=c,ms=94000,measured=true", 0);
    g_assert_cmpint(forecast(state, 0).remaining, ==, (10 + 20 + 94 + 1 + 94) * 1000 / 2);
}

static void
test_a_first_build_has_no_forecast(void)
{
    g_autoptr(RunState) state = run_state_new();

    apply_lines(state, planned);
    apply(state, "::progress::type=package_expected,name=a,ms=10000,measured=false", 0);
    g_assert_false(forecast(state, 0).known);
}

static void
test_all_that_wait_are_counted_once(void)
{
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(RunGraph) graph = NULL;

    apply_lines(state, planned);
    graph = run_graph_new(state);
    g_assert_cmpuint(run_graph_count_waiting(graph, state, 0), ==, 3);
    g_assert_cmpuint(run_graph_count_waiting(graph, state, 1), ==, 1);
    g_assert_cmpuint(run_graph_count_waiting(graph, state, 4), ==, 0);
    apply(state, "::progress::type=package_skip,name=c,reason=cached", 0);
    g_assert_cmpuint(run_graph_count_waiting(graph, state, 0), ==, 2);
    g_assert_cmpuint(run_graph_get_needs(graph, 3)->len, ==, 2);
    g_assert_cmpuint(run_graph_get_dependents(graph, 0)->len, ==, 2);
}

/* A container may say anything. */
static void
test_a_circle_ends(void)
{
    static const char *const lines[] = {
        "::progress::type=plan_package,name=a,deps=a b",
        "::progress::type=plan_package,name=b,deps=a b a",
        "::progress::type=package_expected,name=a,ms=10000,measured=true",
        "::progress::type=package_expected,name=b,ms=-5,measured=true",
        NULL,
    };
    g_autoptr(RunState) state = run_state_new();

    apply_lines(state, lines);
    g_assert_cmpint(forecast(state, 0).remaining, ==, 10000);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/run-forecast/chain", test_the_longest_chain_decides);
    g_test_add_func("/run-forecast/slots", test_all_the_work_needs_slots);
    g_test_add_func("/run-forecast/first-build", test_a_first_build_has_no_forecast);
    g_test_add_func("/run-graph/waiting", test_all_that_wait_are_counted_once);
    g_test_add_func("/run-graph/circle", test_a_circle_ends);
    return g_test_run();
}

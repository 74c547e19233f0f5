/* SPDX-License-Identifier: Apache-2.0 */
#include "events/run-graph.h"
#include "run-events.h"

static void
test_a_need_counts_once(void)
{
    static const char *const planned[] = {
        "::progress::type=plan_package,name=a,deps=",
        "::progress::type=plan_package,name=b,deps=",
        "::progress::type=plan_package,name=c,deps=a b a a  b c d",
        "::progress::type=plan_package,name=d,deps=a",
        NULL,
    };
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(RunGraph) graph = NULL;

    apply_lines(state, planned);
    graph = run_graph_new(state);
    g_assert_cmpuint(run_graph_get_needs(graph, 2)->len, ==, 2);
    g_assert_cmpuint(run_graph_get_dependents(graph, 0)->len, ==, 2);
    g_assert_cmpuint(run_graph_get_dependents(graph, 1)->len, ==, 1);
    g_assert_cmpuint(run_graph_get_dependents(graph, 3)->len, ==, 0);
}

static void
plan(RunState *state, guint number, const char *deps)
{
    g_autofree char *line =
        g_strdup_printf("::progress::type=plan_package,name=%x,deps=%s", number, deps);
    g_autoptr(CddBuildEvent) event = event_of(line);

    run_state_apply(state, event, 0);
}

static void
test_all_needs_together_are_bounded(void)
{
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(RunGraph) graph = NULL;
    g_autoptr(GString) deps = g_string_new(NULL);
    guint needs = 0;

    for (guint i = 0; i < 900; i++) {
        plan(state, i, deps->str);
        g_string_append_printf(deps, "%s%x", i > 0 ? " " : "", i);
    }
    graph = run_graph_new(state);
    for (guint i = 0; i < 900; i++)
        needs += run_graph_get_needs(graph, i)->len;
    g_assert_cmpuint(needs, ==, RUN_GRAPH_MAX_NEEDS);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/graph/a-need-counts-once", test_a_need_counts_once);
    g_test_add_func("/graph/all-needs-together-are-bounded", test_all_needs_together_are_bounded);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "run-events.h"
#include "view/run-footer.h"

#include <string.h>

static const char *const build[] = {
    "::progress::type=plan,total=4",
    "::progress::type=plan_package,name=beacon_msgs,deps=",
    "::progress::type=plan_package,name=lamp,deps=beacon_msgs",
    "::progress::type=plan_package,name=door,deps=lamp",
    "::progress::type=plan_package,name=tide,deps=",
    "::progress::type=stage,value=build",
    "::progress::type=schedule,slots=2",
    "::progress::type=package_expected,name=beacon_msgs,ms=61000,measured=true",
    "::progress::type=package_expected,name=lamp,ms=5000,measured=true",
    "::progress::type=package_expected,name=door,ms=5000,measured=true",
    "::progress::type=package_skip,name=tide,reason=cached",
    "::progress::type=package_start,name=beacon_msgs,total=3",
    "::progress::type=package_phase,name=beacon_msgs,phase=compile",
    "::progress::type=package_progress,name=beacon_msgs,percent=45,output=[ 45%25] Building "
    "\xe7\x81\xaf\xe5\x8f\xb0.cpp",
    NULL,
};

static GPtrArray *
compose(const RunState *state, guint columns, guint rows, gint64 now)
{
    const TerminalSpace space = {.columns = columns, .rows = rows, .unicode = TRUE};
    g_autoptr(RunGraph) graph = run_graph_new(state);
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

    run_footer_compose(&(RunFooter){.state = state,
                                    .graph = graph,
                                    .forecast = run_forecast(graph, state, now),
                                    .started = 0,
                                    .now = now,
                                    .has_keys = columns > 120},
                       lines, &space);
    return lines;
}

static void
test_a_build_in_several_widths(void)
{
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(GPtrArray) wide = NULL;
    g_autoptr(GPtrArray) narrow = NULL;

    apply_lines(state, build);
    wide = compose(state, 140, 30, 42000);
    g_assert_cmpuint(wide->len, ==, 2);
    g_assert_cmpstr(wide->pdata[0], ==,
                    "━━━─────────────────────"
                    " 0/3 · 0 built · 1 unchanged · 0 failed · 0 skipped · 0:42 · about 0:41 left"
                    "  l: all output  q: stop");
    g_assert_cmpstr(wide->pdata[1], ==,
                    "  beacon_msgs  compile    45%  0:30 last 1:01    2 waiting  [ 45%] Building "
                    "灯台.cpp");
    narrow = compose(state, 60, 30, 42000);
    g_assert_cmpstr(narrow->pdata[0], ==,
                    "━───────────"
                    " 0/3 · 1 unchanged · 0:42 · about 0:41 left");
    g_assert_cmpstr(narrow->pdata[1], ==,
                    "  beacon_msgs  compile    45%  0:30 last 1:01   [ 45%] Bu...");
}

/* Wide and combining characters included. */
static void
test_no_line_is_wider_than_the_window(void)
{
    g_autoptr(RunState) state = run_state_new();
    g_autofree char *long_name = g_strnfill(400, 'n');
    g_autofree char *start = g_strdup_printf("::progress::type=package_start,name=%s", long_name);
    const char *const more[] = {
        start,
        "::progress::type=package_start,name=\xe7\x81\xaf\xe5\x8f\xb0\xe7\x81\xaf\xe5\x8f\xb0",
        "::progress::type=package_phase,name=beacon_msgs,phase=a_phase_with_a_long_name",
        "::progress::type=package_progress,name=beacon_msgs,percent=100,output="
        "e\xcc\x81\xf0\x9f\x9a\xa2\xe7\x81\xaf\xe5\x8f\xb0\xe7\x81\xaf\xe5\x8f\xb0\xe7\x81\xaf"
        "\xe5\x8f\xb0\xe7\x81\xaf\xe5\x8f\xb0\xe7\x81\xaf\xe5\x8f\xb0\xe7\x81\xaf\xe5\x8f\xb0",
        NULL,
    };

    apply_lines(state, build);
    apply_lines(state, more);
    for (guint columns = 1; columns <= 300; columns++) {
        g_autoptr(GPtrArray) lines = compose(state, columns, 30, 420000000);

        g_assert_cmpuint(lines->len, ==, 4);
        for (guint i = 0; i < lines->len; i++)
            g_assert_cmpuint(text_width(lines->pdata[i]), <=, columns);
    }
}

static void
test_more_packages_than_rows(void)
{
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(GPtrArray) lines = NULL;

    apply_lines(state, build);
    for (guint i = 0; i < 20; i++) {
        g_autofree char *line = g_strdup_printf("::progress::type=package_start,name=p%u", i);
        g_autoptr(CddBuildEvent) event = event_of(line);

        run_state_apply(state, event, 0);
    }
    lines = compose(state, 100, 10, 42000);
    g_assert_cmpuint(lines->len, ==, 10);
    g_assert_cmpstr(lines->pdata[9], ==, "  and 13 more");
}

static void
test_a_stage_has_a_bar_of_items_or_bytes(void)
{
    static const char *const stages[] = {
        "::progress::type=stage,value=image",
        "::progress::type=general,current=1572864,total=3145728,unit=bytes,message=layer",
        NULL,
    };
    static const char *const items[] = {
        "::progress::type=stage,value=dependencies",
        "::progress::type=general,current=3,total=12,message=installing libyaml-dev",
        NULL,
    };
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(GPtrArray) bytes = NULL;
    g_autoptr(GPtrArray) packages = NULL;

    apply_lines(state, stages);
    bytes = compose(state, 80, 10, 5000);
    g_assert_cmpstr(bytes->pdata[0], ==,
                    "━━━━━━━━──────── image · 0:04 · 1.5 MiB of 3.0 MiB  layer");
    apply_lines(state, items);
    packages = compose(state, 80, 10, 5000);
    g_assert_cmpstr(packages->pdata[0], ==,
                    "━━━━──────────── dependencies · 0:04 · 3/12  installing libyaml-dev");
}

static void
test_a_first_build_says_so(void)
{
    static const char *const lines[] = {
        "::progress::type=stage,value=build",
        "::progress::type=schedule,slots=2",
        "::progress::type=package_start,name=a,total=2",
        NULL,
    };
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(GPtrArray) shown = NULL;

    apply_lines(state, lines);
    shown = compose(state, 99, 10, 5000);
    g_assert_true(g_str_has_suffix(shown->pdata[0], " · 0:05 · first build"));
}

static void
test_nothing_left_has_no_estimate(void)
{
    static const char *const ends[] = {
        "::progress::type=package_complete,name=beacon_msgs,success=true,ms=1",
        "::progress::type=package_complete,name=lamp,success=true,ms=1",
        "::progress::type=package_complete,name=door,success=true,ms=1",
        NULL,
    };
    static const char *const first[] = {
        "::progress::type=stage,value=build",
        "::progress::type=schedule,slots=2",
        "::progress::type=package_start,name=a,total=1",
        "::progress::type=package_complete,name=a,success=true,ms=1",
        NULL,
    };
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(RunState) first_state = run_state_new();
    g_autoptr(GPtrArray) shown = NULL;
    g_autoptr(GPtrArray) shown_first = NULL;

    apply_lines(state, build);
    apply_lines(state, ends);
    shown = compose(state, 99, 10, 42000);
    g_assert_true(g_str_has_suffix(shown->pdata[0], " skipped \xc2\xb7 0:42"));
    apply_lines(first_state, first);
    shown_first = compose(first_state, 99, 10, 5000);
    g_assert_true(g_str_has_suffix(shown_first->pdata[0], " skipped \xc2\xb7 0:05"));
}

static guint
column_of(const char *line, const char *text)
{
    const char *found = strstr(line, text);
    g_autofree char *before = NULL;

    g_assert_nonnull(found);
    before = g_strndup(line, (gsize)(found - line));
    return text_width(before);
}

/* Also when one of them has been built for an hour. */
static void
test_columns_stand_below_each_other(void)
{
    static const char *const more[] = {
        "::progress::type=package_expected,name=lamp,ms=7261000,measured=true",
        "::progress::type=package_start,name=lamp",
        "::progress::type=package_progress,name=lamp,output=[ 45%25] Building",
        NULL,
    };
    g_autoptr(RunState) state = run_state_new();

    apply_lines(state, build);
    apply_lines(state, more);
    for (gint64 now = 10000; now <= 40000000; now += 4999000) {
        g_autoptr(GPtrArray) lines = compose(state, 120, 30, now);

        g_assert_cmpuint(lines->len, ==, 3);
        g_assert_cmpuint(column_of(lines->pdata[1], " last "), ==,
                         column_of(lines->pdata[2], " last "));
        g_assert_cmpuint(column_of(lines->pdata[1], "[ 45%]"), ==,
                         column_of(lines->pdata[2], "[ 45%]"));
    }
}

static void
test_between_stages_it_works(void)
{
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(GPtrArray) shown = compose(state, 99, 10, 5000);

    g_assert_cmpstr(shown->pdata[0], ==, "working");
}

static void
test_targets_have_rows_of_their_own(void)
{
    static const char *const lines[] = {
        "::progress::type=target_start,target=x",
        "::progress::type=target_start,target=y",
        "::progress::type=stage,target=x,value=dependencies",
        "::progress::type=general,target=x,current=1,total=2,message=one of two",
        "::progress::type=plan,target=y,total=3",
        "::progress::type=stage,target=y,value=build",
        "::progress::type=schedule,target=y,slots=2",
        "::progress::type=package_start,target=y,name=y/lamp,total=3",
        "::progress::type=target_complete,target=z,state=skipped",
        NULL,
    };
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(GPtrArray) shown = NULL;
    g_autoptr(GPtrArray) short_window = NULL;

    run_state_add_target(state, "x", "targets/x");
    run_state_add_target(state, "y", "targets/y");
    run_state_add_target(state, "z", "targets/z");
    apply_lines(state, lines);
    shown = compose(state, 120, 30, 11000);
    g_assert_cmpuint(shown->len, ==, 3);
    g_assert_nonnull(strstr(shown->pdata[0], " 0/3 "));
    g_assert_nonnull(strstr(shown->pdata[0], "1/3 targets"));
    g_assert_true(g_str_has_prefix(shown->pdata[1], "  x  "));
    g_assert_nonnull(
        strstr(shown->pdata[1], "dependencies \xc2\xb7 0:08 \xc2\xb7 1/2  one of two"));
    g_assert_true(g_str_has_prefix(shown->pdata[2], "  y/lamp  "));
    /* One row for both, and how many are hidden. */
    short_window = compose(state, 120, 3, 11000);
    g_assert_cmpuint(short_window->len, ==, 3);
    g_assert_cmpstr(short_window->pdata[2], ==, "  and 1 more");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/run-footer/widths", test_a_build_in_several_widths);
    g_test_add_func("/run-footer/no-wider", test_no_line_is_wider_than_the_window);
    g_test_add_func("/run-footer/rows", test_more_packages_than_rows);
    g_test_add_func("/run-footer/stages", test_a_stage_has_a_bar_of_items_or_bytes);
    g_test_add_func("/run-footer/first-build", test_a_first_build_says_so);
    g_test_add_func("/run-footer/nothing-left", test_nothing_left_has_no_estimate);
    g_test_add_func("/run-footer/columns", test_columns_stand_below_each_other);
    g_test_add_func("/run-footer/targets", test_targets_have_rows_of_their_own);
    g_test_add_func("/run-footer/between-stages", test_between_stages_it_works);
    return g_test_run();
}

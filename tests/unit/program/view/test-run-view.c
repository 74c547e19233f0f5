/* SPDX-License-Identifier: Apache-2.0 */
#include "events/event-json.h"
#include "run-events.h"
#include "tree.h"
#include "view/view.h"

#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char *out;
    char *errors;
} Shown;

static void
shown_clear(Shown *shown)
{
    free(shown->out);
    free(shown->errors);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Shown, shown_clear)

static void
play(View *view, const char *const *lines, gboolean is_build)
{
    g_autoptr(RunState) state = run_state_new();

    for (; *lines != NULL; lines++) {
        g_autoptr(CddBuildEvent) event = event_of(*lines);
        gboolean last =
            is_build && g_strcmp0(cdd_build_event_get_name(event), "build_complete") == 0;

        if (add_targets(state, *lines))
            continue;
        run_state_apply(state, event, g_get_monotonic_time() / 1000);
        view->on_event(view, state, event, 0);
        if (last)
            view->on_end(view, state,
                         &(ViewEnd){.success = state->success,
                                    .unchanged = run_state_count(state, PACKAGE_CACHED) ==
                                                 state->packages->len,
                                    .duration = cdd_build_event_lookup_number(event, "ms", 0)});
    }
}

/* What a plain view prints for the lines. With a command they are those of a build. */
static Shown
show_by(const char *const *lines, const ViewSetup *view_setup)
{
    Shown shown = {0};
    size_t out_length = 0;
    size_t errors_length = 0;
    FILE *out = open_memstream(&shown.out, &out_length);
    FILE *errors = open_memstream(&shown.errors, &errors_length);
    const TerminalSetup setup = {.out = out, .errors = errors};
    g_autoptr(View) view = view_plain_new(terminal_new(&setup), view_setup);

    play(view, lines, view_setup->command != NULL);
    g_clear_pointer(&view, view_free);
    fclose(out);
    fclose(errors);
    return shown;
}

static Shown
show(const char *const *lines, ViewDetail detail)
{
    const ViewSetup setup = {.detail = detail,
                             .output_dir = "/ws/output",
                             .workspace = "/ws",
                             .command = "colcon-deb build /ws"};

    return show_by(lines, &setup);
}

static const char *const build[] = {
    "::progress::type=stage,value=build",
    "::progress::type=plan,total=2",
    "::progress::type=package_start,name=a,current=1,total=2",
    "some output",
    "::progress::type=package_output,name=a,msg=boom",
    "::progress::type=package_complete,name=a,success=false,ms=1500,error=exit code 2,"
    "log=logs/a.log",
    "::progress::type=package_skip,name=b,reason=dep_failed,cause=a",
    "::log::level=warning,msg=look here",
    "::log::level=error,msg=it broke",
    "::progress::type=build_complete,success=false,built=0,failed=1,skipped=1,ms=2000",
    NULL,
};

static void
test_a_build_is_told_line_by_line(void)
{
    g_auto(Shown) shown = show(build, VIEW_NORMAL);

    g_assert_cmpstr(shown.out, ==,
                    "==> build\n"
                    "    2 packages\n"
                    "    building a\n"
                    "[1/2] a FAILED 1.5s: exit code 2\n"
                    "    log: /ws/output/logs/a.log\n"
                    "[2/2] b skipped: a failed\n"
                    "warning: look here\n"
                    "a failed\n"
                    "    exit code 2\n"
                    "    | boom\n"
                    "    log: /ws/output/logs/a.log\n"
                    "    build only this: colcon-deb build /ws --packages-select a\n"
                    "0 built, 1 failed, 1 skipped in 2.0s\n");
    g_assert_cmpstr(shown.errors, ==, "colcon-deb: it broke\n");
}

static void
test_a_package_of_another_target_is_told(void)
{
    static const char *const lines[] = {
        "::progress::type=stage,value=build",
        "::progress::type=package_start,name=a,current=1,total=1,reason=new",
        "::progress::type=package_complete,name=a,success=true,ms=200,taken=built for one",
        NULL,
    };
    g_auto(Shown) shown = show(lines, VIEW_NORMAL);

    g_assert_nonnull(strstr(shown.out, "[1/1] a ok 0.2s (new), built for one\n"));
}

static const char *const unchanged[] = {
    "::progress::type=plan,total=2",
    "::progress::type=plan_package,name=a",
    "::progress::type=plan_package,name=b",
    "::progress::type=package_skip,name=a,reason=cached",
    "::progress::type=package_skip,name=b,reason=cached",
    "::progress::type=build_complete,success=true,built=0,cached=2,failed=0,skipped=0,ms=52",
    NULL,
};

static void
test_that_nothing_has_changed_is_one_line(void)
{
    g_auto(Shown) shown = show(unchanged, VIEW_NORMAL);
    g_auto(Shown) verbose = show(unchanged, VIEW_VERBOSE);

    g_assert_cmpstr(shown.out, ==, "Nothing has changed: 2 packages are up to date (0.05 s)\n");
    g_assert_nonnull(strstr(verbose.out, "    b up to date\n"));
}

static void
test_what_is_up_to_date_is_counted_apart(void)
{
    static const char *const lines[] = {
        "::progress::type=package_skip,name=a,reason=cached",
        "::progress::type=package_start,name=b,total=1",
        "::progress::type=package_complete,name=b,success=true,ms=1500",
        "::progress::type=build_complete,success=true,built=1,cached=1,failed=0,skipped=0,ms=2000",
        NULL,
    };
    g_auto(Shown) shown = show(lines, VIEW_NORMAL);

    g_assert_cmpstr(shown.out, ==,
                    "    building b\n"
                    "[1/1] b ok 1.5s\n"
                    "1 built, 1 unchanged, 0 failed, 0 skipped in 2.0s\n");
}

static const char *const warned[] = {
    "::progress::type=plan,total=6",
    "::progress::type=package_skip,name=a,reason=cached,log=logs/a.log",
    "::progress::type=package_skip,name=b,reason=cached,log=logs/b.log",
    "::progress::type=package_complete,name=c,success=true,ms=1500,warnings=1,log=logs/c.log",
    "::progress::type=package_complete,name=d,success=false,ms=1500,warnings=60,log=logs/d.log",
    "::progress::type=package_complete,name=e,success=true,ms=1500,warnings=70,log=logs/e.log",
    "::progress::type=package_complete,name=f,success=true,ms=1500,warnings=0,log=logs/f.log",
    "::progress::type=build_complete,success=false,ms=2000",
    NULL,
};

static void
test_warnings_of_compilers_are_counted(void)
{
    g_auto(Shown) shown = show(warned, VIEW_NORMAL);

    g_assert_cmpstr(
        shown.out, ==,
        "[1/6] c ok 1.5s, 1 warning\n"
        "[2/6] d FAILED 1.5s\n"
        "    log: /ws/output/logs/d.log\n"
        "[3/6] e ok 1.5s, 70 warnings\n"
        "[4/6] f ok 1.5s\n"
        "d failed\n"
        "    log: /ws/output/logs/d.log\n"
        "    build only this: colcon-deb build /ws --packages-select d\n"
        "3 built, 2 unchanged, 1 failed, 0 skipped in 2.0s, 131 warnings of compilers (colcon-deb "
        "build --show-warnings shows them)\n");
}

/* Also those of a package that is up to date. */
static void
test_warnings_of_compilers_are_shown_after_each_package(Tree *tree, gconstpointer data)
{
    const ViewSetup setup = {
        .detail = VIEW_NORMAL, .show_warnings = TRUE, .output_dir = tree->root, .command = "b"};
    g_autoptr(GString) many = g_string_new(NULL);
    g_autofree char *last = g_strdup_printf("    | w50\n    log: %s/logs/e.log\n[4/6]", tree->root);
    g_auto(Shown) shown = {0};

    for (guint i = 1; i <= 51; i++)
        g_string_append_printf(many, "w%u\n", i);
    tree_put(tree, "logs/a.warnings", "old\n");
    tree_put(tree, "logs/c.warnings", "new \x1b[2J\xff\n");
    tree_put(tree, "logs/e.warnings", many->str);
    shown = show_by(warned, &setup);
    g_assert_true(g_str_has_prefix(shown.out, "    a up to date\n"
                                              "    | old\n"
                                              "[1/6] c ok 1.5s, 1 warning\n"
                                              "    | new \xef\xbf\xbd\n"
                                              "[2/6] d FAILED 1.5s\n"));
    g_assert_nonnull(strstr(shown.out, last));
    g_assert_null(strstr(shown.out, "w51"));
    g_assert_true(g_str_has_suffix(shown.out, ", 131 warnings of compilers\n"));
}

static void
test_what_the_compiler_cache_had_is_told_at_the_end(void)
{
    static const char *const lines[] = {
        "::progress::type=package_start,name=a",
        "::progress::type=package_complete,name=a,success=true,ms=1500",
        "::progress::type=compiler_cache,hits=5,misses=3",
        "::progress::type=build_complete,success=true,built=1,failed=0,skipped=0,ms=2000",
        NULL,
    };
    g_auto(Shown) shown = show(lines, VIEW_NORMAL);

    g_assert_true(g_str_has_suffix(
        shown.out, "1 built, 0 failed, 0 skipped in 2.0s, ccache served 5 of 8 compilations\n"));
}

static void
test_quiet_shows_errors_only(void)
{
    g_auto(Shown) shown = show(build, VIEW_QUIET);

    g_assert_cmpstr(shown.out, ==, "");
    /* Also which package failed, why, and where its log is. */
    g_assert_cmpstr(shown.errors, ==,
                    "colcon-deb: a failed: exit code 2; log: /ws/output/logs/a.log\n"
                    "colcon-deb: it broke\n");
}

/* A package that failed has said so already. */
static void
test_quiet_shows_a_target_that_failed_alone(void)
{
    static const char *const lines[] = {
        "targets x y z",
        "::progress::type=target_start,target=x",
        "::progress::type=target_complete,target=x,state=failed,error=no engine",
        "::progress::type=package_start,target=y,name=y/a,total=1",
        "::progress::type=package_complete,target=y,name=y/a,success=false,error=boom",
        "::progress::type=target_complete,target=y,state=failed,error=1 of 1 packages failed",
        "::log::level=error,target=z,msg=it broke",
        "::log::level=debug,target=z,stream=stdout,msg=some output",
        NULL,
    };
    g_auto(Shown) shown = show(lines, VIEW_QUIET);

    g_assert_cmpstr(shown.out, ==, "");
    g_assert_cmpstr(shown.errors, ==,
                    "colcon-deb: x failed: no engine\n"
                    "colcon-deb: y/a failed: boom\n"
                    "colcon-deb: z: it broke\n");
}

static void
test_output_of_a_target_is_shown_with_all_output(void)
{
    static const char *const lines[] = {
        "targets x",
        "::log::level=debug,target=x,stream=stdout,msg=some output",
        "::progress::type=package_output,target=x,name=x/a,msg=compiling",
        NULL,
    };
    g_auto(Shown) all = show(lines, VIEW_VERBOSE);
    g_auto(Shown) normal = show(lines, VIEW_NORMAL);

    g_assert_nonnull(strstr(all.out, "x: some output\n"));
    g_assert_nonnull(strstr(all.out, "x/a | compiling\n"));
    g_assert_null(strstr(normal.out, "some output"));
}

static void
test_quiet_annotates_errors_only(void)
{
    const ViewSetup setup = {.detail = VIEW_QUIET, .output_dir = "/ws/output", .command = "b"};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    g_autoptr(View) view = view_github_new(out, &setup);

    play(view, build, TRUE);
    g_clear_pointer(&view, view_free);
    fclose(out);
    g_assert_cmpstr(text, ==,
                    "colcon-deb: a failed: exit code 2; log: /ws/output/logs/a.log\n"
                    "::error title=colcon-deb::it broke\n"
                    "::error title=a::exit code 2\n");
    free(text);
}

/* Also where it stands behind a longer path. */
static void
test_the_path_of_an_error_is_that_of_the_host(void)
{
    static const char *const lines[] = {
        "::progress::type=package_start,name=a",
        "::progress::type=package_complete,name=a,success=false,ms=1500,file=src/a.c,line=3,"
        "error=in /opt/src/a.c: src/a.c:3: x",
        NULL,
    };
    g_auto(Shown) shown = show(lines, VIEW_NORMAL);

    g_assert_nonnull(strstr(shown.out, ": in /opt/src/a.c: /ws/src/a.c:3: x\n"));
}

static void
test_commands_to_copy_are_safe(void)
{
    static const char *const lines[] = {
        "::progress::type=plan_package,name=$(a),deb=ros-a",
        "::progress::type=plan_package,name=b,deb=$(b)",
        "::progress::type=plan_package,name=c,deb=-c",
        "::progress::type=plan_package,name=d,deb=ros-d2.0+x",
        "::progress::type=artifact,name=b,path=b.deb,size=1",
        "::progress::type=artifact,name=c,path=c.deb,size=1",
        "::progress::type=artifact,name=d,path=d.deb,size=1",
        "::progress::type=package_complete,name=$(a),success=false,ms=1500,error=x",
        "::progress::type=published,source=deb file:/x y main",
        "::progress::type=build_complete,success=false,ms=2000",
        NULL,
    };
    g_auto(Shown) shown = show(lines, VIEW_NORMAL);

    g_assert_nonnull(strstr(shown.out, "build /ws --packages-select '$(a)'\n"));
    g_assert_true(g_str_has_suffix(shown.out, "\n    install: sudo apt install ros-d2.0+x\n"));
}

/* A package whose dependents have no .deb does not come with them. */
static void
test_the_advice_to_install_after_a_failure(void)
{
    static const char *const lines[] = {
        "::progress::type=plan_package,name=a,deb=ros-a",
        "::progress::type=plan_package,name=b,deb=ros-b,deps=a",
        "::progress::type=plan_package,name=c,deb=ros-c,deps=b",
        "::progress::type=plan_package,name=d,deb=ros-d,deps=b c",
        "::progress::type=artifact,name=a,path=a.deb,size=1",
        "::progress::type=artifact,name=b,path=b.deb,size=1",
        "::progress::type=package_complete,name=c,success=false,ms=1500,error=x",
        "::progress::type=package_skip,name=d,cause=c",
        "::progress::type=published,source=deb file:/x y main",
        "::progress::type=build_complete,success=false,ms=2000",
        NULL,
    };
    g_auto(Shown) shown = show(lines, VIEW_NORMAL);

    g_assert_true(g_str_has_suffix(shown.out, "\n    install: sudo apt install ros-b\n"));
}

static void
test_a_list_shows_warnings_and_no_result_of_a_build(void)
{
    static const char *const list[] = {
        "::progress::type=stage,value=scan",
        "::progress::type=warning,code=no_manifest,msg=not a package",
        "::progress::type=plan,total=1",
        "::progress::type=plan_package,name=a,version=1,path=a,build_type=cmake,deb=a,deps=",
        "::log::level=warning,msg=look here",
        "::progress::type=build_complete,success=true,built=0,failed=0,skipped=0,ms=10",
        NULL,
    };
    const ViewSetup warnings = {.detail = VIEW_WARNINGS};
    const ViewSetup all = {.detail = VIEW_VERBOSE};
    g_auto(Shown) shown = show_by(list, &warnings);
    g_auto(Shown) verbose = show_by(list, &all);

    g_assert_cmpstr(shown.out, ==, "warning: not a package\nwarning: look here\n");
    g_assert_null(strstr(verbose.out, "built"));
}

static void
test_verbose_shows_output_too(void)
{
    g_auto(Shown) shown = show(build, VIEW_VERBOSE);

    g_assert_nonnull(strstr(shown.out, "\nsome output\n"));
    g_assert_nonnull(strstr(shown.out, "\n    a | boom\n"));
}

static gint64 false_time; /* milliseconds */

static gint64
get_false_time(void)
{
    return false_time;
}

/* What a build that is silent prints to a pipe. The view itself looks at the clock each second. */
static void
test_a_pipe_gets_the_status_after_a_silence(void)
{
    g_autofree char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    const TerminalSetup setup = {.out = out, .errors = out, .clock = get_false_time};
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(View) view =
        view_plain_new(terminal_new(&setup), &(ViewSetup){.detail = VIEW_NORMAL});
    g_autoptr(CddBuildEvent) event = event_of("::progress::type=stage,value=build");

    run_state_apply(state, event, false_time);
    view->on_event(view, state, event, 0);
    false_time += 29 * 1000;
    view->on_event(view, state, event, 0);
    g_assert_cmpstr(text, ==, "==> build\n==> build\n");
    false_time += 30 * 1000;
    while (strstr(text, "    ... build ") == NULL)
        g_main_context_iteration(NULL, TRUE);
    /* Once, until another 30 seconds have passed. */
    g_assert_true(g_str_has_suffix(text, "\n    ... build 0:59\n"));
    g_clear_pointer(&view, view_free);
    fclose(out);
}

/* The host reads all sources after the image, and publishes after the container. */
static void
test_a_silence_between_stages_is_broken_too(void)
{
    static const char *const lines[] = {
        "::progress::type=stage,value=image",
        "::progress::type=stage_complete,value=image,success=true",
        "::progress::type=build_complete,success=true,ms=1",
        NULL,
    };
    g_autofree char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    const TerminalSetup setup = {.out = out, .errors = out, .clock = get_false_time};
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(View) view =
        view_plain_new(terminal_new(&setup), &(ViewSetup){.detail = VIEW_NORMAL});

    for (gsize i = 0; lines[i] != NULL; i++) {
        g_autoptr(CddBuildEvent) event = event_of(lines[i]);

        run_state_apply(state, event, false_time);
        view->on_event(view, state, event, 0);
    }
    false_time += 30 * 1000;
    /* The view looks at the clock each second. */
    g_main_context_iteration(NULL, TRUE);
    fflush(out);
    g_assert_cmpstr(text, ==, "==> image\n    ... working\n");
    g_clear_pointer(&view, view_free);
    fclose(out);
}

static void
play_build(View *view, RunState *state)
{
    static const char *const lines[] = {
        "::progress::type=plan,total=1",
        "::progress::type=plan_package,name=a",
        "::progress::type=stage,value=build",
        "::progress::type=schedule,slots=2",
        "::progress::type=package_expected,name=a,ms=61000,measured=true",
        NULL,
    };

    for (gsize i = 0; lines[i] != NULL; i++) {
        g_autoptr(CddBuildEvent) event = event_of(lines[i]);

        run_state_apply(state, event, false_time);
        view->on_event(view, state, event, 0);
        /* Draws the footer. */
        while (g_main_context_iteration(NULL, FALSE))
            ;
        g_usleep(60 * 1000);
        while (g_main_context_iteration(NULL, FALSE))
            ;
    }
}

/* The first forecast is not the one from before the expectations. */
static void
test_the_forecast_begins_with_the_build(void)
{
    g_autofree char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    const TerminalSetup setup = {.out = out,
                                 .errors = out,
                                 .clock = get_false_time,
                                 .interactive = TRUE,
                                 .columns = 100,
                                 .rows = 20};
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(View) view = view_live_new(terminal_new(&setup), &(ViewSetup){.detail = VIEW_NORMAL});

    play_build(view, state);
    g_clear_pointer(&view, view_free);
    fclose(out);
    g_assert_nonnull(strstr(text, "first build"));
    g_assert_nonnull(strstr(text, "about 1:01 left"));
}

/* Each place where text of a container is shown. */
static void
test_no_control_sequence_of_a_build_passes(void)
{
    static const char *const lines[] = {
        "::progress::type=stage,value=%1B[31mx",
        "::progress::type=general,current=1,total=2,message=%1B]0;title%07",
        "::progress::type=package_start,name=%1B[2Ja,current=1,total=2",
        "::progress::type=package_output,name=%1B[2Ja,msg=%1B[2Jb",
        "::progress::type=package_complete,name=%1B[2Ja,success=false,error=%1B[2Jc,log=%1B[2Jd",
        "::progress::type=package_skip,name=%1B[2Je,cause=%1B[2Jf",
        "::progress::type=artifact,name=%1B[2Ja,path=%1B[2Jg,size=1",
        "::log::level=warning,name=%1B[2J,msg=%1B[2Jh",
        "::log::level=error,msg=%1B[2Ji%0Aj",
        "::log::level=info,msg=k\xc2\x9b"
        "2J",
        "raw \x1b[2J output",
        NULL,
    };

    g_auto(Shown) shown = show(lines, VIEW_VERBOSE);
    g_autofree char *seen = g_strconcat(shown.out, shown.errors, NULL);

    g_assert_null(strchr(seen, '\x1b'));
    g_assert_null(strstr(seen, "\xc2\x9b"));
    g_assert_nonnull(strstr(seen, "| b\n"));
    g_assert_nonnull(strstr(seen, "raw  output\n"));
}

static JsonObject *
json_of(const char *line, JsonParser *parser)
{
    g_autoptr(CddBuildEvent) event = event_of(line);
    g_autofree char *text = event_to_json(event, 12345);
    g_autoptr(GError) error = NULL;

    g_assert_true(g_str_has_suffix(text, "}\n"));
    g_assert_true(strchr(text, '\n') == text + strlen(text) - 1);
    json_parser_load_from_data(parser, text, -1, &error);
    g_assert_no_error(error);
    return json_node_get_object(json_parser_get_root(parser));
}

static void
test_an_event_is_one_line_of_json(void)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonObject *object = json_of("::progress::type=package_complete,name=1,success=false,ms=12,"
                                 "error=a%2Cb%0Ac,ts=9,total=many",
                                 parser);

    g_assert_cmpint(json_object_get_int_member(object, "ts"), ==, 12345);
    g_assert_cmpstr(json_object_get_string_member(object, "marker"), ==, "progress");
    g_assert_cmpstr(json_object_get_string_member(object, "name"), ==, "1");
    g_assert_false(json_object_get_boolean_member(object, "success"));
    g_assert_cmpint(json_object_get_int_member(object, "ms"), ==, 12);
    g_assert_cmpstr(json_object_get_string_member(object, "error"), ==, "a,b\nc");
    g_assert_cmpstr(json_object_get_string_member(object, "event_ts"), ==, "9");
    g_assert_cmpstr(json_object_get_string_member(object, "total"), ==, "many");
}

static void
test_output_is_json_whatever_it_holds(void)
{
    g_autoptr(CddBuildEvent) event = event_of("a\x1f\x1b\"\\\xff");
    g_autofree char *text = event_to_json(event, 1);

    g_assert_cmpstr(text, ==,
                    "{\"ts\":1,\"type\":\"output\",\"stream\":\"stdout\","
                    "\"line\":\"a\\u001f\\u001b\\\"\\\\\xef\xbf\xbd\"}\n");
}

static void
test_what_becomes_of_former_packages_is_told(void)
{
    static const char *const lines[] = {
        "::progress::type=repository_removed,deb=ros-a,version=1.0,reason=it is not in the "
        "workspace",
        "::progress::type=repository_kept,deb=ros-b,version=2,reason=it failed,"
        "install=apt-get install ros-b=2 ros-c=1",
        NULL,
    };
    g_auto(Shown) shown = show(lines, VIEW_NORMAL);

    g_assert_cmpstr(shown.out, ==,
                    "    removed ros-a 1.0: it is not in the workspace\n"
                    "    kept the former ros-b 2: it failed\n"
                    "        on a new robot: apt-get install ros-b=2 ros-c=1\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/view/a-build-is-told-line-by-line", test_a_build_is_told_line_by_line);
    g_test_add_func("/view/a-package-of-another-target-is-told",
                    test_a_package_of_another_target_is_told);
    g_test_add_func("/view/that-nothing-has-changed-is-one-line",
                    test_that_nothing_has_changed_is_one_line);
    g_test_add_func("/view/what-is-up-to-date-is-counted-apart",
                    test_what_is_up_to_date_is_counted_apart);
    g_test_add_func("/view/what-the-compiler-cache-had-is-told-at-the-end",
                    test_what_the_compiler_cache_had_is_told_at_the_end);
    g_test_add_func("/view/quiet-shows-errors-only", test_quiet_shows_errors_only);
    g_test_add_func("/view/quiet-shows-a-target-that-failed-alone",
                    test_quiet_shows_a_target_that_failed_alone);
    g_test_add_func("/view/output-of-a-target-is-shown-with-all-output",
                    test_output_of_a_target_is_shown_with_all_output);
    g_test_add_func("/view/quiet-annotates-errors-only", test_quiet_annotates_errors_only);
    g_test_add_func("/view/the-path-of-an-error-is-that-of-the-host",
                    test_the_path_of_an_error_is_that_of_the_host);
    g_test_add_func("/view/commands-to-copy-are-safe", test_commands_to_copy_are_safe);
    g_test_add_func("/view/the-advice-to-install-after-a-failure",
                    test_the_advice_to_install_after_a_failure);
    g_test_add_func("/view/warnings-of-compilers-are-counted",
                    test_warnings_of_compilers_are_counted);
    TREE_TEST("/view/warnings-of-compilers-are-shown-after-each-package",
              test_warnings_of_compilers_are_shown_after_each_package);
    g_test_add_func("/view/a-list-shows-warnings-and-no-result-of-a-build",
                    test_a_list_shows_warnings_and_no_result_of_a_build);
    g_test_add_func("/view/verbose-shows-output-too", test_verbose_shows_output_too);
    g_test_add_func("/view/a-pipe-gets-the-status-after-a-silence",
                    test_a_pipe_gets_the_status_after_a_silence);
    g_test_add_func("/view/a-silence-between-stages-is-broken-too",
                    test_a_silence_between_stages_is_broken_too);
    g_test_add_func("/view/the-forecast-begins-with-the-build",
                    test_the_forecast_begins_with_the_build);
    g_test_add_func("/view/no-control-sequence-of-a-build-passes",
                    test_no_control_sequence_of_a_build_passes);
    g_test_add_func("/view/what-becomes-of-former-packages-is-told",
                    test_what_becomes_of_former_packages_is_told);
    g_test_add_func("/json/an-event-is-one-line-of-json", test_an_event_is_one_line_of_json);
    g_test_add_func("/json/output-is-json-whatever-it-holds",
                    test_output_is_json_whatever_it_holds);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded builds as the builds of targets: what the whole shows is the sum of them. */
#include "base/output-names.h"
#include "events/event-json.h"
#include "events/event-target.h"
#include "events/run-summary.h"
#include "run-events.h"

typedef struct {
    const char *target;
    char **lines;
    guint next;
    RunState *alone; /* of the build by itself */
} Recording;

static char *
read_run(const char *run)
{
    g_autofree char *path =
        g_strdup_printf("%s/tests/fixtures/runs/%s.run", g_getenv("CDD_TEST_SOURCE_DIR"), run);
    char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static Recording
recording(const char *target, const char *run)
{
    g_autofree char *text = read_run(run);

    return (Recording){
        .target = target, .lines = g_strsplit(text, "\n", -1), .alone = run_state_new()};
}

static void
recording_clear(Recording *recording)
{
    g_strfreev(recording->lines);
    run_state_free(recording->alone);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Recording, recording_clear)

/* As the process that started the build gets it: a line of JSON. */
static CddBuildEvent *
through_json(const CddBuildEvent *event)
{
    g_autofree char *line = event_to_json(event, 1);
    gint64 timestamp = 0;

    return event_from_json(line, strlen(line), &timestamp);
}

static void
apply_of_target(RunState *whole, Recording *recording, const CddBuildEvent *event, gint64 now)
{
    g_autofree char *directory = g_build_filename(OUTPUT_TARGETS, recording->target, NULL);
    g_autoptr(CddBuildEvent) read = through_json(event);
    g_autoptr(CddBuildEvent) changed = NULL;

    g_assert_nonnull(read);
    changed = event_of_target(read, recording->target, directory);
    g_assert_nonnull(changed);
    run_state_apply(whole, changed, now);
}

/* Applies the next event to both. Returns whether there was one. */
static gboolean
step(RunState *whole, Recording *recording)
{
    const char *line = recording->lines[recording->next];
    char *rest = NULL;
    gint64 now = line != NULL ? g_ascii_strtoll(line, &rest, 10) : 0;
    g_autoptr(CddBuildEvent) event = NULL;

    if (line == NULL || *line == '\0' || g_str_has_prefix(rest, " end "))
        return FALSE;
    recording->next++;
    event = event_of(rest + 1);
    run_state_apply(recording->alone, event, now);
    apply_of_target(whole, recording, event, now);
    return TRUE;
}

static void
apply_text(RunState *state, const char *line, gint64 now)
{
    g_autoptr(CddBuildEvent) event = event_of(line);

    run_state_apply(state, event, now);
}

static void
start(RunState *whole, const char *target)
{
    g_autofree char *line = g_strdup_printf("::progress::type=target_start,target=%s", target);
    g_autofree char *directory = g_build_filename(OUTPUT_TARGETS, target, NULL);

    run_state_add_target(whole, target, directory);
    apply_text(whole, line, 0);
}

static void
assert_package(const RunState *whole, const Recording *recording, const Package *own)
{
    g_autofree char *name = g_strdup_printf("%s/%s", recording->target, own->name);
    const Package *package = g_hash_table_lookup(whole->by_name, name);

    g_assert_nonnull(package);
    g_assert_cmpint(package->status, ==, own->status);
    g_assert_cmpstr(package->target, ==, recording->target);
    g_assert_cmpstr(package_get_own_name(package), ==, own->name);
    g_assert_cmpuint(package->artifacts->len, ==, own->artifacts->len);
    g_assert_cmpuint(package->tail.length, ==, own->tail.length);
    if (own->log != NULL) {
        g_autofree char *log = g_strdup_printf("targets/%s/%s", recording->target, own->log);

        g_assert_cmpstr(package->log, ==, log);
    }
}

static void
assert_packages(const RunState *whole, const Recording *recording)
{
    for (guint i = 0; i < recording->alone->packages->len; i++)
        assert_package(whole, recording, recording->alone->packages->pdata[i]);
}

static void
assert_sums(const RunState *whole, const Recording *a, const Recording *b)
{
    g_assert_cmpint(whole->finished, ==, a->alone->finished + b->alone->finished);
    g_assert_cmpint(whole->total, ==, a->alone->total + b->alone->total);
    g_assert_cmpint(whole->slots, ==, a->alone->slots + b->alone->slots);
    g_assert_cmpuint(whole->working->len, ==, a->alone->working->len + b->alone->working->len);
    g_assert_cmpint(whole->cache_hits, ==, a->alone->cache_hits + b->alone->cache_hits);
    g_assert_cmpint(whole->compiler_warnings, ==,
                    a->alone->compiler_warnings + b->alone->compiler_warnings);
    g_assert_null(whole->stage);
    g_assert_false(whole->complete);
}

static void
test_at_every_moment_the_whole_is_the_sum(void)
{
    g_autoptr(RunState) whole = run_state_new();
    g_auto(Recording) a = recording("arm64", "failing");
    g_auto(Recording) b = recording("amd64", "success");
    gboolean more = TRUE;

    start(whole, "arm64");
    start(whole, "amd64");
    while (more) {
        more = step(whole, &a);
        more |= step(whole, &b);
        assert_sums(whole, &a, &b);
    }
    assert_packages(whole, &a);
    assert_packages(whole, &b);
    g_assert_cmpuint(whole->packages->len, ==, a.alone->packages->len + b.alone->packages->len);
    /* Both told the same line. */
    g_assert_cmpuint(whole->sources->len, ==, 1);
}

/* What was being built when the process died has failed; the other target goes on. */
static void
test_the_end_of_a_target_ends_its_packages_alone(void)
{
    g_autoptr(RunState) whole = run_state_new();
    g_auto(Recording) a = recording("a", "failing");
    g_auto(Recording) b = recording("b", "failing");
    const RunTarget *target = NULL;

    start(whole, "a");
    start(whole, "b");
    while (a.alone->working->len < 2) {
        g_assert_true(step(whole, &a));
        g_assert_true(step(whole, &b));
    }
    g_assert_cmpuint(whole->working->len, ==, 4);
    apply_text(whole, "::progress::type=target_complete,target=a,state=failed,ms=7,error=it died",
               9999);
    target = run_state_get_target(whole, "a");
    g_assert_cmpint(target->status, ==, TARGET_FAILED);
    g_assert_cmpint(target->exit_code, ==, -1);
    g_assert_cmpstr(target->error, ==, "it died");
    g_assert_cmpuint(whole->working->len, ==, 2);
    g_assert_cmpuint(run_state_count(whole, PACKAGE_FAILED), ==, 2);
    g_assert_cmpuint(run_state_count(whole, PACKAGE_BUILDING), ==, 2);
    g_assert_cmpint(whole->slots, ==, b.alone->slots);
    while (step(whole, &b))
        continue;
    assert_packages(whole, &b);
}

static void
test_an_interrupted_target_has_interrupted_packages(void)
{
    static const char *const lines[] = {
        "::progress::type=target_start,target=a",
        "::progress::type=package_start,target=a,name=a/x,total=1",
        "::progress::type=interrupted,target=a",
        "::progress::type=target_complete,target=a,state=interrupted,ms=7,exit_code=130",
        NULL,
    };
    g_autoptr(RunState) whole = run_state_new();

    run_state_add_target(whole, "a", "targets/a");
    apply_lines(whole, lines);
    g_assert_cmpuint(run_state_count(whole, PACKAGE_INTERRUPTED), ==, 1);
    g_assert_cmpint(run_state_get_target(whole, "a")->exit_code, ==, 130);
}

static char *
get_field(const char *line, const char *key)
{
    g_autoptr(CddBuildEvent) event = event_of(line);
    g_autoptr(CddBuildEvent) changed = event_of_target(event, "t", "targets/t");

    g_assert_cmpstr(cdd_build_event_lookup(changed, "target"), ==, "t");
    return g_strdup(cdd_build_event_lookup(changed, key));
}

static void
test_names_and_paths_of_each_event(void)
{
    static const struct {
        const char *line;
        const char *key;
        const char *value;
    } cases[] = {
        {"::progress::type=plan_package,name=a,deps=b c,path=x/a", "name", "t/a"},
        {"::progress::type=plan_package,name=a,deps=b c,path=x/a", "deps", "t/b t/c"},
        {"::progress::type=plan_package,name=a,deps=b c,path=x/a", "path", "x/a"},
        {"::progress::type=package_skip,name=a,cause=b,log=logs/a.log", "cause", "t/b"},
        {"::progress::type=package_skip,name=a,cause=b,log=logs/a.log", "log",
         "targets/t/logs/a.log"},
        {"::progress::type=package_complete,name=a,log=logs/a.log", "log", "targets/t/logs/a.log"},
        {"::progress::type=artifact,name=a,path=debs/a.deb", "path", "targets/t/debs/a.deb"},
        {"::progress::type=test_results,name=a,path=test-results/a", "path",
         "targets/t/test-results/a"},
        /* The repository belongs to all. */
        {"::progress::type=repository,path=apt", "path", "apt"},
        {"::log::level=warning,name=a,msg=path and name", "name", "t/a"},
        {"::log::level=warning,name=a,msg=path and name", "msg", "path and name"},
        {"::progress::type=run,target=false", "target", "t"},
        {"plain output", "msg", "plain output"},
        {"plain output", "stream", "stdout"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *value = get_field(cases[i].line, cases[i].key);

        g_assert_cmpstr(value, ==, cases[i].value);
    }
}

/* As long, and with as many fields, as the protocol allows. */
static void
test_an_event_without_room_is_shortened(void)
{
    g_autoptr(GString) many = g_string_new("::log::level=info,v=1");
    g_autofree char *filler = g_strnfill(65000, 'x');
    g_autofree char *full = g_strdup_printf("::log::level=error,name=abc,v=1,msg=%s%s", filler,
                                            "0123456789012345678901234567890123456789"
                                            "0123456789012345678901234567890123456789"
                                            "0123456789012345678901234567890123456789"
                                            "0123456789012345678901234567890123456789"
                                            "0123456789012345678901234567890123456789"
                                            "0123456789012345678901234567890123456789"
                                            "0123456789012345678901234567890123456789"
                                            "0123456789012345678901234567890123456789"
                                            "0123456789012345678901234567890123456789"
                                            "0123456789012345678901234567890123456789"
                                            "0123456789012345678901234567890123456789"
                                            "0123456789012345678901234567890123456");
    g_autofree char *message = get_field(full, "msg");
    g_autofree char *last = NULL;

    g_assert_true(g_str_has_prefix(message, "xxx"));
    for (guint i = 0; i < 61; i++)
        g_string_append_printf(many, ",k%c%c=1", 'a' + i / 26, 'a' + i % 26);
    g_string_append(many, ",msg=words");
    last = get_field(many->str, "msg");
    g_assert_cmpstr(last, ==, "words");
}

static void
test_a_later_end_replaces_the_error(void)
{
    static const char *const lines[] = {
        "::progress::type=target_start,target=a",
        "::progress::type=target_complete,target=a,state=failed,ms=7,error=it died",
        "::progress::type=target_complete,target=a,state=success,ms=7,exit_code=0",
        NULL,
    };
    g_autoptr(RunState) whole = run_state_new();

    run_state_add_target(whole, "a", "targets/a");
    apply_lines(whole, lines);
    g_assert_null(run_state_get_target(whole, "a")->error);
}

/* A container that pretends to be one of several targets. */
static void
test_without_targets_the_key_means_nothing(void)
{
    g_autoptr(RunState) state = run_state_new();

    apply_text(state, "::progress::type=stage,target=a,value=build", 1);
    apply_text(state, "::progress::type=target_complete,target=a,state=failed", 2);
    g_assert_cmpstr(state->stage, ==, "build");
    g_assert_cmpuint(state->targets->len, ==, 0);
}

static void
test_the_summary_lists_the_targets(void)
{
    static const char *const lines[] = {
        "::progress::type=target_start,target=a",
        "::progress::type=run,target=a,workspace=/ws",
        "::progress::type=target_complete,target=a,state=success,ms=7,exit_code=0",
        "::progress::type=target_complete,target=b,state=skipped",
        NULL,
    };
    g_autoptr(RunState) whole = run_state_new();
    g_autofree char *text = NULL;

    run_state_add_target(whole, "a", "targets/a");
    run_state_add_target(whole, "b", "targets/b");
    apply_lines(whole, lines);
    text = run_summary_to_json(&(RunSummary){.success = TRUE, .state = whole});
    g_assert_nonnull(strstr(text, "\"summary\" : \"targets/a/summary.json\""));
    g_assert_nonnull(strstr(text, "\"state\" : \"skipped\""));
    g_assert_nonnull(strstr(text, "\"summary\" : null"));
    g_assert_nonnull(strstr(text, "\"exit_code\" : 0"));
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test)(void);
    } tests[] = {
        {"/targets-state/at-every-moment-the-whole-is-the-sum",
         test_at_every_moment_the_whole_is_the_sum},
        {"/targets-state/the-end-of-a-target-ends-its-packages-alone",
         test_the_end_of_a_target_ends_its_packages_alone},
        {"/targets-state/an-interrupted-target-has-interrupted-packages",
         test_an_interrupted_target_has_interrupted_packages},
        {"/targets-state/names-and-paths-of-each-event", test_names_and_paths_of_each_event},
        {"/targets-state/an-event-without-room-is-shortened",
         test_an_event_without_room_is_shortened},
        {"/targets-state/without-targets-the-key-means-nothing",
         test_without_targets_the_key_means_nothing},
        {"/targets-state/a-later-end-replaces-the-error", test_a_later_end_replaces_the_error},
        {"/targets-state/the-summary-lists-the-targets", test_the_summary_lists_the_targets},
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add_func(tests[i].name, tests[i].test);
    return g_test_run();
}

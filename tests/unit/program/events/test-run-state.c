/* SPDX-License-Identifier: Apache-2.0 */
#include "base/program-error.h"
#include "events/event-fields.h"
#include "run-events.h"
#include "run/verdict.h"

static const char *const failing_build[] = {
    "::progress::type=hello,proto=1,mode=build,distro=jazzy,arch=amd64",
    "::progress::type=stage,value=build",
    "::progress::type=plan,total=3",
    "::progress::type=plan_package,name=a,version=1.0.0,path=a,build_type=ament_cmake,"
    "deb=ros-jazzy-a,deps=",
    "::progress::type=plan_package,name=b,version=2.0.0,path=x/b,build_type=cmake,"
    "deb=ros-jazzy-b,deps=a",
    "::progress::type=plan_package,name=c,version=3.0.0,path=c,build_type=cmake,"
    "deb=ros-jazzy-c,deps=a b",
    "::progress::type=package_start,name=a,current=1,total=3",
    "::progress::type=artifact,name=a,path=debs/a.deb,size=10,sha256=00,kind=deb",
    "::progress::type=artifact,name=a,path=debs/a-dbgsym.deb,size=90,sha256=00,kind=dbgsym",
    "::progress::type=package_complete,name=a,success=true,ms=42,warnings=1",
    "::progress::type=package_start,name=b,current=2,total=3",
    "::progress::type=package_output,name=b,msg=boom%2C it says",
    "::progress::type=package_complete,name=b,success=false,ms=7,error=exit code 2,log=logs/b.log,"
    "warnings=2",
    "::progress::type=package_skip,name=c,reason=dep_failed,cause=b",
    "::progress::type=stage_complete,value=build,success=false,ms=60",
    "::progress::type=repository,path=apt,count=1,signed=false",
    "::progress::type=build_complete,success=false,built=1,failed=1,skipped=1,ms=60",
    NULL,
};

static void
test_files_and_warnings_of_all_packages_are_counted(void)
{
    g_autoptr(RunState) state = run_state_new();

    apply_lines(state, failing_build);
    g_assert_cmpuint(run_state_count_files(state).files, ==, 2);
    g_assert_cmpint(run_state_count_files(state).size, ==, 100);
    g_assert_cmpint(package_count_files(state->packages->pdata[1]).size, ==, 0);
    /* The failed one had two. */
    g_assert_cmpint(state->compiler_warnings, ==, 3);
}

static void
test_a_stream_becomes_packages_and_counts(void)
{
    g_autoptr(RunState) state = run_state_new();
    const Package *package = NULL;
    const Artifact *artifact = NULL;

    apply_lines(state, failing_build);
    g_assert_cmpuint(state->packages->len, ==, 3);
    package = state->packages->pdata[0];
    g_assert_cmpint(package->status, ==, PACKAGE_BUILT);
    g_assert_cmpint(package->duration, ==, 42);
    artifact = package->artifacts->pdata[0];
    g_assert_cmpstr(artifact->path, ==, "debs/a.deb");
    g_assert_cmpint(artifact->size, ==, 10);
    package = state->packages->pdata[1];
    g_assert_cmpint(package->status, ==, PACKAGE_FAILED);
    g_assert_cmpstr(package->error, ==, "exit code 2");
    g_assert_cmpstr(package->log, ==, "logs/b.log");
    g_assert_cmpstr(package->tail.head->data, ==, "boom, it says");
    package = state->packages->pdata[2];
    g_assert_cmpint(package->status, ==, PACKAGE_SKIPPED);
    g_assert_cmpstr(package->cause, ==, "b");
    g_assert_cmpstr(package->deps, ==, "a b");
    g_assert_cmpstr(state->repository, ==, "apt");
    g_assert_cmpstr(state->failed_stage, ==, "build");
    g_assert_true(state->complete);
    g_assert_false(state->success);
    g_assert_cmpuint(state->working->len, ==, 0);
    g_assert_cmpint(state->finished, ==, 3);
}

static void
test_unknown_events_change_nothing(void)
{
    static const char *const lines[] = {
        "::progress::type=heartbeat",
        "::progress::type=package_complete",
        "::progress::nonsense",
        "::progress::type=artifact,size=x",
        NULL,
    };
    g_autoptr(RunState) state = run_state_new();

    apply_lines(state, lines);
    g_assert_cmpuint(state->packages->len, ==, 0);
    g_assert_false(state->complete);
}

static void
test_a_package_outside_the_plan_is_added(void)
{
    static const char *const lines[] = {
        "::progress::type=package_start,name=late",
        "::progress::type=package_complete,name=late,success=true",
        NULL,
    };
    g_autoptr(RunState) state = run_state_new();
    const Package *package = NULL;

    apply_lines(state, lines);
    g_assert_cmpuint(state->packages->len, ==, 1);
    package = state->packages->pdata[0];
    g_assert_cmpint(package->position, ==, 1);
    g_assert_cmpint(package->duration, ==, 1000);
    g_assert_cmpint(state->total, ==, 1);
}

static void
test_a_flood_is_bounded(void)
{
    g_autoptr(RunState) state = run_state_new();
    g_autofree char *text = g_strnfill(EVENT_MAX_TEXT - 1, 'x');

    for (int i = 0; i < STATE_MAX_PACKAGES + 10; i++) {
        g_autofree char *line = g_strdup_printf("::progress::type=plan_package,name=p%d", i);
        g_autoptr(CddBuildEvent) event = event_of(line);

        run_state_apply(state, event, 1);
    }
    g_assert_cmpuint(state->packages->len, ==, STATE_MAX_PACKAGES);
    for (int i = 0; i < STATE_MAX_ERRORS + 10; i++) {
        /* The bound falls into the middle of a character. */
        g_autofree char *line = g_strdup_printf("::log::level=error,msg=%s\xc3\xbc"
                                                "end",
                                                text);
        g_autoptr(CddBuildEvent) event = event_of(line);
        g_autoptr(CddBuildEvent) output = event_of("a line");

        run_state_apply(state, event, 1);
        run_state_apply(state, output, 1);
    }
    g_assert_cmpuint(state->errors->len, ==, STATE_MAX_ERRORS);
    g_assert_cmpstr(state->errors->pdata[0], ==, text);
    g_assert_cmpuint(state->tail.length, ==, STATE_MAX_TAIL);
}

static void
test_packages_at_work_side_by_side_keep_their_times(void)
{
    static const char *const lines[] = {
        "::progress::type=package_start,name=a,current=1,total=2", /* at 1 s */
        "::progress::type=package_start,name=b,current=2,total=2",
        "::progress::type=package_complete,name=b,success=true", /* at 3 s */
        "::progress::type=package_complete,name=a,success=true",
        NULL,
    };
    g_autoptr(RunState) state = run_state_new();
    const Package *a = NULL;
    const Package *b = NULL;

    apply_lines(state, lines);
    a = state->packages->pdata[0];
    b = state->packages->pdata[1];
    g_assert_cmpint(a->duration, ==, 3000);
    g_assert_cmpint(b->duration, ==, 1000);
    g_assert_cmpint(b->position, ==, 1);
    g_assert_cmpint(a->position, ==, 2);
}

static void
test_what_is_up_to_date_is_no_failure(void)
{
    static const char *const lines[] = {
        "::progress::type=artifact,name=a,path=debs/a.deb,size=10,sha256=00,kind=deb",
        "::progress::type=package_skip,name=a,reason=cached",
        "::progress::type=package_skip,name=b,reason=dep_failed,cause=c",
        NULL,
    };
    g_autoptr(RunState) state = run_state_new();
    const Package *package = NULL;

    apply_lines(state, lines);
    package = state->packages->pdata[0];
    g_assert_cmpint(package->status, ==, PACKAGE_CACHED);
    g_assert_cmpuint(package->artifacts->len, ==, 1);
    g_assert_cmpuint(run_state_count(state, PACKAGE_SKIPPED), ==, 1);
    run_state_end(state, 5000);
    g_assert_cmpuint(run_state_count(state, PACKAGE_CACHED), ==, 1);
}

/* The last event, the last line and the summary count alike. */
static void
test_what_a_failed_run_did_not_come_to_is_skipped(void)
{
    static const char *const lines[] = {
        "::progress::type=plan_package,name=a",
        "::progress::type=build_complete,success=false,built=0,failed=0,skipped=1",
        NULL,
    };
    g_autoptr(RunState) state = run_state_new();

    apply_lines(state, lines);
    g_assert_cmpuint(run_state_count(state, PACKAGE_SKIPPED), ==, 1);
}

static void
test_a_number_is_never_above_the_total(void)
{
    static const char *const lines[] = {
        "::progress::type=plan,total=3",
        "::progress::type=package_start,name=a,current=1,total=3",
        "::progress::type=package_complete,name=a,success=false",
        "::progress::type=package_skip,name=b,reason=failed_dependency,cause=a",
        "::progress::type=package_start,name=c,current=2,total=2",
        "::progress::type=package_complete,name=c,success=true",
        NULL,
    };
    g_autoptr(RunState) state = run_state_new();

    apply_lines(state, lines);
    g_assert_cmpint(state->total, ==, 3);
    g_assert_cmpint(state->finished, ==, 3);
}

static void
test_the_end_leaves_no_package_open(void)
{
    static const char *const lines[] = {
        "::progress::type=plan_package,name=a",
        "::progress::type=plan_package,name=b",
        "::progress::type=package_start,name=a",
        NULL,
    };
    g_autoptr(RunState) state = run_state_new();
    const Package *package = NULL;

    apply_lines(state, lines);
    run_state_end(state, 5000);
    package = state->packages->pdata[0];
    g_assert_cmpint(package->status, ==, PACKAGE_FAILED);
    g_assert_cmpint(package->duration, ==, 2000);
    g_assert_nonnull(package->error);
    g_assert_cmpuint(run_state_count(state, PACKAGE_SKIPPED), ==, 1);
}

/* Whether the container told it, or was killed before it could. */
static void
test_a_stopped_run_interrupts_what_was_being_built(void)
{
    static const char *const told[] = {
        "::progress::type=plan_package,name=a",
        "::progress::type=plan_package,name=b",
        "::progress::type=package_start,name=a",
        "::progress::type=interrupted",
        "::progress::type=package_complete,name=a,success=false,stopped=true,error=stopped",
        "::progress::type=package_skip,name=b,reason=stopped",
        "::progress::type=build_complete,success=false",
        NULL,
    };
    static const char *const killed[] = {
        "::progress::type=plan_package,name=a", "::progress::type=plan_package,name=b",
        "::progress::type=package_start,name=a", "::progress::type=interrupted", NULL};
    static const char *const *const streams[] = {told, killed};

    for (size_t i = 0; i < G_N_ELEMENTS(streams); i++) {
        g_autoptr(RunState) state = run_state_new();
        const Package *package = NULL;

        apply_lines(state, streams[i]);
        run_state_end(state, 9000);
        package = state->packages->pdata[0];
        g_assert_cmpint(package->status, ==, PACKAGE_INTERRUPTED);
        g_assert_cmpstr(package->error, ==, "stopped");
        g_assert_cmpuint(run_state_count(state, PACKAGE_FAILED), ==, 0);
        g_assert_cmpuint(run_state_count(state, PACKAGE_SKIPPED), ==, 1);
    }
}

static void
test_success_needs_both_witnesses(void)
{
    static const struct {
        const char *last;
        gint64 exit_code;
        const char *cause;
        const char *message; /* NULL for success */
    } cases[] = {
        {"::progress::type=build_complete,success=true", 0, NULL, NULL},
        {"::progress::type=build_complete,success=true", 1, NULL,
         "the build said that it succeeded, but its container ended with exit code 1; its last "
         "output:\n  last words"},
        {"::progress::type=build_complete,success=false", 0, NULL,
         "the build said that it failed, but its container ended with exit code 0; its last "
         "output:\n  last words"},
        {"::progress::type=build_complete,success=false", 1, NULL,
         "failed; its last output:\n  last words"},
        {"::progress::type=stage_complete,value=build,success=true", 0, NULL,
         "the container ended without saying how the build went (exit code 0); its last output:\n"
         "  last words"},
        {"::progress::type=stage,value=build", 137, "somebody killed it",
         "the container ended without saying how the build went (exit code 137): somebody killed "
         "it; its last output:\n  last words"},
        {"::progress::type=build_complete,success=false", 130, "somebody stopped it",
         "the build was stopped: somebody stopped it"},
        {"::progress::type=build_complete,success=false", 130, NULL, "the build was stopped"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *const lines[] = {"last words", cases[i].last, NULL};
        g_autoptr(RunState) state = run_state_new();
        g_autoptr(GError) error = NULL;

        apply_lines(state, lines);
        g_assert_cmpint(verdict(state, TRUE, cases[i].exit_code, cases[i].cause, &error), ==,
                        cases[i].message == NULL);
        if (cases[i].message == NULL)
            continue;
        g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED);
        g_assert_cmpstr(error->message, ==, cases[i].message);
    }
}

static void
test_a_failure_names_the_packages(void)
{
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(GError) error = NULL;

    apply_lines(state, failing_build);
    g_assert_false(verdict(state, TRUE, 1, NULL, &error));
    g_assert_cmpstr(error->message, ==, "1 of 3 packages failed: b; 1 was skipped");
}

static void
test_a_success_with_failed_packages_is_none(void)
{
    static const char *const lines[] = {
        "::progress::type=package_complete,name=a,success=false",
        "::progress::type=build_complete,success=true",
        NULL,
    };
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(GError) error = NULL;

    apply_lines(state, lines);
    g_assert_false(verdict(state, TRUE, 0, NULL, &error));
    g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED);
    g_assert_cmpstr(error->message, ==,
                    "the build said that it succeeded, but 1 of 1 packages failed: a");
}

static void
test_only_a_build_must_have_built_all(void)
{
    static const char *const lines[] = {
        "::progress::type=plan_package,name=a",
        "::progress::type=build_complete,success=true",
        NULL,
    };
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(GError) error = NULL;

    apply_lines(state, lines);
    g_assert_true(verdict(state, FALSE, 0, NULL, NULL));
    g_assert_false(verdict(state, TRUE, 0, NULL, &error));
    g_assert_cmpstr(error->message, ==,
                    "the build said that it succeeded, but 1 of 1 packages were not built");
}

/* A package that was to be built, until its dependency turned out to be the same as before. */
static void
test_the_total_shrinks_when_a_package_need_not_be_built(void)
{
    static const char *const lines[] = {
        "::progress::type=plan,total=3",
        "::progress::type=package_expected,name=a,ms=5",
        "::progress::type=package_expected,name=b,ms=5",
        "::progress::type=package_skip,name=c,reason=cached",
        "::progress::type=package_start,name=a,current=1,total=2",
        "::progress::type=package_complete,name=a,success=true",
        "::progress::type=package_skip,name=b,reason=cached",
        NULL,
    };
    g_autoptr(RunState) state = run_state_new();

    apply_lines(state, lines);
    g_assert_cmpint(state->finished, ==, 1);
    g_assert_cmpint(state->total, ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/state/a-stream-becomes-packages-and-counts",
                    test_a_stream_becomes_packages_and_counts);
    g_test_add_func("/state/files-and-warnings-of-all-packages-are-counted",
                    test_files_and_warnings_of_all_packages_are_counted);
    g_test_add_func("/state/unknown-events-change-nothing", test_unknown_events_change_nothing);
    g_test_add_func("/state/a-package-outside-the-plan-is-added",
                    test_a_package_outside_the_plan_is_added);
    g_test_add_func("/state/a-flood-is-bounded", test_a_flood_is_bounded);
    g_test_add_func("/state/packages-at-work-side-by-side-keep-their-times",
                    test_packages_at_work_side_by_side_keep_their_times);
    g_test_add_func("/state/a-stopped-run-interrupts-what-was-being-built",
                    test_a_stopped_run_interrupts_what_was_being_built);
    g_test_add_func("/state/what-is-up-to-date-is-no-failure",
                    test_what_is_up_to_date_is_no_failure);
    g_test_add_func("/state/a-number-is-never-above-the-total",
                    test_a_number_is_never_above_the_total);
    g_test_add_func("/state/the-end-leaves-no-package-open", test_the_end_leaves_no_package_open);
    g_test_add_func("/state/what-a-failed-run-did-not-come-to-is-skipped",
                    test_what_a_failed_run_did_not_come_to_is_skipped);
    g_test_add_func("/verdict/success-needs-both-witnesses", test_success_needs_both_witnesses);
    g_test_add_func("/verdict/a-failure-names-the-packages", test_a_failure_names_the_packages);
    g_test_add_func("/verdict/a-success-with-failed-packages-is-none",
                    test_a_success_with_failed_packages_is_none);
    g_test_add_func("/verdict/only-a-build-must-have-built-all",
                    test_only_a_build_must_have_built_all);
    g_test_add_func("/run-state/the-total-shrinks",
                    test_the_total_shrinks_when_a_package_need_not_be_built);
    return g_test_run();
}

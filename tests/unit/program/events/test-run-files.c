/* SPDX-License-Identifier: Apache-2.0 */
#include "base/program-error.h"
#include "events/run-files.h"
#include "run-events.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    char *directory;
    Owner owner;
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
    f->directory = g_dir_make_tmp("report-XXXXXX", NULL);
}

static guint
count_files(const Fixture *f)
{
    g_autoptr(GDir) directory = g_dir_open(f->directory, 0, NULL);
    guint count = 0;

    while (g_dir_read_name(directory) != NULL)
        count++;
    return count;
}

static void
tear_down(Fixture *f, gconstpointer data)
{
    g_autoptr(GDir) directory = g_dir_open(f->directory, 0, NULL);
    const char *name = NULL;

    while ((name = g_dir_read_name(directory)) != NULL) {
        g_autofree char *path = g_build_filename(f->directory, name, NULL);

        g_unlink(path);
    }
    g_rmdir(f->directory);
    g_free(f->directory);
}

static char *
contents(const Fixture *f, const char *name)
{
    g_autofree char *path = g_build_filename(f->directory, name, NULL);
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, NULL);
    return text;
}

static void
assert_former(JsonObject *repository,
              const char *member,
              const char *deb,
              const char *version,
              const char *reason)
{
    JsonArray *packages = json_object_get_array_member(repository, member);
    JsonObject *package = json_array_get_object_element(packages, 0);

    g_assert_cmpuint(json_array_get_length(packages), ==, 1);
    g_assert_cmpstr(json_object_get_string_member(package, "deb"), ==, deb);
    g_assert_cmpstr(json_object_get_string_member_with_default(package, "version", NULL), ==,
                    version);
    g_assert_cmpstr(json_object_get_string_member(package, "reason"), ==, reason);
}

static void
assert_tests(JsonObject *summary)
{
    JsonArray *packages = json_object_get_array_member(summary, "packages");
    JsonObject *counts = json_object_get_object_member(summary, "counts");
    JsonObject *tests =
        json_object_get_object_member(json_array_get_object_element(packages, 0), "tests");
    JsonArray *failed = json_object_get_array_member(tests, "failed_tests");

    counts = json_object_get_object_member(counts, "tests");
    g_assert_cmpint(json_object_get_int_member(counts, "total"), ==, 9);
    g_assert_cmpint(json_object_get_int_member(tests, "skipped"), ==, 2);
    g_assert_cmpstr(json_object_get_string_member(tests, "results"), ==, "test-results/a");
    g_assert_cmpuint(json_array_get_length(failed), ==, 1);
    g_assert_cmpstr(
        json_object_get_string_member(json_array_get_object_element(failed, 0), "message"), ==,
        "dark");
}

static void
test_a_run_leaves_events_and_a_summary(Fixture *f, gconstpointer data)
{
    static const char *const lines[] = {
        "::progress::type=package_start,name=a",
        "::progress::type=artifact,name=a,path=debs/a.deb,size=5,sha256=ab,kind=deb",
        "::progress::type=test_results,name=a,tests=9,failed=1,skipped=0,path=test-results/a",
        "::progress::type=test_failed,name=a,test=of the first attempt",
        "::progress::type=test_results,name=a,tests=9,failed=1,skipped=2,path=test-results/a",
        "::progress::type=test_failed,name=a,test=Lamp.IsOn,msg=dark",
        "::progress::type=package_complete,name=a,success=true,ms=3,warnings=7",
        "::progress::type=repository_removed,deb=ros-b,version=1.0,reason=gone",
        "::progress::type=repository_kept,name=c,deb=ros-c,reason=it failed",
        "::progress::type=repository,path=apt,count=1,signed=false",
        "::progress::type=compiler_cache,hits=3,misses=1",
        NULL,
    };
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(RunFiles) report = run_files_open(f->directory, &f->owner, &error);
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autofree char *events = NULL;
    g_autofree char *text = NULL;
    JsonObject *summary = NULL;
    JsonObject *repository = NULL;

    g_assert_no_error(error);
    apply_lines(state, lines);
    for (const char *const *line = lines; *line != NULL; line++) {
        g_autoptr(CddBuildEvent) event = event_of(*line);

        run_files_event(report, state, event, 7);
    }
    g_assert_null(contents(f, "events.jsonl"));
    run_files_close(report,
                    &(RunSummary){.success = TRUE,
                                  .workspace = "/ws",
                                  .ros_distro = "jazzy",
                                  .image_reference = "i:1",
                                  .started = G_GINT64_CONSTANT(86400000000),
                                  .duration = 12,
                                  .state = state},
                    &error);
    g_assert_no_error(error);

    events = contents(f, "events.jsonl");
    g_assert_true(g_str_has_prefix(events, "{\"ts\":7,\"marker\":\"progress\","));
    text = contents(f, "summary.json");
    json_parser_load_from_data(parser, text, -1, &error);
    g_assert_no_error(error);
    summary = json_node_get_object(json_parser_get_root(parser));
    g_assert_cmpint(json_object_get_int_member(summary, "version"), ==, 1);
    g_assert_cmpstr(json_object_get_string_member(summary, "state"), ==, "success");
    g_assert_true(json_object_get_boolean_member(summary, "success"));
    g_assert_true(json_object_get_null_member(summary, "error"));
    g_assert_cmpstr(json_object_get_string_member(summary, "started"), ==, "1970-01-02T00:00:00Z");
    g_assert_cmpint(
        json_object_get_int_member(json_object_get_object_member(summary, "counts"), "built"), ==,
        1);
    g_assert_cmpint(json_object_get_int_member(json_object_get_object_member(summary, "counts"),
                                               "compiler_warnings"),
                    ==, 7);
    g_assert_cmpint(
        json_object_get_int_member(
            json_array_get_object_element(json_object_get_array_member(summary, "packages"), 0),
            "warnings"),
        ==, 7);
    assert_tests(summary);
    g_assert_nonnull(strstr(events, "\"warnings\":7"));
    g_assert_cmpint(json_object_get_int_member(
                        json_object_get_object_member(summary, "compiler_cache"), "hits"),
                    ==, 3);
    repository = json_object_get_object_member(summary, "repository");
    assert_former(repository, "removed", "ros-b", "1.0", "gone");
    assert_former(repository, "kept", "ros-c", NULL, "it failed");
    g_assert_cmpuint(count_files(f), ==, 2);
}

static void
put(const Fixture *f, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(f->directory, name, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
write_line(RunFiles *report, RunState *state, const char *line)
{
    g_autoptr(CddBuildEvent) event = event_of(line);

    run_state_apply(state, event, 1000);
    run_files_event(report, state, event, 7);
}

static void
test_events_can_be_followed_while_a_build_runs(Fixture *f, gconstpointer data)
{
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(RunFiles) report = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *before = NULL;
    g_autofree char *begun = NULL;
    g_autofree char *after = NULL;
    g_autofree char *summary = NULL;

    put(f, "events.jsonl", "former");
    put(f, "summary.json", "former");
    put(f, "report.html", "former");
    put(f, "trace.json", "former");
    report = run_files_open(f->directory, &f->owner, &error);
    g_assert_no_error(error);
    write_line(report, state, "::progress::type=stage,value=image");
    before = contents(f, "events.jsonl");
    g_assert_cmpstr(before, ==, "former");

    g_assert_true(run_files_begin(
        report, &(RunSummary){.running = TRUE, .workspace = "/ws", .state = state}, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(count_files(f), ==, 2);
    summary = contents(f, "summary.json");
    g_assert_nonnull(strstr(summary, "\"running\""));
    g_assert_nonnull(strstr(summary, "\"/ws\""));
    begun = contents(f, "events.jsonl");
    g_assert_cmpstr(begun, ==,
                    "{\"ts\":7,\"marker\":\"progress\",\"type\":\"stage\",\"value\":\"image\"}\n");
    write_line(report, state, "::log::level=info,v=1,msg=more");
    after = contents(f, "events.jsonl");
    g_assert_true(g_str_has_prefix(after, begun));
    g_assert_true(g_str_has_suffix(after, "\"msg\":\"more\"}\n"));
}

/* As after kill -9: the events stay, and the next run begins anew. */
static void
test_a_build_that_is_given_up_leaves_its_events(Fixture *f, gconstpointer data)
{
    g_autoptr(RunState) state = run_state_new();
    RunFiles *report = run_files_open(f->directory, &f->owner, NULL);
    g_autofree char *events = NULL;

    g_assert_true(run_files_begin(report, &(RunSummary){.running = TRUE, .state = state}, NULL));
    write_line(report, state, "::log::level=info,v=1,msg=first");
    run_files_free(report);
    events = contents(f, "events.jsonl");
    g_assert_nonnull(strstr(events, "first"));
    g_assert_cmpuint(count_files(f), ==, 2);
}

static guint
count(const char *text, const char *part)
{
    g_auto(GStrv) parts = g_strsplit(text, part, -1);

    return g_strv_length(parts) - 1;
}

static void
test_of_output_the_end_of_failures_is_kept(Fixture *f, gconstpointer data)
{
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(RunFiles) report = run_files_open(f->directory, &f->owner, NULL);
    g_autofree char *events = NULL;
    g_auto(GStrv) parts = NULL;

    for (guint i = 0; i < 100; i++) {
        g_autofree char *a = g_strdup_printf("::progress::type=package_output,name=a,msg=a %u", i);
        g_autofree char *b = g_strdup_printf("::progress::type=package_output,name=b,msg=b %u", i);

        write_line(report, state, a);
        write_line(report, state, b);
        write_line(report, state, "::progress::type=package_progress,name=a,percent=5,output=x");
    }
    write_line(report, state, "::progress::type=package_complete,name=a,success=true");
    write_line(report, state, "::progress::type=package_complete,name=b,success=false");
    g_assert_true(run_files_close(report, &(RunSummary){.state = state}, NULL));
    events = contents(f, "events.jsonl");
    g_assert_cmpuint(count(events, "package_output"), ==, 30);
    g_assert_cmpuint(count(events, "package_progress"), ==, 0);
    g_assert_null(strstr(events, "\"a 9"));
    g_assert_null(strstr(events, "\"b 69\""));
    g_assert_nonnull(strstr(events, "\"b 70\""));
    parts = g_strsplit(events, "\"name\":\"b\",\"success\"", 2);
    g_assert_nonnull(strstr(parts[0], "\"b 99\""));
}

static void
test_a_flood_of_output_is_cut_off(Fixture *f, gconstpointer data)
{
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(RunFiles) report = run_files_open(f->directory, &f->owner, NULL);
    g_autofree char *line = g_strnfill(60000, 'x');
    g_autofree char *events = NULL;

    for (guint i = 0; i < 200; i++)
        write_line(report, state, line);
    write_line(report, state, "::progress::type=plan,total=3");
    g_assert_true(run_files_close(report, &(RunSummary){.state = state}, NULL));
    events = contents(f, "events.jsonl");
    g_assert_cmpuint(strlen(events), <, 9 * 1024 * 1024);
    g_assert_cmpuint(count(events, "\"type\":\"output\""), ==, 139);
    g_assert_cmpuint(count(events, "are left out of events.jsonl"), ==, 1);
    g_assert_cmpuint(count(events, "\"total\":3"), ==, 1);
}

/* A limit of size stands for the full disk: the last write is a part of a line. */
static void
test_a_full_disk_leaves_no_half_line(Fixture *f, gconstpointer data)
{
    const struct rlimit limit = {1000, RLIM_INFINITY};
    const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(RunFiles) report = run_files_open(f->directory, &f->owner, NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *events = NULL;

    g_assert_true(run_files_begin(report, &(RunSummary){.running = TRUE, .state = state}, NULL));
    signal(SIGXFSZ, SIG_IGN);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
    for (guint i = 0; i < 100; i++)
        write_line(report, state, "::log::level=info,v=1,msg=a line that is whole");
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &none), ==, 0);
    g_assert_false(run_files_close(report, &(RunSummary){.state = state}, &error));
    g_assert_nonnull(strstr(error->message, "events.jsonl"));
    events = contents(f, "events.jsonl");
    g_assert_cmpuint(strlen(events), >, 900);
    g_assert_true(g_str_has_suffix(events, "a line that is whole\"}\n"));
}

static void
test_a_run_that_is_given_up_leaves_nothing(Fixture *f, gconstpointer data)
{
    RunFiles *report = run_files_open(f->directory, &f->owner, NULL);

    g_assert_cmpuint(count_files(f), ==, 1);
    run_files_free(report);
    g_assert_cmpuint(count_files(f), ==, 0);
}

static void
test_a_run_without_work_leaves_the_events_of_the_one_before(Fixture *f, gconstpointer data)
{
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(RunFiles) first = run_files_open(f->directory, &f->owner, NULL);
    g_autoptr(RunFiles) second = NULL;
    g_autoptr(CddBuildEvent) event = event_of("a line");
    g_autoptr(GError) error = NULL;
    g_autofree char *events = NULL;
    g_autofree char *summary = NULL;

    run_files_event(first, state, event, 1);
    g_assert_true(run_files_close(first, &(RunSummary){.state = state, .duration = 111}, &error));
    g_clear_pointer(&first, run_files_free);
    second = run_files_open(f->directory, &f->owner, &error);
    g_assert_no_error(error);
    g_assert_true(
        run_files_close_unchanged(second, &(RunSummary){.state = state, .duration = 222}, &error));
    events = contents(f, "events.jsonl");
    g_assert_nonnull(strstr(events, "a line"));
    summary = contents(f, "summary.json");
    g_assert_nonnull(strstr(summary, "222"));
    g_assert_cmpuint(count_files(f), ==, 2);
}

static void
test_two_runs_do_not_share_a_directory(Fixture *f, gconstpointer data)
{
    g_autoptr(RunFiles) first = run_files_open(f->directory, &f->owner, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(RunFiles) second = run_files_open(f->directory, &f->owner, &error);

    g_assert_nonnull(first);
    g_assert_null(second);
    g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, "another colcon-deb"));
}

/* Under sudo, root must not write through a link of the user. */
static void
test_a_link_in_the_way_is_not_followed(Fixture *f, gconstpointer data)
{
    g_autofree char *target = g_build_filename(f->directory, "target", NULL);
    g_autofree char *link = g_build_filename(f->directory, ".events.jsonl.tmp", NULL);
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(RunFiles) report = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;

    g_assert_true(g_file_set_contents(target, "precious", -1, NULL));
    g_assert_cmpint(symlink(target, link), ==, 0);
    report = run_files_open(f->directory, &f->owner, &error);
    g_assert_no_error(error);
    run_files_close(report, &(RunSummary){.state = state}, &error);
    g_assert_no_error(error);
    text = contents(f, "target");
    g_assert_cmpstr(text, ==, "precious");
}

static void
test_root_under_sudo_gives_files_to_the_caller(void)
{
    static const struct {
        uid_t effective;
        const char *sudo_uid;
        const char *sudo_gid;
        gboolean change;
    } cases[] = {
        {0, "1000", "1001", TRUE},     {0, NULL, NULL, FALSE},  {0, "1000", NULL, FALSE},
        {0, NULL, "1000", FALSE},      {0, "0", "0", FALSE},    {0, "-1", "1000", FALSE},
        {0, "4294967295", "1", FALSE}, {0, "x", "1000", FALSE}, {0, "", "", FALSE},
        {1000, "1001", "1001", FALSE},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Owner owner = owner_decide(cases[i].effective, cases[i].sudo_uid, cases[i].sudo_gid);

        g_assert_cmpint(owner.change, ==, cases[i].change);
        if (!owner.change)
            continue;
        g_assert_cmpuint(owner.uid, ==, 1000);
        g_assert_cmpuint(owner.gid, ==, 1001);
    }
}

static void
test_what_is_made_is_given_away_and_nothing_else(Fixture *f, gconstpointer data)
{
    const Owner owner = {.change = TRUE, .uid = 4321, .gid = 4322};
    g_autofree char *outer = g_build_filename(f->directory, "a", NULL);
    g_autofree char *inner = g_build_filename(outer, "b", NULL);
    g_autoptr(GError) error = NULL;
    struct stat status;

    if (geteuid() != 0) {
        g_test_skip("only root can give files away");
        return;
    }
    g_assert_true(owner_make_directory(&owner, inner, &error));
    g_assert_no_error(error);
    g_assert_cmpint(stat(inner, &status), ==, 0);
    g_assert_cmpuint(status.st_uid, ==, 4321);
    g_assert_cmpuint(status.st_gid, ==, 4322);
    g_assert_cmpint(stat(outer, &status), ==, 0);
    g_assert_cmpuint(status.st_uid, ==, 4321);
    g_assert_cmpint(stat(f->directory, &status), ==, 0);
    g_assert_cmpuint(status.st_uid, ==, 0);
    g_rmdir(inner);
    g_rmdir(outer);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/report/a-run-leaves-events-and-a-summary", Fixture, NULL, set_up,
               test_a_run_leaves_events_and_a_summary, tear_down);
    g_test_add("/report/events-can-be-followed-while-a-build-runs", Fixture, NULL, set_up,
               test_events_can_be_followed_while_a_build_runs, tear_down);
    g_test_add("/report/a-build-that-is-given-up-leaves-its-events", Fixture, NULL, set_up,
               test_a_build_that_is_given_up_leaves_its_events, tear_down);
    g_test_add("/report/of-output-the-end-of-failures-is-kept", Fixture, NULL, set_up,
               test_of_output_the_end_of_failures_is_kept, tear_down);
    g_test_add("/report/a-flood-of-output-is-cut-off", Fixture, NULL, set_up,
               test_a_flood_of_output_is_cut_off, tear_down);
    g_test_add("/report/a-full-disk-leaves-no-half-line", Fixture, NULL, set_up,
               test_a_full_disk_leaves_no_half_line, tear_down);
    g_test_add("/report/a-run-that-is-given-up-leaves-nothing", Fixture, NULL, set_up,
               test_a_run_that_is_given_up_leaves_nothing, tear_down);
    g_test_add("/report/a-run-without-work-leaves-the-events-of-the-one-before", Fixture, NULL,
               set_up, test_a_run_without_work_leaves_the_events_of_the_one_before, tear_down);
    g_test_add("/report/two-runs-do-not-share-a-directory", Fixture, NULL, set_up,
               test_two_runs_do_not_share_a_directory, tear_down);
    g_test_add("/report/a-link-in-the-way-is-not-followed", Fixture, NULL, set_up,
               test_a_link_in_the_way_is_not_followed, tear_down);
    g_test_add_func("/owner/root-under-sudo-gives-files-to-the-caller",
                    test_root_under_sudo_gives_files_to_the_caller);
    g_test_add("/owner/what-is-made-is-given-away-and-nothing-else", Fixture, NULL, set_up,
               test_what_is_made_is_given_away_and_nothing_else, tear_down);
    return g_test_run();
}

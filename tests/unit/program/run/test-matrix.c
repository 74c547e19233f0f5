/* SPDX-License-Identifier: Apache-2.0 */
/* Builds of targets without builds: this program stands in for the one that builds a target. */
#include "run/matrix.h"
#include "tree.h"

#include <string.h>
#include <sys/resource.h>

/* A build that says how it was called, and what only the run of all targets may say. */
static int
play_build(char **arguments)
{
    g_autofree char *line = g_strjoinv(" ", arguments);

    printf("{\"ts\":1,\"marker\":\"progress\",\"type\":\"warning\",\"msg\":\"%s\"}\n", line);
    puts("{\"ts\":1,\"marker\":\"progress\",\"type\":\"target_complete\","
         "\"state\":\"success\",\"error\":\"invented\"}");
    puts("{\"ts\":2,\"marker\":\"progress\",\"type\":\"run_complete\",\"state\":\"success\"}");
    return 0;
}

typedef struct {
    View view;
    GString *events;  /* "TYPE TARGET STATE", a line each, of the events target_... */
    GString *called;  /* how each build was called, a line each */
    gboolean starved; /* no process can be started */
    struct rlimit limit;
} Watcher;

static void
starve(Watcher *self)
{
    struct rlimit none = self->limit;

    none.rlim_cur = 3;
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &none), ==, 0);
}

static void
on_event(View *view, const RunState *state, const CddBuildEvent *event, gint64 timestamp)
{
    Watcher *self = (Watcher *)view;
    const char *type = cdd_build_event_get_name(event);
    const char *status = cdd_build_event_lookup(event, "state");

    if (g_strcmp0(type, "warning") == 0)
        g_string_append_printf(self->called, "%s\n", cdd_build_event_lookup(event, "msg"));
    if (cdd_build_event_get_kind(event) != CDD_BUILD_EVENT_PROGRESS ||
        !g_str_has_prefix(type, "target_"))
        return;
    g_string_append_printf(self->events, "%s %s %s\n", type,
                           cdd_build_event_lookup(event, "target"), status != NULL ? status : "-");
    if (self->starved && g_str_equal(type, "target_start"))
        starve(self);
    else
        g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &self->limit), ==, 0);
}

static void
on_end(View *view, const RunState *state, const ViewEnd *end)
{
}

/* Builds the targets a and b. */
static gboolean
run_targets(const Config *config, Watcher *watcher)
{
    static char *const targets[] = {(char *)"a", (char *)"b", NULL};
    static const char *const arguments[] = {NULL};
    gboolean success = FALSE;
    g_autoptr(Interrupt) interrupt = interrupt_new();
    g_autoptr(RunState) state = run_state_new();
    g_autoptr(GError) error = NULL;

    watcher->view = (View){.on_event = on_event, .on_end = on_end};
    watcher->events = g_string_new(NULL);
    watcher->called = g_string_new(NULL);
    g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &watcher->limit), ==, 0);
    success = matrix_run(&(MatrixRequest){.config = config,
                                          .targets = targets,
                                          .arguments = arguments,
                                          .view = &watcher->view,
                                          .interrupt = interrupt},
                         state, &error);
    g_assert_cmpint(success, ==, error == NULL);
    return success;
}

/* What is told of two builds, one after the other. */
static char *
run_two(const Tree *tree, gboolean starved, gboolean continue_on_error, gboolean *success)
{
    const Config config = {.colcon_repo = tree->root,
                           .repository_dir = tree->root,
                           .parallel_jobs = 1,
                           .continue_on_error = continue_on_error};
    Watcher watcher = {.starved = starved};

    *success = run_targets(&config, &watcher);
    g_string_free(watcher.called, TRUE);
    return g_string_free(watcher.events, FALSE);
}

/* How a build is called if the user wants so many jobs. */
static char *
find_call(const Tree *tree, guint jobs)
{
    const Config config = {
        .colcon_repo = tree->root, .repository_dir = tree->root, .parallel_jobs = jobs};
    Watcher watcher = {.starved = FALSE};

    g_assert_true(run_targets(&config, &watcher));
    g_string_free(watcher.events, TRUE);
    return g_string_free(watcher.called, FALSE);
}

static void
test_the_builds_share_the_memory_unless_jobs_are_given(Tree *tree, gconstpointer data)
{
    g_autofree char *given = find_call(tree, 1);
    g_autofree char *automatic = find_call(tree, 0);
    g_autofree char *share = g_strdup_printf(" --memory-share=%u\n", matrix_count_builds(0, 2));

    g_assert_cmpstr(given, ==,
                    "build --json --target=a --jobs=1\n"
                    "build --json --target=b --jobs=1\n");
    g_assert_nonnull(strstr(automatic, "build --json --target=a --jobs="));
    g_assert_nonnull(strstr(automatic, share));
}

static void
test_a_build_that_cannot_be_started_has_failed(Tree *tree, gconstpointer data)
{
    gboolean success = TRUE;
    g_autofree char *all = run_two(tree, TRUE, TRUE, &success);
    g_autofree char *first = NULL;

    g_assert_false(success);
    g_assert_cmpstr(all, ==,
                    "target_start a -\ntarget_complete a failed\n"
                    "target_start b -\ntarget_complete b failed\n");
    first = run_two(tree, TRUE, FALSE, &success);
    g_assert_false(success);
    g_assert_cmpstr(first, ==,
                    "target_start a -\ntarget_complete a failed\n"
                    "target_complete b skipped\n");
}

static void
test_a_build_does_not_speak_for_the_whole(Tree *tree, gconstpointer data)
{
    gboolean success = FALSE;
    g_autofree char *told = run_two(tree, FALSE, TRUE, &success);

    g_assert_true(success);
    g_assert_cmpstr(told, ==,
                    "target_start a -\ntarget_complete a success\n"
                    "target_start b -\ntarget_complete b success\n");
}

static guint
count_all_jobs(guint jobs, guint targets)
{
    guint builds = matrix_count_builds(jobs, targets);
    guint sum = 0;

    for (guint place = 0; place < builds; place++) {
        g_assert_cmpuint(matrix_count_jobs(jobs, builds, place), >=, 1);
        sum += matrix_count_jobs(jobs, builds, place);
    }
    return sum;
}

static void
test_the_builds_share_the_jobs(void)
{
    g_assert_cmpuint(matrix_count_builds(1, 3), ==, 1);
    g_assert_cmpuint(matrix_count_builds(2, 3), ==, 2);
    g_assert_cmpuint(matrix_count_builds(8, 3), ==, 3);
    g_assert_cmpuint(matrix_count_jobs(8, 3, 0), ==, 3);
    g_assert_cmpuint(matrix_count_jobs(8, 3, 1), ==, 3);
    g_assert_cmpuint(matrix_count_jobs(8, 3, 2), ==, 2);
    for (guint jobs = 1; jobs < 20; jobs++)
        for (guint targets = 1; targets < 10; targets++)
            g_assert_cmpuint(count_all_jobs(jobs, targets), ==, jobs);
}

static void
test_by_default_the_jobs_are_the_processors(void)
{
    g_assert_cmpuint(matrix_count_builds(0, 1000), ==, g_get_num_processors());
    g_assert_cmpuint(count_all_jobs(0, 2), ==, MAX(g_get_num_processors(), 1));
}

int
main(int argc, char **argv)
{
    if (argc > 1 && g_str_equal(argv[1], "build"))
        return play_build(argv + 1);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/matrix/the-builds-share-the-jobs", test_the_builds_share_the_jobs);
    g_test_add_func("/matrix/by-default-the-jobs-are-the-processors",
                    test_by_default_the_jobs_are_the_processors);
    TREE_TEST("/matrix/a-build-that-cannot-be-started-has-failed",
              test_a_build_that_cannot_be_started_has_failed);
    TREE_TEST("/matrix/a-build-does-not-speak-for-the-whole",
              test_a_build_does_not_speak_for_the_whole);
    TREE_TEST("/matrix/the-builds-share-the-memory-unless-jobs-are-given",
              test_the_builds_share_the_memory_unless_jobs_are_given);
    return g_test_run();
}

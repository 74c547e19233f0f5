/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the operations and queries of containers. */
#include "engine-test.h"

#include <string.h>

static char *
create(EngineTest *test, const CddContainerSpec *spec)
{
    g_autoptr(GAsyncResult) done = NULL;
    GError *error = NULL;
    char *id;

    cdd_service_create_container_async(test->service, spec, NULL, await_ready, &done);
    id = cdd_service_create_container_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
    return id;
}

static gboolean
remove_it(EngineTest *test, const char *id, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_remove_container_async(test->service, id, CDD_REMOVE_NONE, NULL, await_ready,
                                       &done);
    return cdd_service_remove_container_finish(test->service, await(&done), error);
}

static CddContainerInfo *
inspect(EngineTest *test, const char *id)
{
    g_autoptr(GAsyncResult) done = NULL;
    CddContainerInfo *info;
    GError *error = NULL;

    cdd_service_inspect_container_async(test->service, id, NULL, await_ready, &done);
    info = cdd_service_inspect_container_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
    return info;
}

static gint64
wait_for(EngineTest *test, const char *id, CddWaitCondition condition)
{
    g_autoptr(GAsyncResult) done = NULL;
    GError *error = NULL;
    gint64 exit_code = -1;

    cdd_service_wait_container_async(test->service, id, condition, NULL, await_ready, &done);
    cdd_service_wait_container_finish(test->service, await(&done), &exit_code, &error);
    g_assert_no_error(error);
    return exit_code;
}

static void
test_a_container_is_followed_through_its_life(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    CddContainerSpec spec = {
        .image = test->image,
        .name = "cdd-test-life",
        .command = (const char *const[]){"sh", "-c", "trap 'exit 9' TERM; sleep 60 & wait", NULL},
        .labels = (const char *const[]){"cdd.test=life", "cdd.empty=", NULL}};
    g_autofree char *id = create(test, &spec);
    g_autoptr(CddContainerInfo) created = inspect(test, "cdd-test-life");
    g_autoptr(CddContainerInfo) running = NULL;
    g_autoptr(CddContainerInfo) ended = NULL;
    g_autoptr(GAsyncResult) started = NULL;
    g_autoptr(GAsyncResult) again = NULL;
    g_autoptr(GAsyncResult) stopped = NULL;
    g_autoptr(GError) refused = NULL;
    GError *error = NULL;

    g_assert_cmpstr(created->id, ==, id);
    g_assert_cmpstr(created->name, ==, "cdd-test-life");
    assert_same_image(created->image, test->image);
    g_assert_cmpstr(created->labels[0], ==, "cdd.empty=");
    g_assert_cmpstr(created->labels[1], ==, "cdd.test=life");
    g_assert_false(created->running);
    g_assert_nonnull(strstr(created->json, "\"HostConfig\""));

    cdd_service_start_container_async(test->service, id, NULL, await_ready, &started);
    g_assert_true(cdd_service_start_container_finish(test->service, await(&started), &error));
    /* Starting twice is not an error. */
    cdd_service_start_container_async(test->service, id, NULL, await_ready, &again);
    g_assert_true(cdd_service_start_container_finish(test->service, await(&again), &error));
    running = inspect(test, id);
    g_assert_true(running->running && running->pid > 0);
    g_assert_cmpstr(running->status, ==, "running");

    g_assert_false(remove_it(test, id, &refused));
    g_test_message("%s", refused->message);
    g_assert_cmpuint(cdd_error_get_http_status(refused), >=, 400);

    cdd_service_stop_container_async(test->service, id, 60000, NULL, await_ready, &stopped);
    g_assert_true(cdd_service_stop_container_finish(test->service, await(&stopped), &error));
    g_assert_cmpint(wait_for(test, id, CDD_WAIT_NOT_RUNNING), ==, 9);
    ended = inspect(test, id);
    g_assert_cmpstr(ended->status, ==, "exited");
    g_assert_cmpint(ended->exit_code, ==, 9);
    g_assert_true(remove_it(test, id, &error));
    g_assert_false(remove_it(test, id, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_NOT_FOUND);
    g_clear_error(&error);
}

static void
test_a_container_is_renamed_and_listed(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    CddContainerSpec spec = {.image = test->image,
                             .name = "cdd-test-before",
                             .command = (const char *const[]){"true", NULL},
                             .labels = (const char *const[]){"cdd.test=listed", NULL}};
    g_autofree char *id = create(test, &spec);
    const char *filters[] = {"label=cdd.test=listed", NULL};
    const char *wrong[] = {"nonsense=1", NULL};
    g_autoptr(GAsyncResult) renamed = NULL;
    g_autoptr(GAsyncResult) all = NULL;
    g_autoptr(GAsyncResult) running = NULL;
    g_autoptr(GAsyncResult) refused = NULL;
    g_autoptr(GPtrArray) list = NULL;
    g_autoptr(GPtrArray) none = NULL;
    const CddContainerSummary *summary;
    GError *error = NULL;

    cdd_service_rename_container_async(test->service, id, "cdd-test-after", NULL, await_ready,
                                       &renamed);
    g_assert_true(cdd_service_rename_container_finish(test->service, await(&renamed), &error));
    cdd_service_list_containers_async(test->service, TRUE, filters, NULL, await_ready, &all);
    list = cdd_service_list_containers_finish(test->service, await(&all), &error);
    g_assert_no_error(error);
    g_assert_cmpuint(list->len, ==, 1);
    summary = g_ptr_array_index(list, 0);
    g_assert_cmpstr(summary->id, ==, id);
    g_assert_cmpstr(summary->names[0], ==, "cdd-test-after");
    g_assert_cmpstr(summary->status, ==, "created");
    g_assert_cmpint(summary->created_at, >, G_GINT64_CONSTANT(1600000000) * G_USEC_PER_SEC);
    cdd_service_list_containers_async(test->service, FALSE, filters, NULL, await_ready, &running);
    none = cdd_service_list_containers_finish(test->service, await(&running), &error);
    g_assert_cmpuint(none->len, ==, 0);
    cdd_service_list_containers_async(test->service, FALSE, wrong, NULL, await_ready, &refused);
    g_assert_null(cdd_service_list_containers_finish(test->service, await(&refused), &error));
    g_assert_true(error->domain == CDD_ERROR);
    g_clear_error(&error);
    g_assert_true(remove_it(test, id, &error));
}

static void
test_a_name_that_is_taken_is_a_conflict(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    CddContainerSpec spec = {.image = test->image,
                             .name = "cdd-test-taken",
                             .command = (const char *const[]){"true", NULL}};
    g_autofree char *id = create(test, &spec);
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;

    cdd_service_create_container_async(test->service, &spec, NULL, await_ready, &done);
    g_assert_null(cdd_service_create_container_finish(test->service, await(&done), &error));
    g_test_message("%s", error->message);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_CONFLICT);
    g_assert_true(remove_it(test, id, NULL));
}

static void
start(EngineTest *test, const char *id)
{
    g_autoptr(GAsyncResult) done = NULL;
    GError *error = NULL;

    cdd_service_start_container_async(test->service, id, NULL, await_ready, &done);
    cdd_service_start_container_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
}

static gint64
wait_finish(EngineTest *test, GAsyncResult *result)
{
    GError *error = NULL;
    gint64 exit_code = -1;

    cdd_service_wait_container_finish(test->service, result, &exit_code, &error);
    g_assert_no_error(error);
    return exit_code;
}

/* A wait for the next exit gets the first exit after it, never an earlier one. */
static void
test_each_exit_is_waited_for(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    const char *script = "sleep 1; test -e /ran && exit 8; touch /ran; exit 7";
    CddContainerSpec spec = {.image = test->image,
                             .command = (const char *const[]){"sh", "-c", script, NULL}};
    g_autofree char *id = create(test, &spec);
    g_autoptr(GAsyncResult) first = NULL;
    g_autoptr(GAsyncResult) second = NULL;
    g_autoptr(GAsyncResult) removed = NULL;

    /* The engine has begun to watch once it has answered a later request. */
    g_assert_cmpint(wait_for(test, id, CDD_WAIT_NOT_RUNNING), ==, 0);
    cdd_service_wait_container_async(test->service, id, CDD_WAIT_NEXT_EXIT, NULL, await_ready,
                                     &first);
    cdd_container_info_free(inspect(test, id));
    start(test, id);
    g_assert_cmpint(wait_finish(test, await(&first)), ==, 7);
    g_assert_cmpint(wait_for(test, id, CDD_WAIT_NOT_RUNNING), ==, 7);
    cdd_service_wait_container_async(test->service, id, CDD_WAIT_NEXT_EXIT, NULL, await_ready,
                                     &second);
    cdd_service_wait_container_async(test->service, id, CDD_WAIT_REMOVED, NULL, await_ready,
                                     &removed);
    cdd_container_info_free(inspect(test, id));
    start(test, id);
    g_assert_cmpint(wait_finish(test, await(&second)), ==, 8);
    g_assert_null(removed);
    while (!remove_it(test, id, NULL))
        g_usleep(20000);
    g_assert_cmpint(wait_finish(test, await(&removed)), ==, 8);
}

static void
test_a_paused_container_does_nothing(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *id = begin_container(test, "sleep 60");
    g_autoptr(GAsyncResult) paused = NULL;
    g_autoptr(GAsyncResult) resumed = NULL;
    g_autoptr(CddContainerInfo) frozen = NULL;
    g_autoptr(CddContainerInfo) running = NULL;
    GError *error = NULL;

    cdd_service_pause_container_async(test->service, id, NULL, await_ready, &paused);
    cdd_service_pause_container_finish(test->service, await(&paused), &error);
    g_assert_no_error(error);
    frozen = inspect(test, id);
    g_assert_true(frozen->paused);
    cdd_service_unpause_container_async(test->service, id, NULL, await_ready, &resumed);
    cdd_service_unpause_container_finish(test->service, await(&resumed), &error);
    g_assert_no_error(error);
    running = inspect(test, id);
    g_assert_true(running->running && !running->paused);
    end_container(test, id);
}

/* Whether the only process of the container is that command. */
static gboolean
runs_only(EngineTest *test, const char *id, const char *command)
{
    g_autoptr(GAsyncResult) top = NULL;
    g_autoptr(CddProcessTable) table = NULL;
    gboolean found = FALSE;
    GError *error = NULL;

    cdd_service_get_container_processes_async(test->service, id, NULL, NULL, await_ready, &top);
    table = cdd_service_get_container_processes_finish(test->service, await(&top), &error);
    g_assert_no_error(error);
    g_assert_cmpuint(table->processes->len, ==, 1);
    for (char **cell = g_ptr_array_index(table->processes, 0); *cell != NULL; cell++)
        found = found || strstr(*cell, command) != NULL;
    return found;
}

static void
test_processes_and_use_are_told(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *id = begin_container(test, "while :; do :; done");
    g_autoptr(GAsyncResult) asked = NULL;
    g_autoptr(CddContainerStats) stats = NULL;
    GError *error = NULL;

    /* A container has started before its process is the command: runc prepares it. */
    while (!runs_only(test, id, "while :"))
        g_usleep(10000);
    cdd_service_get_container_stats_async(test->service, id, NULL, await_ready, &asked);
    stats = cdd_service_get_container_stats_finish(test->service, await(&asked), &error);
    g_assert_no_error(error);
    g_test_message("%.1f %% of a processor, %" G_GUINT64_FORMAT " bytes", stats->cpu_percent,
                   stats->memory);
    g_assert_cmpuint(stats->cpu_time, >, 0);
    g_assert_cmpuint(stats->memory_limit, >, 0);
    end_container(test, id);
}

typedef struct {
    guint n;
    GCancellable *cancellable;
} Reports;

static void
on_stats(const CddContainerStats *stats, gpointer user_data)
{
    Reports *reports = user_data;

    g_assert_nonnull(stats);
    if (++reports->n == 2)
        g_cancellable_cancel(reports->cancellable);
}

static void
on_reports_freed(gpointer user_data)
{
    ((Reports *)user_data)->n += 100;
}

static void
test_use_is_reported_until_cancelled(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *id = begin_container(test, "sleep 60");
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    Reports reports = {.cancellable = cancellable};
    g_autoptr(GError) error = NULL;

    {
        g_autoptr(GAsyncResult) done = NULL;

        cdd_service_watch_container_stats_async(test->service, id, on_stats, &reports,
                                                on_reports_freed, cancellable, await_ready, &done);
        g_assert_false(
            cdd_service_watch_container_stats_finish(test->service, await(&done), &error));
    }
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpuint(reports.n, ==, 102);
    end_container(test, id);
}

static void
read_logs(EngineTest *test, const char *id, const CddLogsOptions *options, Output *output)
{
    CddOutputHandler handler = output_handler(output);
    g_autoptr(GAsyncResult) done = NULL;
    GError *error = NULL;

    cdd_service_read_container_logs_async(test->service, id, options, &handler, NULL, await_ready,
                                          &done);
    cdd_service_read_container_logs_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
}

static void
test_a_log_is_read_whole_or_in_part(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *id =
        begin_container(test, "echo one; echo two >&2; sleep 1; echo three; echo four");
    CddLogsOptions follow = {.follow = TRUE};
    CddLogsOptions last = {.tail = 1, .no_stderr = TRUE};
    CddLogsOptions stamped = {.timestamps = TRUE, .no_stdout = TRUE};
    g_auto(Output) whole = {NULL};
    g_auto(Output) part = {NULL};
    g_auto(Output) times = {NULL};

    output_init(&whole);
    output_init(&part);
    output_init(&times);
    read_logs(test, id, &follow, &whole);
    g_assert_cmpstr(whole.out->str, ==, "one\nthree\nfour\n");
    g_assert_cmpstr(whole.err->str, ==, "two\n");
    read_logs(test, id, &last, &part);
    g_assert_cmpstr(part.out->str, ==, "four\n");
    read_logs(test, id, &stamped, &times);
    g_assert_cmpuint(times.out->len, ==, 0);
    g_assert_true(
        g_regex_match_simple("^\\d{4}-\\d\\d-\\d\\dT[^ ]+ two\\n$", times.err->str, 0, 0));
    end_container(test, id);
}

static void
test_a_log_that_is_not_kept_is_an_error(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    CddContainerSpec spec = {
        .image = test->image, .command = (const char *const[]){"true", NULL}, .log_driver = "none"};
    g_autofree char *id = create(test, &spec);
    g_auto(Output) output = {NULL};
    CddOutputHandler handler;
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;

    output_init(&output);
    handler = output_handler(&output);
    cdd_service_read_container_logs_async(test->service, id, NULL, &handler, NULL, await_ready,
                                          &done);
    g_assert_false(cdd_service_read_container_logs_finish(test->service, await(&done), &error));
    g_test_message("%s", error->message);
    g_assert_true(error->domain == CDD_ERROR);
    g_assert_true(remove_it(test, id, NULL));
}

static void
test_a_container_becomes_an_image(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *id = begin_container(test, "echo made >/made; sleep 60");
    CddCommitOptions options = {.reference = "cdd-test/committed:1",
                                .author = "somebody",
                                .message = "a test",
                                .changes =
                                    (const char *const[]){"ENV MADE=yes", "CMD [\"true\"]", NULL}};
    CddCommitOptions wrong = {.reference = "Not An Image"};
    CddContainerSpec spec = {.image = "cdd-test/committed:1",
                             .command =
                                 (const char *const[]){"sh", "-c", "cat /made; echo $MADE", NULL}};
    g_autoptr(GAsyncResult) committed = NULL;
    g_autoptr(GAsyncResult) refused = NULL;
    g_autoptr(GAsyncResult) ran = NULL;
    g_autoptr(CddContainerResult) result = NULL;
    g_autofree char *image = NULL;
    GError *error = NULL;

    while (exec_shell(test, id, "test -e /made", NULL) != 0)
        g_usleep(20000);
    cdd_service_commit_container_async(test->service, id, &options, NULL, await_ready, &committed);
    image = cdd_service_commit_container_finish(test->service, await(&committed), &error);
    g_assert_no_error(error);
    g_assert_true(g_str_has_prefix(image, "sha256:") || strlen(image) == 64);
    cdd_service_run_container_async(test->service, &spec, NULL, NULL, await_ready, &ran);
    result = cdd_service_run_container_finish(test->service, await(&ran), &error);
    g_assert_no_error(error);
    g_assert_cmpstr(result->log_tail, ==, "made\nyes");
    cdd_service_commit_container_async(test->service, id, &wrong, NULL, await_ready, &refused);
    g_assert_null(cdd_service_commit_container_finish(test->service, await(&refused), &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_clear_error(&error);
    end_container(test, id);
}

/* Podman ignores both members. */
static void
test_an_image_forgets_what_its_container_was_made_with(EngineTest *test,
                                                       gconstpointer data G_GNUC_UNUSED)
{
    CddContainerSpec spec = {.image = test->image,
                             .entrypoint = (const char *const[]){"sleep", NULL},
                             .command = (const char *const[]){"60", NULL},
                             .environment = (const char *const[]){"GONE=1", "OTHER=2", NULL}};
    const char *const nothing[] = {NULL};
    CddCommitOptions options = {
        .reference = "cdd-test/forgetful:1",
        .changes = (const char *const[]){"CMD [\"sh\"]", "LABEL cdd.test=forgetful", NULL},
        .environment = (const char *const[]){"GONE", "OTHER=3", NULL},
        .entrypoint = nothing};
    g_autofree char *id = create(test, &spec);
    g_autoptr(GAsyncResult) committed = NULL;
    g_autoptr(GAsyncResult) inspected = NULL;
    g_autoptr(GAsyncResult) removed = NULL;
    g_autoptr(CddImageInfo) info = NULL;
    g_autoptr(CddRemovedImages) images = NULL;
    g_autofree char *image = NULL;
    GError *error = NULL;

    cdd_service_commit_container_async(test->service, id, &options, NULL, await_ready, &committed);
    image = cdd_service_commit_container_finish(test->service, await(&committed), &error);
    g_assert_no_error(error);
    cdd_service_inspect_image_async(test->service, options.reference, NULL, await_ready,
                                    &inspected);
    info = cdd_service_inspect_image_finish(test->service, await(&inspected), &error);
    g_assert_no_error(error);
    g_assert_true(g_strv_contains((const char *const *)info->labels, "cdd.test=forgetful"));
    g_assert_cmpstr(info->command[0], ==, "sh");
    g_assert_cmpuint(strlen(info->created_at), >, 0);
    if (!test->is_podman) {
        g_assert_true(g_strv_contains((const char *const *)info->environment, "OTHER=3"));
        g_assert_false(g_strv_contains((const char *const *)info->environment, "GONE=1"));
        g_assert_true(info->entrypoint == NULL || info->entrypoint[0] == NULL);
        g_assert_cmpuint(strlen(info->tagged_at), >, 0);
    }
    cdd_service_remove_image_async(test->service, image, TRUE, NULL, await_ready, &removed);
    images = cdd_service_remove_image_finish(test->service, await(&removed), &error);
    g_assert_no_error(error);
    g_assert_true(remove_it(test, id, NULL));
}

static void
test_only_what_the_filter_matches_is_pruned(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    CddContainerSpec unwanted = {.image = test->image,
                                 .command = (const char *const[]){"true", NULL},
                                 .labels = (const char *const[]){"cdd.test=prune", NULL}};
    CddContainerSpec wanted = {.image = test->image,
                               .command = (const char *const[]){"true", NULL}};
    const char *filters[] = {"label=cdd.test=prune", NULL};
    g_autofree char *first = create(test, &unwanted);
    g_autofree char *second = create(test, &wanted);
    g_autoptr(GAsyncResult) done = NULL;
    g_auto(GStrv) ids = NULL;
    GError *error = NULL;

    cdd_service_prune_containers_async(test->service, filters, NULL, await_ready, &done);
    ids = cdd_service_prune_containers_finish(test->service, await(&done), NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(g_strv_length(ids), ==, 1);
    g_assert_cmpstr(ids[0], ==, first);
    g_assert_true(remove_it(test, second, NULL));
}

static void
test_a_bound_on_the_whole_is_a_timeout_that_says_so(EngineTest *test,
                                                    gconstpointer data G_GNUC_UNUSED)
{
    CddConfig config = {.host = g_getenv("CDD_TEST_HOST"), .operation_timeout = 700};
    CddContainerSpec spec = {.image = test->image,
                             .command = (const char *const[]){"sleep", "60", NULL},
                             .stop_timeout = 1000};
    g_autoptr(CddService) hasty = cdd_service_new(&config, NULL);
    g_autofree char *id = begin_container(test, "sleep 60");
    g_autoptr(GAsyncResult) waited = NULL;
    g_autoptr(GAsyncResult) ran = NULL;
    g_autoptr(GError) error = NULL;

    cdd_service_wait_container_async(hasty, id, CDD_WAIT_NOT_RUNNING, NULL, await_ready, &waited);
    g_assert_false(cdd_service_wait_container_finish(hasty, await(&waited), NULL, &error));
    g_test_message("%s", error->message);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_TIMEOUT);
    g_assert_nonnull(strstr(error->message, "whole operation"));
    g_clear_error(&error);
    cdd_service_run_container_async(hasty, &spec, NULL, NULL, await_ready, &ran);
    g_assert_null(cdd_service_run_container_finish(hasty, await(&ran), &error));
    g_test_message("%s", error->message);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_TIMEOUT);
    end_container(test, id);
}

/* Stopping takes longer than the run's timeout: the cleanup has its own deadline. */
static void
test_a_run_that_took_too_long_is_still_ended_in_good_order(EngineTest *test,
                                                           gconstpointer data G_GNUC_UNUSED)
{
    static const char script[] = "trap 'sleep 5; echo tidy; exit 0' TERM; sleep 60 & wait";
    CddConfig config = {.host = g_getenv("CDD_TEST_HOST"), .operation_timeout = 4000};
    CddContainerSpec spec = {.image = test->image,
                             .command = (const char *const[]){"sh", "-c", script, NULL},
                             .stop_timeout = 20000};
    g_autoptr(CddService) hasty = cdd_service_new(&config, NULL);
    g_auto(Output) output = {NULL};
    CddOutputHandler handler;
    g_autoptr(GAsyncResult) ran = NULL;
    g_autoptr(GError) error = NULL;

    output_init(&output);
    handler = output_handler(&output);
    cdd_service_run_container_async(hasty, &spec, &handler, NULL, await_ready, &ran);
    g_assert_null(cdd_service_run_container_finish(hasty, await(&ran), &error));
    g_test_message("%s", error->message);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_TIMEOUT);
    g_assert_null(strstr(error->message, "may still be"));
    g_assert_cmpstr(output.out->str, ==, "tidy\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ENGINE_TEST("/containers/a-container-is-followed-through-its-life",
                test_a_container_is_followed_through_its_life);
    ENGINE_TEST("/containers/a-container-is-renamed-and-listed",
                test_a_container_is_renamed_and_listed);
    ENGINE_TEST("/containers/a-name-that-is-taken-is-a-conflict",
                test_a_name_that_is_taken_is_a_conflict);
    ENGINE_TEST("/containers/each-exit-is-waited-for", test_each_exit_is_waited_for);
    ENGINE_TEST("/containers/a-paused-container-does-nothing",
                test_a_paused_container_does_nothing);
    ENGINE_TEST("/containers/processes-and-use-are-told", test_processes_and_use_are_told);
    ENGINE_TEST("/containers/use-is-reported-until-cancelled",
                test_use_is_reported_until_cancelled);
    ENGINE_TEST("/containers/a-log-is-read-whole-or-in-part", test_a_log_is_read_whole_or_in_part);
    ENGINE_TEST("/containers/a-log-that-is-not-kept-is-an-error",
                test_a_log_that_is_not_kept_is_an_error);
    ENGINE_TEST("/containers/a-container-becomes-an-image", test_a_container_becomes_an_image);
    ENGINE_TEST("/containers/an-image-forgets-what-its-container-was-made-with",
                test_an_image_forgets_what_its_container_was_made_with);
    ENGINE_TEST("/containers/only-what-the-filter-matches-is-pruned",
                test_only_what_the_filter_matches_is_pruned);
    ENGINE_TEST("/containers/a-bound-on-the-whole-is-a-timeout-that-says-so",
                test_a_bound_on_the_whole_is_a_timeout_that_says_so);
    ENGINE_TEST("/containers/a-run-that-took-too-long-is-still-ended-in-good-order",
                test_a_run_that_took_too_long_is_still_ended_in_good_order);
    return g_test_run();
}

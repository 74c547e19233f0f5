/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what must hold for every asynchronous call, run for each of them. */
#include "await.h"
#include "operations.h"

#include <string.h>

/* Milliseconds. With a silent engine, calls that clean up use the full time. */
#define PATIENCE 20000
#define SHORT_PATIENCE 300
/* The number of places at which answers are cut or corrupted. The parsers' tests use every byte. */
#define N_PLACES 24

/* The outcome of a call. The callback must be called exactly once. */
typedef struct {
    gboolean succeeded;
    GError *error;
} Outcome;

static void
outcome_clear(Outcome *outcome)
{
    g_clear_error(&outcome->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)

static CddService *
service_of(FakeEngine *engine, guint patience)
{
    CddConfig config = {.socket_path = fake_engine_get_socket(engine),
                        .header_timeout = patience,
                        .idle_timeout = patience};

    return cdd_service_new(&config, NULL);
}

static void
finish(const Operation *operation, CddService *service, GAsyncResult **done, Outcome *outcome)
{
    outcome->succeeded = operation->finish(service, await(done), &outcome->error);
    g_assert_true(outcome->succeeded == (outcome->error == NULL));
    /* A second callback would be called now, and await_ready() would refuse it. */
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

static void
call(const Operation *operation, FakeEngine *engine, guint patience, Outcome *outcome)
{
    g_autoptr(CddService) service = service_of(engine, patience);
    g_autoptr(GAsyncResult) done = NULL;

    operation->begin(service, NULL, await_ready, &done);
    finish(operation, service, &done, outcome);
}

static gint64
measure(const Operation *operation)
{
    g_autoptr(FakeEngine) engine =
        fake_engine_new(&(FakeFaults){.budget = -1, .answers = operation_answers});
    g_auto(Outcome) outcome = {FALSE};

    call(operation, engine, PATIENCE, &outcome);
    if (outcome.error != NULL)
        g_test_message("%s: %s", operation->name, outcome.error->message);
    g_assert_no_error(outcome.error);
    return fake_engine_get_sent(engine);
}

/* Measures the bytes sent before the answer to the call's first request. */
static gint64
measure_ping(void)
{
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .mute = TRUE});
    g_autoptr(CddService) service = service_of(engine, SHORT_PATIENCE);
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;

    cdd_service_list_images_async(service, FALSE, NULL, NULL, await_ready, &done);
    g_assert_null(cdd_service_list_images_finish(service, await(&done), &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_TIMEOUT);
    return fake_engine_get_sent(engine);
}

static void
test_a_list_of_images_begins_with_the_newest(void)
{
    static const FakeAnswer answers[] = {
        {"GET /images/json", .body = "[{\"Id\":\"b\",\"Created\":2},{\"Id\":\"a\",\"Created\":1},"
                                     "{\"Id\":\"d\",\"Created\":3},{\"Id\":\"c\",\"Created\":2}]"},
        {NULL},
    };
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .answers = answers});
    g_autoptr(CddService) service = service_of(engine, PATIENCE);
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GPtrArray) images = NULL;
    g_autoptr(GString) ids = g_string_new(NULL);

    cdd_service_list_images_async(service, FALSE, NULL, NULL, await_ready, &done);
    images = cdd_service_list_images_finish(service, await(&done), NULL);
    g_assert_nonnull(images);
    for (guint i = 0; i < images->len; i++)
        g_string_append(ids, ((CddImageSummary *)images->pdata[i])->id);
    g_assert_cmpstr(ids->str, ==, "dbca");
}

static void
test_no_call_of_the_library_is_left_out(void)
{
    /* Calls without an engine have their own tests. */
    static const char *const elsewhere[] = {"cdd_credentials_find", "cdd_attachment_read_output",
                                            "cdd_optimize_build_context"};
    g_autofree char *directory =
        g_build_filename(g_getenv("CDD_TEST_SOURCE_DIR"), "include", "colcon-deb-docker", NULL);
    g_autoptr(GDir) headers = g_dir_open(directory, 0, NULL);
    g_autoptr(GRegex) regex = g_regex_new("\\b(cdd_\\w+)_async\\(\\w", 0, 0, NULL);
    g_autoptr(GHashTable) tested = g_hash_table_new(g_str_hash, g_str_equal);
    guint n_found = 0;
    const char *name;

    for (const Operation *operation = operations; operation->name != NULL; operation++)
        g_assert_true(operation->is_variant || g_hash_table_add(tested, (gpointer)operation->name));
    for (gsize i = 0; i < G_N_ELEMENTS(elsewhere); i++)
        g_assert_true(g_hash_table_add(tested, (gpointer)elsewhere[i]));
    while ((name = g_dir_read_name(headers)) != NULL) {
        g_autofree char *path = g_build_filename(directory, name, NULL);
        g_autofree char *text = NULL;
        g_autoptr(GMatchInfo) match = NULL;

        g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
        for (g_regex_match(regex, text, 0, &match); g_match_info_matches(match);
             g_match_info_next(match, NULL)) {
            g_autofree char *found = g_match_info_fetch(match, 1);

            g_test_message("%s", found);
            g_assert_true(g_hash_table_contains(tested, found));
            n_found++;
        }
    }
    g_assert_cmpuint(n_found, ==, g_hash_table_size(tested));
}

static void
test_each_succeeds_byte_by_byte(void)
{
    for (const Operation *operation = operations; operation->name != NULL; operation++) {
        g_autoptr(FakeEngine) engine =
            fake_engine_new(&(FakeFaults){.budget = -1, .piece = 1, .answers = operation_answers});
        g_auto(Outcome) outcome = {FALSE};

        g_test_message("%s", operation->name);
        measure(operation);
        call(operation, engine, PATIENCE, &outcome);
        g_assert_no_error(outcome.error);
    }
}

/* A cut answer is never treated as complete, and never leaves the caller waiting. */
static void
test_each_fails_wherever_the_answer_is_cut(void)
{
    gint64 ping = measure_ping();

    for (const Operation *operation = operations; operation->name != NULL; operation++) {
        gint64 total = measure(operation);
        gint64 step = MAX(1, (total - ping) / N_PLACES);

        g_test_message("%s: %" G_GINT64_FORMAT " bytes", operation->name, total - ping);
        for (gint64 budget = ping; budget < total; budget += step) {
            g_autoptr(FakeEngine) engine =
                fake_engine_new(&(FakeFaults){.budget = budget, .answers = operation_answers});
            g_auto(Outcome) outcome = {FALSE};

            call(operation, engine, PATIENCE, &outcome);
            if (outcome.error == NULL && operation->gives_stream)
                break;
            if (outcome.error == NULL)
                g_test_message("%s, cut after %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT,
                               operation->name, budget, total);
            g_assert_nonnull(outcome.error);
            g_assert_true(outcome.error->domain == CDD_ERROR);
        }
    }
}

/* A corrupted answer may have any outcome, but the call must end. */
static void
test_each_ends_whatever_byte_is_wrong(void)
{
    gint64 ping = measure_ping();

    for (const Operation *operation = operations; operation->name != NULL; operation++) {
        gint64 total = measure(operation);
        gint64 step = MAX(1, (total - ping) / N_PLACES);

        for (gint64 corrupt = ping + 1; corrupt <= total; corrupt += step) {
            g_autoptr(FakeEngine) engine = fake_engine_new(
                &(FakeFaults){.budget = -1, .corrupt = corrupt, .answers = operation_answers});
            g_auto(Outcome) outcome = {FALSE};

            g_test_message("%s, byte %" G_GINT64_FORMAT, operation->name, corrupt);
            call(operation, engine, SHORT_PATIENCE, &outcome);
        }
    }
}

static void
test_each_does_nothing_when_cancelled_beforehand(void)
{
    for (const Operation *operation = operations; operation->name != NULL; operation++) {
        g_autoptr(FakeEngine) engine =
            fake_engine_new(&(FakeFaults){.budget = -1, .answers = operation_answers});
        g_autoptr(CddService) service = service_of(engine, PATIENCE);
        g_autoptr(GCancellable) cancellable = g_cancellable_new();
        g_autoptr(GAsyncResult) done = NULL;
        g_auto(Outcome) outcome = {FALSE};

        g_test_message("%s", operation->name);
        g_cancellable_cancel(cancellable);
        operation->begin(service, cancellable, await_ready, &done);
        g_assert_null(done);
        finish(operation, service, &done, &outcome);
        g_assert_error(outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
        g_assert_false(fake_engine_was_asked(engine, "", ""));
    }
}

static void
wait_for_stalled(FakeEngine *engine, gboolean wanted)
{
    gint64 end = g_get_monotonic_time() + PATIENCE * G_GINT64_CONSTANT(1000);

    while ((fake_engine_get_n_stalled(engine) > 0) != wanted) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
        g_main_context_iteration(NULL, FALSE);
        g_usleep(500);
    }
}

/* The engine notices the cancelling: the connection is closed. */
static void
cancel_a_stalled(const Operation *operation, FakeEngine *engine)
{
    guint patience = operation->tidies_up ? SHORT_PATIENCE : PATIENCE;
    g_autoptr(CddService) service = service_of(engine, patience);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GAsyncResult) done = NULL;
    g_auto(Outcome) outcome = {FALSE};

    g_test_message("%s", operation->name);
    operation->begin(service, cancellable, await_ready, &done);
    wait_for_stalled(engine, TRUE);
    g_cancellable_cancel(cancellable);
    finish(operation, service, &done, &outcome);
    g_assert_error(outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    /* The stall may come after a complete answer, on an idle connection. */
    g_clear_object(&service);
    wait_for_stalled(engine, FALSE);
}

static void
test_each_ends_when_cancelled_before_the_answer(void)
{
    for (const Operation *operation = operations; operation->name != NULL; operation++) {
        g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .mute = TRUE});

        if (operation->is_ping)
            continue;
        cancel_a_stalled(operation, engine);
    }
}

static void
test_each_ends_when_cancelled_in_the_middle_of_the_answer(void)
{
    gint64 ping = measure_ping();

    for (const Operation *operation = operations; operation->name != NULL; operation++) {
        gint64 total = measure(operation);
        g_autoptr(FakeEngine) engine = NULL;

        /* These take as long as an engine may take to stop a container; see the tests of runs. */
        if (operation->tidies_up)
            continue;
        engine = fake_engine_new(
            &(FakeFaults){.budget = operation->is_ping ? total / 2 : ping + (total - ping) / 2,
                          .stall = TRUE,
                          .answers = operation_answers});
        cancel_a_stalled(operation, engine);
    }
}

static const char *const names[] = {"image", NULL};
static guint n_criticals;

static GLogWriterOutput
count_criticals(GLogLevelFlags level,
                const GLogField *fields G_GNUC_UNUSED,
                gsize n_fields G_GNUC_UNUSED,
                gpointer user_data G_GNUC_UNUSED)
{
    n_criticals += (level & G_LOG_LEVEL_CRITICAL) != 0;
    return G_LOG_WRITER_HANDLED;
}

static GLogWriterOutput
write_log(GLogLevelFlags level,
          const GLogField *fields,
          gsize n_fields,
          gpointer user_data G_GNUC_UNUSED)
{
    return (n_criticals == G_MAXUINT ? g_log_writer_default : count_criticals)(level, fields,
                                                                               n_fields, NULL);
}

/* A programmer's mistake is told by a critical message and by an error; nothing crashes or hangs.
 */
static void
test_each_refuses_the_result_of_another(void)
{
    GLogLevelFlags fatal = g_log_set_always_fatal(G_LOG_FATAL_MASK);

    for (const Operation *operation = operations; operation->name != NULL; operation++) {
        const Operation *other = operation + 1;
        g_autoptr(FakeEngine) engine =
            fake_engine_new(&(FakeFaults){.budget = -1, .answers = operation_answers});
        g_autoptr(CddService) service = service_of(engine, PATIENCE);
        g_autoptr(GAsyncResult) done = NULL;
        g_autoptr(GError) error = NULL;

        if (other->name == NULL)
            other = operations;
        /* Another name of the same function, or an object that is made for the call. */
        if (other->is_variant || operation->is_variant || strstr(other->name, "_with_handler") ||
            !g_str_has_prefix(other->name, "cdd_service_"))
            continue;
        g_test_message("%s, finished by %s", operation->name, other->name);
        operation->begin(service, NULL, await_ready, &done);
        await(&done);
        n_criticals = 0;
        g_assert_false(other->finish(service, done, &error));
        g_assert_cmpuint(n_criticals, ==, 1);
        n_criticals = G_MAXUINT;
        g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    }
    g_log_set_always_fatal(fatal);
}

typedef void (*BeginFunc)(CddService *service, GAsyncReadyCallback callback, gpointer data);

static const CddContainerSpec spec = {.image = "image"};
static const CddContainerUpdate update = {.resources = {.memory = 1 << 30}};
static const CddExecSpec exec = {.command = (const char *const[]){"true", NULL}};
static const CddEndpointSettings endpoint = {.network = "network"};
/* Made by the test. */
static GInputStream *input;
static GOutputStream *output;
static CddStatsHandler *stats_handler;

/* The call, the argument that it lacks, and all arguments. */
#define WITHOUT(name, argument, ...)                                                               \
    static void name##_without_##argument(CddService *service, GAsyncReadyCallback callback,       \
                                          gpointer data)                                           \
    {                                                                                              \
        name##_async(service, __VA_ARGS__, NULL, callback, data);                                  \
    }
WITHOUT(cdd_service_create_container, spec, NULL)
WITHOUT(cdd_service_run_container, spec, NULL, NULL)
WITHOUT(cdd_service_run_created_container, container, NULL, &spec, NULL)
WITHOUT(cdd_service_run_created_container, spec, "abc", NULL, NULL)
WITHOUT(cdd_service_start_container, container, NULL)
WITHOUT(cdd_service_pause_container, container, NULL)
WITHOUT(cdd_service_unpause_container, container, NULL)
WITHOUT(cdd_service_stop_container, container, NULL, 1)
WITHOUT(cdd_service_restart_container, container, NULL, 1)
WITHOUT(cdd_service_update_container, container, NULL, &update)
WITHOUT(cdd_service_update_container, update, "abc", NULL)
WITHOUT(cdd_service_kill_container, container, NULL, NULL)
WITHOUT(cdd_service_remove_container, container, NULL, 0)
WITHOUT(cdd_service_rename_container, container, NULL, "name")
WITHOUT(cdd_service_rename_container, name, "abc", NULL)
WITHOUT(cdd_service_resize_container, container, NULL, 1, 1)
WITHOUT(cdd_service_commit_container, container, NULL, NULL)
WITHOUT(cdd_service_inspect_container, container, NULL)
WITHOUT(cdd_service_get_container_processes, container, NULL, NULL)
WITHOUT(cdd_service_get_container_changes, container, NULL)
WITHOUT(cdd_service_export_container, container, NULL, output)
WITHOUT(cdd_service_export_container, archive, "abc", NULL)
WITHOUT(cdd_service_read_container_logs, container, NULL, NULL, NULL)
WITHOUT(cdd_service_get_container_stats, container, NULL)
WITHOUT(cdd_service_watch_stats_with_handler, container, NULL, stats_handler)
WITHOUT(cdd_service_watch_stats_with_handler, func, "abc", NULL)
WITHOUT(cdd_service_watch_events_with_handler, func, NULL, NULL)
WITHOUT(cdd_service_wait_container, container, NULL, CDD_WAIT_NOT_RUNNING)
WITHOUT(cdd_service_wait_container_healthy, container, NULL)
WITHOUT(cdd_service_attach_container, container, NULL, FALSE)
WITHOUT(cdd_service_exec, container, NULL, &exec, NULL, NULL)
WITHOUT(cdd_service_exec, spec, "abc", NULL, NULL, NULL)
WITHOUT(cdd_service_start_exec, container, NULL, &exec)
WITHOUT(cdd_service_start_exec, spec, "abc", NULL)
WITHOUT(cdd_service_start_exec_detached, container, NULL, &exec)
WITHOUT(cdd_service_start_exec_detached, spec, "abc", NULL)
WITHOUT(cdd_service_inspect_exec, exec, NULL)
WITHOUT(cdd_service_resize_exec, exec, NULL, 1, 1)
WITHOUT(cdd_service_stat_path, container, NULL, "/")
WITHOUT(cdd_service_stat_path, path, "abc", NULL)
WITHOUT(cdd_service_put_archive, container, NULL, "/", input)
WITHOUT(cdd_service_put_archive, directory, "abc", NULL, input)
WITHOUT(cdd_service_put_archive, archive, "abc", "/", NULL)
WITHOUT(cdd_service_get_archive, container, NULL, "/", output)
WITHOUT(cdd_service_get_archive, path, "abc", NULL, output)
WITHOUT(cdd_service_get_archive, archive, "abc", "/", NULL)
WITHOUT(cdd_service_copy_to_container, host_path, NULL, "abc", "/", 0)
WITHOUT(cdd_service_copy_to_container, container, "/nowhere", NULL, "/", 0)
WITHOUT(cdd_service_copy_to_container, directory, "/nowhere", "abc", NULL, 0)
WITHOUT(cdd_service_copy_from_container, container, NULL, "/", "/nowhere", 0)
WITHOUT(cdd_service_copy_from_container, path, "abc", NULL, "/nowhere", 0)
WITHOUT(cdd_service_copy_from_container, host_directory, "abc", "/", NULL, 0)
WITHOUT(cdd_service_inspect_image, image, NULL)
WITHOUT(cdd_service_tag_image, image, NULL, "name")
WITHOUT(cdd_service_tag_image, reference, "image", NULL)
WITHOUT(cdd_service_remove_image, image, NULL, FALSE)
WITHOUT(cdd_service_pull_image, image, NULL, NULL, NULL)
WITHOUT(cdd_service_push_image, image, NULL, NULL)
WITHOUT(cdd_service_inspect_distribution, image, NULL)
WITHOUT(cdd_service_get_image_history, image, NULL)
WITHOUT(cdd_service_search_images, term, NULL, 0, NULL)
WITHOUT(cdd_service_load_images, archive, NULL, NULL)
WITHOUT(cdd_service_save_images, images, NULL, output)
WITHOUT(cdd_service_save_images, archive, names, NULL)
WITHOUT(cdd_service_import_image, archive, NULL, NULL, NULL)
WITHOUT(cdd_service_build_archive, context, NULL, NULL, NULL)
WITHOUT(cdd_service_build_image, context, NULL, NULL)
WITHOUT(cdd_service_login, credentials, NULL)
WITHOUT(cdd_service_request, request, NULL, NULL, NULL)
WITHOUT(cdd_service_create_network, spec, NULL)
WITHOUT(cdd_service_inspect_network, network, NULL)
WITHOUT(cdd_service_remove_network, network, NULL)
WITHOUT(cdd_service_connect_network, container, NULL, &endpoint)
WITHOUT(cdd_service_connect_network, settings, "abc", NULL)
WITHOUT(cdd_service_disconnect_network, network, NULL, "abc")
WITHOUT(cdd_service_disconnect_network, container, "abc", NULL)
WITHOUT(cdd_service_inspect_volume, name, NULL)
WITHOUT(cdd_service_remove_volume, name, NULL, FALSE)
WITHOUT(cdd_check_architecture_compatibility, image, NULL)

static void
on_stats(const CddContainerStats *stats G_GNUC_UNUSED, gpointer user_data G_GNUC_UNUSED)
{
}

static void
test_a_missing_argument_is_told(void)
{
#define ROW(name, argument)                                                                        \
    {                                                                                              \
        name##_without_##argument, #name, #argument                                                \
    }
    static const struct {
        BeginFunc begin;
        const char *name;
        const char *argument;
    } calls[] = {
        ROW(cdd_service_create_container, spec),
        ROW(cdd_service_run_container, spec),
        ROW(cdd_service_run_created_container, container),
        ROW(cdd_service_run_created_container, spec),
        ROW(cdd_service_start_container, container),
        ROW(cdd_service_pause_container, container),
        ROW(cdd_service_unpause_container, container),
        ROW(cdd_service_stop_container, container),
        ROW(cdd_service_restart_container, container),
        ROW(cdd_service_update_container, container),
        ROW(cdd_service_update_container, update),
        ROW(cdd_service_kill_container, container),
        ROW(cdd_service_remove_container, container),
        ROW(cdd_service_rename_container, container),
        ROW(cdd_service_rename_container, name),
        ROW(cdd_service_resize_container, container),
        ROW(cdd_service_commit_container, container),
        ROW(cdd_service_inspect_container, container),
        ROW(cdd_service_get_container_processes, container),
        ROW(cdd_service_get_container_changes, container),
        ROW(cdd_service_export_container, container),
        ROW(cdd_service_export_container, archive),
        ROW(cdd_service_read_container_logs, container),
        ROW(cdd_service_get_container_stats, container),
        ROW(cdd_service_watch_stats_with_handler, container),
        ROW(cdd_service_watch_stats_with_handler, func),
        ROW(cdd_service_watch_events_with_handler, func),
        ROW(cdd_service_wait_container, container),
        ROW(cdd_service_wait_container_healthy, container),
        ROW(cdd_service_attach_container, container),
        ROW(cdd_service_exec, container),
        ROW(cdd_service_exec, spec),
        ROW(cdd_service_start_exec, container),
        ROW(cdd_service_start_exec, spec),
        ROW(cdd_service_start_exec_detached, container),
        ROW(cdd_service_start_exec_detached, spec),
        ROW(cdd_service_inspect_exec, exec),
        ROW(cdd_service_resize_exec, exec),
        ROW(cdd_service_stat_path, container),
        ROW(cdd_service_stat_path, path),
        ROW(cdd_service_put_archive, container),
        ROW(cdd_service_put_archive, directory),
        ROW(cdd_service_put_archive, archive),
        ROW(cdd_service_get_archive, container),
        ROW(cdd_service_get_archive, path),
        ROW(cdd_service_get_archive, archive),
        ROW(cdd_service_copy_to_container, host_path),
        ROW(cdd_service_copy_to_container, container),
        ROW(cdd_service_copy_to_container, directory),
        ROW(cdd_service_copy_from_container, container),
        ROW(cdd_service_copy_from_container, path),
        ROW(cdd_service_copy_from_container, host_directory),
        ROW(cdd_service_inspect_image, image),
        ROW(cdd_service_tag_image, image),
        ROW(cdd_service_tag_image, reference),
        ROW(cdd_service_remove_image, image),
        ROW(cdd_service_pull_image, image),
        ROW(cdd_service_push_image, image),
        ROW(cdd_service_inspect_distribution, image),
        ROW(cdd_service_get_image_history, image),
        ROW(cdd_service_search_images, term),
        ROW(cdd_service_load_images, archive),
        ROW(cdd_service_save_images, images),
        ROW(cdd_service_save_images, archive),
        ROW(cdd_service_import_image, archive),
        ROW(cdd_service_build_archive, context),
        ROW(cdd_service_build_image, context),
        ROW(cdd_service_login, credentials),
        ROW(cdd_service_request, request),
        ROW(cdd_service_create_network, spec),
        ROW(cdd_service_inspect_network, network),
        ROW(cdd_service_remove_network, network),
        ROW(cdd_service_connect_network, container),
        ROW(cdd_service_connect_network, settings),
        ROW(cdd_service_disconnect_network, network),
        ROW(cdd_service_disconnect_network, container),
        ROW(cdd_service_inspect_volume, name),
        ROW(cdd_service_remove_volume, name),
        ROW(cdd_check_architecture_compatibility, image),
    };
#undef ROW
    GLogLevelFlags fatal = g_log_set_always_fatal(G_LOG_FATAL_MASK);

    input = g_memory_input_stream_new();
    output = g_memory_output_stream_new_resizable();
    stats_handler = cdd_stats_handler_new(on_stats, NULL, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(calls); i++) {
        g_autofree char *said = g_strdup_printf("the argument \"%s\" is NULL", calls[i].argument);
        g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1});
        g_autoptr(CddService) service = service_of(engine, PATIENCE);
        g_autoptr(GAsyncResult) done = NULL;
        g_autoptr(GError) error = NULL;
        const Operation *operation = operations;

        while (!g_str_equal(operation->name, calls[i].name))
            operation++;
        g_test_message("%s without %s", operation->name, calls[i].argument);
        n_criticals = 0;
        calls[i].begin(service, await_ready, &done);
        g_assert_cmpuint(n_criticals, ==, 1);
        n_criticals = G_MAXUINT;
        g_assert_null(done);
        g_assert_false(operation->finish(service, await(&done), &error));
        g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
        g_assert_nonnull(strstr(error->message, said));
        g_assert_false(fake_engine_was_asked(engine, "", ""));
    }
    g_log_set_always_fatal(fatal);
    g_object_unref(input);
    g_object_unref(output);
    cdd_stats_handler_unref(stats_handler);
}

/* The calls that no service begins. */
static void
test_a_missing_argument_is_told_without_an_engine(void)
{
    GLogLevelFlags fatal = g_log_set_always_fatal(G_LOG_FATAL_MASK);
    g_autoptr(CddMockEngine) engine = cdd_mock_engine_new();
    CddDockerClient *client = CDD_DOCKER_CLIENT(cdd_mock_engine_get_service(engine));
    g_autoptr(CddImageCache) cache = cdd_image_cache_new(client, CDD_PULL_ALWAYS);
    g_autoptr(GAsyncResult) cached = NULL;
    g_autoptr(GAsyncResult) optimized = NULL;
    g_autoptr(GAsyncResult) found = NULL;
    GError *error = NULL;

    n_criticals = 0;
    cdd_image_cache_get_or_pull_async(cache, NULL, NULL, NULL, NULL, await_ready, &cached);
    cdd_optimize_build_context_async(NULL, NULL, NULL, await_ready, &optimized);
    cdd_credentials_find_async(NULL, NULL, await_ready, &found);
    g_assert_cmpuint(n_criticals, ==, 3);
    n_criticals = G_MAXUINT;
    g_log_set_always_fatal(fatal);
    g_assert_null(cdd_image_cache_get_or_pull_finish(cache, await(&cached), &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_clear_error(&error);
    g_assert_null(cdd_optimize_build_context_finish(await(&optimized), &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_clear_error(&error);
    g_assert_null(cdd_credentials_find_finish(await(&found), &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_clear_error(&error);
    g_assert_null(cdd_image_reference_parse(NULL, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_clear_error(&error);
}

static void
test_output_is_read_once(void)
{
    GLogLevelFlags fatal = g_log_set_always_fatal(G_LOG_FATAL_MASK);
    g_autoptr(FakeEngine) engine =
        fake_engine_new(&(FakeFaults){.budget = -1, .answers = operation_answers});
    g_autoptr(CddService) service = service_of(engine, PATIENCE);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    const CddOutputHandler unknown = {.reserved = {engine}};
    g_autoptr(GAsyncResult) refused = NULL;
    g_autoptr(GAsyncResult) attached = NULL;
    g_autoptr(GAsyncResult) first = NULL;
    g_autoptr(GAsyncResult) second = NULL;
    g_autoptr(CddAttachment) attachment = NULL;
    g_autoptr(GError) error = NULL;

    cdd_service_attach_container_async(service, "abc", FALSE, NULL, await_ready, &attached);
    attachment = cdd_service_attach_container_finish(service, await(&attached), NULL);
    g_assert_nonnull(attachment);
    /* A read that is refused before it begins is none. */
    cdd_attachment_read_output_async(attachment, &unknown, NULL, await_ready, &refused);
    g_assert_false(cdd_attachment_read_output_finish(attachment, await(&refused), &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_assert_nonnull(strstr(error->message, "handler has a member"));
    g_clear_error(&error);
    cdd_attachment_read_output_async(attachment, NULL, cancellable, await_ready, &first);
    n_criticals = 0;
    cdd_attachment_read_output_async(attachment, NULL, NULL, await_ready, &second);
    g_assert_cmpuint(n_criticals, ==, 1);
    n_criticals = G_MAXUINT;
    g_log_set_always_fatal(fatal);
    g_assert_false(cdd_attachment_read_output_finish(attachment, await(&second), &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    /* The first one goes on, until it is cancelled. */
    g_assert_null(first);
    g_cancellable_cancel(cancellable);
    g_assert_false(cdd_attachment_read_output_finish(attachment, await(&first), NULL));
}

static void
test_a_name_that_no_engine_takes_is_refused(void)
{
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1});
    g_autoptr(CddService) service = service_of(engine, PATIENCE);
    const CddVolumeSpec volumes[] = {{.name = "a/b"}, {.name = "-a"}, {.name = "a\xff"}};
    const CddNetworkSpec network = {.name = "a\xff"};
    g_autoptr(GAsyncResult) created = NULL;
    GError *error = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(volumes); i++) {
        g_autoptr(GAsyncResult) done = NULL;

        cdd_service_create_volume_async(service, &volumes[i], NULL, await_ready, &done);
        g_assert_null(cdd_service_create_volume_finish(service, await(&done), &error));
        g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
        g_clear_error(&error);
    }
    cdd_service_create_network_async(service, &network, NULL, await_ready, &created);
    g_assert_null(cdd_service_create_network_finish(service, await(&created), &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_clear_error(&error);
    g_assert_false(fake_engine_was_asked(engine, "", ""));
}

static void
test_a_filter_has_a_name_and_a_value(void)
{
    static const char *const filters[] = {"label=a", "dangling", NULL};
    g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1});
    g_autoptr(CddService) service = service_of(engine, PATIENCE);
    g_autoptr(GAsyncResult) listed = NULL;
    g_autoptr(GAsyncResult) watched = NULL;
    g_autoptr(GPtrArray) images = NULL;
    g_autoptr(GError) error = NULL;

    cdd_service_list_images_async(service, FALSE, filters, NULL, await_ready, &listed);
    images = cdd_service_list_images_finish(service, await(&listed), &error);
    g_assert_null(images);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_assert_nonnull(strstr(error->message, "\"dangling\" is not name=value"));
    g_clear_error(&error);
    cdd_service_watch_events_async(service, &(CddEventsOptions){.filters = filters}, NULL, NULL,
                                   NULL, NULL, await_ready, &watched);
    g_assert_false(cdd_service_watch_events_finish(service, await(&watched), &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_assert_false(fake_engine_was_asked(engine, "", ""));
}

/* The page has a row for each request, and so for each call that sends one. */
static void
test_the_page_of_coverage_names_each(void)
{
    g_autofree char *path =
        g_build_filename(g_getenv("CDD_TEST_SOURCE_DIR"), "docs", "coverage.md", NULL);
    g_autofree char *page = NULL;

    g_assert_true(g_file_get_contents(path, &page, NULL, NULL));
    for (const Operation *operation = operations; operation->name != NULL; operation++) {
        g_autofree char *named = g_strconcat("`", operation->name, "_async()`", NULL);

        if (operation->is_variant || !g_str_has_prefix(operation->name, "cdd_service_"))
            continue;
        g_test_message("%s", named);
        g_assert_nonnull(strstr(page, named));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    n_criticals = G_MAXUINT;
    g_log_set_writer_func(write_log, NULL, NULL);
    g_test_add_func("/operations/each-refuses-the-result-of-another",
                    test_each_refuses_the_result_of_another);
    g_test_add_func("/operations/a-missing-argument-is-told", test_a_missing_argument_is_told);
    g_test_add_func("/operations/a-missing-argument-is-told-without-an-engine",
                    test_a_missing_argument_is_told_without_an_engine);
    g_test_add_func("/operations/output-is-read-once", test_output_is_read_once);
    g_test_add_func("/operations/a-name-that-no-engine-takes-is-refused",
                    test_a_name_that_no_engine_takes_is_refused);
    g_test_add_func("/operations/a-filter-has-a-name-and-a-value",
                    test_a_filter_has_a_name_and_a_value);
    g_test_add_func("/operations/a-list-of-images-begins-with-the-newest",
                    test_a_list_of_images_begins_with_the_newest);
    g_test_add_func("/operations/no-call-of-the-library-is-left-out",
                    test_no_call_of_the_library_is_left_out);
    g_test_add_func("/operations/the-page-of-coverage-names-each",
                    test_the_page_of_coverage_names_each);
    g_test_add_func("/operations/each-succeeds-byte-by-byte", test_each_succeeds_byte_by_byte);
    g_test_add_func("/operations/each-fails-wherever-the-answer-is-cut",
                    test_each_fails_wherever_the_answer_is_cut);
    g_test_add_func("/operations/each-ends-whatever-byte-is-wrong",
                    test_each_ends_whatever_byte_is_wrong);
    g_test_add_func("/operations/each-does-nothing-when-cancelled-beforehand",
                    test_each_does_nothing_when_cancelled_beforehand);
    g_test_add_func("/operations/each-ends-when-cancelled-before-the-answer",
                    test_each_ends_when_cancelled_before_the_answer);
    g_test_add_func("/operations/each-ends-when-cancelled-in-the-middle-of-the-answer",
                    test_each_ends_when_cancelled_in_the_middle_of_the_answer);
    return g_test_run();
}

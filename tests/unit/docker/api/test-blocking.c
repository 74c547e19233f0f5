/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what must hold for every blocking call, run for each of them. */
#include "operations.h"

#include <string.h>

/* Milliseconds. With a silent engine, calls that clean up use the full time. */
#define PATIENCE 20000
#define SHORT_PATIENCE 300

enum {
    N_THREADS = 4,
    N_CALLS = 20,
};

static CddService *
service_of(FakeEngine *engine, guint patience)
{
    CddConfig config = {.socket_path = fake_engine_get_socket(engine),
                        .header_timeout = patience,
                        .idle_timeout = patience};

    return cdd_service_new(&config, NULL);
}

static FakeEngine *
good_engine(void)
{
    return fake_engine_new(&(FakeFaults){.budget = -1, .answers = operation_answers});
}

/* A blocking call must not run what its caller has in the default main context. */
static gboolean
on_default_context(gpointer user_data G_GNUC_UNUSED)
{
    g_assert_not_reached();
}

static void
test_each_succeeds(void)
{
    guint source = g_idle_add(on_default_context, NULL);
    guint n_calls = 0;

    for (const Operation *operation = operations; operation->name != NULL; operation++) {
        g_autoptr(FakeEngine) engine = good_engine();
        g_autoptr(CddService) service = service_of(engine, PATIENCE);
        g_autoptr(GError) error = NULL;

        if (operation->block == NULL)
            continue;
        g_test_message("%s", operation->name);
        /* The second call goes on with the connection of the first. */
        for (int i = 0; i < 2; i++) {
            gboolean ok = operation->block(service, NULL, &error);

            g_assert_no_error(error);
            g_assert_true(ok);
        }
        n_calls++;
    }
    g_assert_cmpuint(n_calls, >, 50);
    g_source_remove(source);
}

static void
test_each_reports_a_lost_connection(void)
{
    for (const Operation *operation = operations; operation->name != NULL; operation++) {
        g_autoptr(FakeEngine) engine =
            fake_engine_new(&(FakeFaults){.budget = 0, .answers = operation_answers});
        g_autoptr(CddService) service = service_of(engine, PATIENCE);
        g_autoptr(GError) error = NULL;

        if (operation->block == NULL)
            continue;
        g_test_message("%s", operation->name);
        g_assert_false(operation->block(service, NULL, &error));
        g_assert_error(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE);
    }
}

typedef struct {
    FakeEngine *engine;
    GCancellable *cancellable;
} Cancelling;

static gpointer
cancel_when_stalled(gpointer data)
{
    Cancelling *self = data;
    gint64 end = g_get_monotonic_time() + PATIENCE * G_GINT64_CONSTANT(1000);

    while (fake_engine_get_n_stalled(self->engine) == 0) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
        g_usleep(500);
    }
    g_cancellable_cancel(self->cancellable);
    return NULL;
}

static void
test_each_is_cancelled_by_another_thread(void)
{
    for (const Operation *operation = operations; operation->name != NULL; operation++) {
        g_autoptr(FakeEngine) engine = fake_engine_new(&(FakeFaults){.budget = -1, .mute = TRUE});
        g_autoptr(CddService) service =
            service_of(engine, operation->tidies_up ? SHORT_PATIENCE : PATIENCE);
        g_autoptr(GCancellable) cancellable = g_cancellable_new();
        g_autoptr(GError) error = NULL;
        GThread *thread;

        if (operation->block == NULL || operation->is_ping)
            continue;
        g_test_message("%s", operation->name);
        thread = g_thread_new("cancel", cancel_when_stalled, &(Cancelling){engine, cancellable});
        g_assert_false(operation->block(service, cancellable, &error));
        g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
        g_thread_join(thread);
    }
}

static void
test_each_does_nothing_when_cancelled_beforehand(void)
{
    for (const Operation *operation = operations; operation->name != NULL; operation++) {
        g_autoptr(FakeEngine) engine = good_engine();
        g_autoptr(CddService) service = service_of(engine, PATIENCE);
        g_autoptr(GCancellable) cancellable = g_cancellable_new();
        g_autoptr(GError) error = NULL;

        if (operation->block == NULL)
            continue;
        g_test_message("%s", operation->name);
        g_cancellable_cancel(cancellable);
        g_assert_false(operation->block(service, cancellable, &error));
        g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
        g_assert_false(fake_engine_was_asked(engine, "", ""));
    }
}

/* With a service of the thread's own, or with one that all share. */
typedef struct {
    FakeEngine *engine;
    CddService *shared;
} Place;

static gpointer
call_often(gpointer data)
{
    const Place *place = data;
    g_autoptr(CddService) service =
        place->shared != NULL ? g_object_ref(place->shared) : service_of(place->engine, PATIENCE);

    for (int i = 0; i < N_CALLS; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(CddContainerInfo) info =
            cdd_service_inspect_container_sync(service, "abc", NULL, &error);
        g_autoptr(CddContainerResult) result = cdd_service_run_container_sync(
            service, &(CddContainerSpec){.image = "image"}, NULL, NULL, &error);

        g_assert_no_error(error);
        g_assert_nonnull(info);
        g_assert_cmpint(result->exit_code, ==, FAKE_EXIT_CODE);
    }
    return NULL;
}

static void
run_threads(Place *place)
{
    GThread *threads[N_THREADS];

    for (int i = 0; i < N_THREADS; i++)
        threads[i] = g_thread_new("caller", call_often, place);
    for (int i = 0; i < N_THREADS; i++)
        g_thread_join(threads[i]);
}

static void
test_threads_have_a_service_each(void)
{
    g_autoptr(FakeEngine) engine = good_engine();

    run_threads(&(Place){.engine = engine});
}

static void
test_threads_share_a_service(void)
{
    g_autoptr(FakeEngine) engine = good_engine();
    g_autoptr(CddService) service = service_of(engine, PATIENCE);

    run_threads(&(Place){.engine = engine, .shared = service});
}

typedef struct {
    CddService *service;
    GString *output;
    guint n_calls;
} Witness;

static void
on_stdout(const void *data, gsize length, gpointer user_data)
{
    Witness *witness = user_data;

    g_string_append_len(witness->output, data, (gssize)length);
}

static void
on_state(const char *container_id G_GNUC_UNUSED,
         CddContainerState state G_GNUC_UNUSED,
         gpointer user_data)
{
    Witness *witness = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(CddContainerInfo) info =
        cdd_service_inspect_container_sync(witness->service, "abc", NULL, &error);

    g_assert_error(error, CDD_ERROR, CDD_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, "another service"));
    g_assert_null(info);
    witness->n_calls++;
}

static void
test_a_callback_makes_no_call_of_the_same_service(void)
{
    g_autoptr(FakeEngine) engine = good_engine();
    g_autoptr(CddService) service = service_of(engine, PATIENCE);
    g_autoptr(GString) output = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    Witness witness = {service, output, 0};
    g_autoptr(CddContainerResult) result = cdd_service_run_container_sync(
        service, &(CddContainerSpec){.image = "image"},
        &(CddOutputHandler){.on_stdout = on_stdout, .on_state = on_state, .user_data = &witness},
        NULL, &error);

    g_assert_no_error(error);
    g_assert_cmpint(result->exit_code, ==, FAKE_EXIT_CODE);
    g_assert_cmpstr(output->str, ==, FAKE_STDOUT);
    g_assert_cmpuint(witness.n_calls, >=, 3);
}

/* The header is written from the others, so it has what they have when it was last written. */
static void
test_the_header_is_up_to_date(void)
{
    for (const Operation *operation = operations; operation->name != NULL; operation++) {
        g_autofree char *path = g_build_filename(g_getenv("CDD_TEST_SOURCE_DIR"), "include",
                                                 "colcon-deb-docker", "cdd-sync.h", NULL);
        g_autofree char *declared = g_strdup_printf(" * %s_sync:\n", operation->name);
        g_autofree char *text = NULL;

        g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
        if (operation->is_variant)
            continue;
        g_test_message("%s", operation->name);
        g_assert_true((operation->block != NULL) == (strstr(text, declared) != NULL));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/blocking/each-succeeds", test_each_succeeds);
    g_test_add_func("/blocking/each-reports-a-lost-connection",
                    test_each_reports_a_lost_connection);
    g_test_add_func("/blocking/each-is-cancelled-by-another-thread",
                    test_each_is_cancelled_by_another_thread);
    g_test_add_func("/blocking/each-does-nothing-when-cancelled-beforehand",
                    test_each_does_nothing_when_cancelled_beforehand);
    g_test_add_func("/blocking/threads-have-a-service-each", test_threads_have_a_service_each);
    g_test_add_func("/blocking/threads-share-a-service", test_threads_share_a_service);
    g_test_add_func("/blocking/a-callback-makes-no-call-of-the-same-service",
                    test_a_callback_makes_no_call_of_the_same_service);
    g_test_add_func("/blocking/the-header-is-up-to-date", test_the_header_is_up_to_date);
    return g_test_run();
}

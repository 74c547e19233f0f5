/* SPDX-License-Identifier: Apache-2.0 */
/* Tests many containers at a time, on a mock engine. */
#include "await.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>

typedef struct {
    CddMockEngine *engine;
    CddContainerPool *pool;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->engine = cdd_mock_engine_new();
    fixture->pool =
        cdd_container_pool_new(CDD_DOCKER_CLIENT(cdd_mock_engine_get_service(fixture->engine)), 3);
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_object_unref(fixture->pool);
    g_object_unref(fixture->engine);
}

static guint
count_created(Fixture *fixture)
{
    g_autoptr(GPtrArray) created =
        cdd_mock_engine_dup_requests(fixture->engine, "POST", "/containers/create");

    return created->len;
}

#define MANY 20

static GPtrArray *
run_many(Fixture *fixture,
         const char *const *images,
         CddContainerPoolFlags flags,
         GCancellable *cancellable)
{
    CddContainerSpec specs[MANY] = {0};
    const CddContainerSpec *pointers[MANY];
    gsize n = g_strv_length((char **)images);
    g_autoptr(GAsyncResult) done = NULL;

    for (gsize i = 0; i < n; i++) {
        specs[i].image = images[i];
        pointers[i] = &specs[i];
    }
    cdd_container_pool_run_many_async(fixture->pool, pointers, n, NULL, flags, cancellable,
                                      await_ready, &done);
    return cdd_container_pool_run_many_finish(fixture->pool, await(&done));
}

static const CddContainerOutcome *
outcome(GPtrArray *outcomes, guint index)
{
    return g_ptr_array_index(outcomes, index);
}

static void
test_outcomes_come_in_the_order_of_the_input(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const images[] = {"slow", "quick", "failing", "slow", "quick", NULL};
    CddMockRun slow = {.delay = 60, .exit_code = 1, .stdout_text = "slow\n"};
    CddMockRun quick = {.delay = 5, .exit_code = 2};
    CddMockRun failing = {.error_status = 409, .error_message = "broken"};
    g_autoptr(GPtrArray) outcomes = NULL;

    cdd_mock_engine_add_run(fixture->engine, "slow", &slow);
    cdd_mock_engine_add_run(fixture->engine, "quick", &quick);
    cdd_mock_engine_add_run(fixture->engine, "failing", &failing);
    outcomes = run_many(fixture, images, CDD_CONTAINER_POOL_NONE, NULL);
    g_assert_cmpuint(outcomes->len, ==, 5);
    g_assert_cmpint(outcome(outcomes, 0)->result->exit_code, ==, 1);
    g_assert_cmpstr(outcome(outcomes, 0)->result->log_tail, ==, "slow");
    g_assert_cmpint(outcome(outcomes, 1)->result->exit_code, ==, 2);
    g_assert_null(outcome(outcomes, 2)->result);
    g_assert_error(outcome(outcomes, 2)->error, CDD_ERROR, CDD_ERROR_CONFLICT);
    g_assert_cmpint(outcome(outcomes, 3)->result->exit_code, ==, 1);
    g_assert_cmpint(outcome(outcomes, 4)->result->exit_code, ==, 2);
}

static void
test_the_bound_holds_for_calls_that_overlap(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddMockRun reply = {.delay = 10};
    CddContainerSpec spec = {.image = "any"};
    const CddContainerSpec *specs[MANY];
    g_autoptr(GAsyncResult) first = NULL;
    g_autoptr(GAsyncResult) second = NULL;
    g_autoptr(GPtrArray) some = NULL;
    g_autoptr(GPtrArray) others = NULL;

    for (int i = 0; i < MANY; i++)
        specs[i] = &spec;
    cdd_mock_engine_add_run(fixture->engine, NULL, &reply);
    cdd_container_pool_run_many_async(fixture->pool, specs, MANY, NULL, CDD_CONTAINER_POOL_NONE,
                                      NULL, await_ready, &first);
    cdd_container_pool_run_many_async(fixture->pool, specs, MANY, NULL, CDD_CONTAINER_POOL_NONE,
                                      NULL, await_ready, &second);
    some = cdd_container_pool_run_many_finish(fixture->pool, await(&first));
    others = cdd_container_pool_run_many_finish(fixture->pool, await(&second));
    g_assert_cmpuint(some->len, ==, MANY);
    g_assert_cmpuint(others->len, ==, MANY);
    g_assert_cmpuint(count_created(fixture), ==, 2 * MANY);
    g_assert_cmpuint(cdd_mock_engine_get_max_running(fixture->engine), ==, 3);
}

static void
test_a_failure_stops_the_rest_if_asked_to(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const images[] = {"quick", "long", "failing", "long", "long", NULL};
    CddMockRun quick = {.delay = 1};
    /* Long after the quick one, also on a busy machine. */
    CddMockRun failing = {.delay = 500, .exit_code = 9};
    CddMockRun endless = {.delay = 60000};
    g_autoptr(GPtrArray) outcomes = NULL;

    cdd_mock_engine_add_run(fixture->engine, "quick", &quick);
    cdd_mock_engine_add_run(fixture->engine, "failing", &failing);
    cdd_mock_engine_add_run(fixture->engine, "long", &endless);
    outcomes = run_many(fixture, images, CDD_CONTAINER_POOL_FAIL_FAST, NULL);
    g_assert_cmpint(outcome(outcomes, 0)->result->exit_code, ==, 0);
    g_assert_error(outcome(outcomes, 1)->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpint(outcome(outcomes, 2)->result->exit_code, ==, 9);
    g_assert_error(outcome(outcomes, 3)->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_error(outcome(outcomes, 4)->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    /* The fourth one started after the first had ended; the fifth one was never started. */
    g_assert_cmpuint(count_created(fixture), ==, 4);
}

static gboolean
cancel(gpointer cancellable)
{
    g_cancellable_cancel(cancellable);
    return G_SOURCE_REMOVE;
}

static void
test_cancelling_stops_all_and_keeps_what_has_ended(Fixture *fixture,
                                                   gconstpointer data G_GNUC_UNUSED)
{
    static const char *const images[] = {"quick", "long", "long", "long", "long", NULL};
    CddMockRun quick = {.delay = 1};
    CddMockRun endless = {.delay = 60000};
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GPtrArray) outcomes = NULL;

    cdd_mock_engine_add_run(fixture->engine, "quick", &quick);
    cdd_mock_engine_add_run(fixture->engine, "long", &endless);
    g_timeout_add(50, cancel, cancellable);
    outcomes = run_many(fixture, images, CDD_CONTAINER_POOL_NONE, cancellable);
    g_assert_cmpint(outcome(outcomes, 0)->result->exit_code, ==, 0);
    for (guint i = 1; i < 5; i++)
        g_assert_error(outcome(outcomes, i)->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_cancelling_beforehand_runs_nothing(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const images[] = {"any", "any", NULL};
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GPtrArray) outcomes = NULL;

    g_cancellable_cancel(cancellable);
    outcomes = run_many(fixture, images, CDD_CONTAINER_POOL_NONE, cancellable);
    g_assert_error(outcome(outcomes, 1)->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpuint(count_created(fixture), ==, 0);
}

static void
test_none_is_as_good_as_many(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const images[] = {NULL};
    g_autoptr(GPtrArray) outcomes = run_many(fixture, images, CDD_CONTAINER_POOL_NONE, NULL);

    g_assert_cmpuint(outcomes->len, ==, 0);
}

static void
test_a_bad_one_among_good_ones_is_its_own_failure(Fixture *fixture,
                                                  gconstpointer data G_GNUC_UNUSED)
{
    static const char *const images[] = {"good", "", "unknown", "good", NULL};
    CddMockRun good = {.exit_code = 0};
    g_autoptr(GPtrArray) outcomes = NULL;

    cdd_mock_engine_add_run(fixture->engine, "good", &good);
    outcomes = run_many(fixture, images, CDD_CONTAINER_POOL_NONE, NULL);
    g_assert_nonnull(outcome(outcomes, 0)->result);
    g_assert_error(outcome(outcomes, 1)->error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_assert_nonnull(
        strstr(outcome(outcomes, 2)->error->message, "no answer to POST /containers/create"));
    g_assert_nonnull(outcome(outcomes, 3)->result);
}

#define ADD(path, func) g_test_add(path, Fixture, NULL, set_up, func, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/pool/outcomes-come-in-the-order-of-the-input",
        test_outcomes_come_in_the_order_of_the_input);
    ADD("/pool/the-bound-holds-for-calls-that-overlap",
        test_the_bound_holds_for_calls_that_overlap);
    ADD("/pool/a-failure-stops-the-rest-if-asked-to", test_a_failure_stops_the_rest_if_asked_to);
    ADD("/pool/cancelling-stops-all-and-keeps-what-has-ended",
        test_cancelling_stops_all_and_keeps_what_has_ended);
    ADD("/pool/cancelling-beforehand-runs-nothing", test_cancelling_beforehand_runs_nothing);
    ADD("/pool/none-is-as-good-as-many", test_none_is_as_good_as_many);
    ADD("/pool/a-bad-one-among-good-ones-is-its-own-failure",
        test_a_bad_one_among_good_ones_is_its_own_failure);
    return g_test_run();
}

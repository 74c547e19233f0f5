/* SPDX-License-Identifier: Apache-2.0 */
/* Tests with a mock engine that overlapping calls for an image share one lookup. */
#include "await.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>

/* Milliseconds of a pull, in which a test can act. */
#define DELAY 50

#define INSPECTED "GET", "/images/*/json"
#define PULLED "POST", "/images/create"

typedef struct {
    CddMockEngine *engine;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->engine = cdd_mock_engine_new();
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_object_unref(fixture->engine);
}

static CddImageCache *
cache_new(Fixture *fixture, CddPullPolicy policy)
{
    return cdd_image_cache_new(CDD_DOCKER_CLIENT(cdd_mock_engine_get_service(fixture->engine)),
                               policy);
}

static void
add_absent(Fixture *fixture, const char *image)
{
    g_autofree char *path = g_strdup_printf("/images/%s/json", image);

    cdd_mock_engine_add_error(fixture->engine, "GET", path, 404, "no such image here");
}

/* The image exists only after the pull. */
static void
add_missing(Fixture *fixture, const char *image)
{
    static const char *const messages[] = {"Downloading", "Extracting", NULL};

    add_absent(fixture, image);
    cdd_mock_engine_add_image(fixture->engine, image, "amd64");
    cdd_mock_engine_set_delay(fixture->engine, DELAY);
    cdd_mock_engine_add_pull(fixture->engine, image, messages, NULL);
    cdd_mock_engine_set_delay(fixture->engine, 0);
}

/* Takes INSPECTED or PULLED. */
static guint
count_calls(Fixture *fixture, const char *method, const char *path)
{
    g_autoptr(GPtrArray) calls = cdd_mock_engine_dup_requests(fixture->engine, method, path);

    return calls->len;
}

static gboolean
get(CddImageCache *cache, const char *image, const char *platform, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddImageInfo) info = NULL;

    cdd_image_cache_get_or_pull_async(cache, image, platform, NULL, NULL, await_ready, &done);
    info = cdd_image_cache_get_or_pull_finish(cache, await(&done), error);
    return info != NULL;
}

static void
on_progress(const CddBuildProgress *progress, gpointer user_data)
{
    g_string_append_printf(user_data, "%s\n", progress->message);
}

static void
test_callers_of_one_image_share_a_pull(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddImageCache) cache = cache_new(fixture, CDD_PULL_MISSING);
    GAsyncResult *done[3] = {NULL};
    GString *seen[3];

    add_missing(fixture, "image");
    for (gsize i = 0; i < G_N_ELEMENTS(done); i++) {
        CddOutputHandler handler = {.on_progress = on_progress};

        handler.user_data = seen[i] = g_string_new(NULL);
        cdd_image_cache_get_or_pull_async(cache, "image", NULL, &handler, NULL, await_ready,
                                          &done[i]);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(done); i++) {
        g_autoptr(GAsyncResult) result = await(&done[i]);
        g_autoptr(GError) error = NULL;
        g_autoptr(CddImageInfo) info = cdd_image_cache_get_or_pull_finish(cache, result, &error);

        g_assert_no_error(error);
        g_assert_nonnull(info);
        g_assert_cmpstr(seen[i]->str, ==, "Downloading\nExtracting\n");
        g_string_free(seen[i], TRUE);
    }
    g_assert_cmpuint(count_calls(fixture, PULLED), ==, 1);
    g_assert_cmpuint(count_calls(fixture, INSPECTED), ==, 2);
    /* The result is cached until cdd_image_cache_forget(). */
    g_assert_true(get(cache, "image", NULL, NULL));
    g_assert_cmpuint(count_calls(fixture, INSPECTED), ==, 2);
    cdd_image_cache_forget(cache);
    g_assert_true(get(cache, "image", NULL, NULL));
    g_assert_cmpuint(count_calls(fixture, INSPECTED), ==, 3);
}

static void
test_one_who_leaves_does_not_take_the_pull_along(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddImageCache) cache = cache_new(fixture, CDD_PULL_MISSING);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GAsyncResult) left = NULL;
    g_autoptr(GAsyncResult) stayed = NULL;
    g_autoptr(CddImageInfo) info = NULL;
    g_autoptr(GError) error = NULL;

    add_missing(fixture, "image");
    cdd_image_cache_get_or_pull_async(cache, "image", NULL, NULL, cancellable, await_ready, &left);
    cdd_image_cache_get_or_pull_async(cache, "image", NULL, NULL, NULL, await_ready, &stayed);
    while (count_calls(fixture, PULLED) == 0)
        g_main_context_iteration(NULL, FALSE);
    g_cancellable_cancel(cancellable);
    g_assert_null(cdd_image_cache_get_or_pull_finish(cache, await(&left), &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_null(stayed);
    info = cdd_image_cache_get_or_pull_finish(cache, await(&stayed), NULL);
    g_assert_nonnull(info);
    g_assert_cmpuint(count_calls(fixture, PULLED), ==, 1);
}

static void
test_when_all_have_left_the_next_begins_anew(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddImageCache) cache = cache_new(fixture, CDD_PULL_ALWAYS);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GAsyncResult) left = NULL;
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_set_delay(fixture->engine, G_MAXINT);
    cdd_mock_engine_add_pull(fixture->engine, "image", NULL, NULL);
    cdd_mock_engine_set_delay(fixture->engine, 0);
    cdd_mock_engine_add_pull(fixture->engine, "image", NULL, NULL);
    cdd_mock_engine_add_image(fixture->engine, "image", "amd64");
    cdd_image_cache_get_or_pull_async(cache, "image", NULL, NULL, cancellable, await_ready, &left);
    while (count_calls(fixture, PULLED) == 0)
        g_main_context_iteration(NULL, FALSE);
    g_cancellable_cancel(cancellable);
    g_assert_null(cdd_image_cache_get_or_pull_finish(cache, await(&left), &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_true(get(cache, "image", NULL, NULL));
    g_assert_cmpuint(count_calls(fixture, PULLED), ==, 2);
}

static void
test_a_failure_is_everybodys_and_not_remembered(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddImageCache) cache = cache_new(fixture, CDD_PULL_ALWAYS);
    GAsyncResult *done[2] = {NULL};

    cdd_mock_engine_set_delay(fixture->engine, DELAY);
    cdd_mock_engine_add_error(fixture->engine, PULLED, 401, "denied");
    cdd_mock_engine_add_answer(fixture->engine, PULLED, 200, NULL);
    cdd_mock_engine_add_image(fixture->engine, "image", "amd64");
    for (gsize i = 0; i < G_N_ELEMENTS(done); i++)
        cdd_image_cache_get_or_pull_async(cache, "image", NULL, NULL, NULL, await_ready, &done[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(done); i++) {
        g_autoptr(GAsyncResult) result = await(&done[i]);
        g_autoptr(GError) error = NULL;

        g_assert_null(cdd_image_cache_get_or_pull_finish(cache, result, &error));
        g_assert_error(error, CDD_ERROR, CDD_ERROR_UNAUTHORIZED);
    }
    g_assert_true(get(cache, "image", NULL, NULL));
}

static void
test_each_policy_pulls_when_it_says(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddImageCache) never = cache_new(fixture, CDD_PULL_NEVER);
    g_autoptr(CddImageCache) missing = cache_new(fixture, CDD_PULL_MISSING);
    g_autoptr(CddImageCache) always = cache_new(fixture, CDD_PULL_ALWAYS);
    g_autoptr(GError) error = NULL;

    add_absent(fixture, "absent");
    g_assert_false(get(never, "absent", NULL, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_IMAGE_NOT_FOUND);
    cdd_mock_engine_add_image(fixture->engine, "image", "amd64");
    cdd_mock_engine_add_pull(fixture->engine, "image", NULL, NULL);
    g_assert_true(get(never, "image", NULL, NULL));
    g_assert_true(get(missing, "image", NULL, NULL));
    g_assert_cmpuint(count_calls(fixture, PULLED), ==, 0);
    g_assert_true(get(always, "image", NULL, NULL));
    g_assert_cmpuint(count_calls(fixture, PULLED), ==, 1);
}

/* Somebody tagged the image like this; no registry has it. */
static void
test_an_id_is_never_pulled(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char id[] =
        "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    g_autoptr(CddImageCache) cache = cache_new(fixture, CDD_PULL_ALWAYS);

    cdd_mock_engine_add_image(fixture->engine, id, "amd64");
    g_assert_true(get(cache, id, NULL, NULL));
    g_assert_cmpuint(count_calls(fixture, PULLED), ==, 0);
}

static void
test_an_image_of_another_platform_is_pulled_once(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddImageCache) cache = cache_new(fixture, CDD_PULL_MISSING);
    g_autoptr(GError) error = NULL;

    cdd_mock_engine_add_image(fixture->engine, "image", "amd64");
    cdd_mock_engine_add_answer(
        fixture->engine, "GET", "/images/image/json", 200,
        "{\"Id\":\"b\",\"Os\":\"linux\",\"Architecture\":\"arm\",\"Variant\":\"v7\"}");
    cdd_mock_engine_add_pull(fixture->engine, "image", NULL, NULL);
    g_assert_true(get(cache, "image", "linux/arm/v7", NULL));
    g_assert_cmpuint(count_calls(fixture, PULLED), ==, 1);
    g_assert_false(get(cache, "image", "linux/s390x", &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE);
    g_assert_nonnull(strstr(error->message, "linux/arm, not for linux/s390x"));
}

#define MORE_THAN_ARE_KEPT 65

static void
test_what_is_remembered_is_bounded(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddImageCache) cache = cache_new(fixture, CDD_PULL_MISSING);

    cdd_mock_engine_add_image(fixture->engine, "*", "amd64");
    for (int i = 0; i < MORE_THAN_ARE_KEPT; i++) {
        g_autofree char *name = g_strdup_printf("image-%d", i);

        g_assert_true(get(cache, name, NULL, NULL));
        /* The first image is used all the time, so the second one is dropped. */
        g_assert_true(get(cache, "image-0", NULL, NULL));
    }
    g_assert_cmpuint(count_calls(fixture, INSPECTED), ==, MORE_THAN_ARE_KEPT);
    g_assert_true(get(cache, "image-0", NULL, NULL));
    g_assert_cmpuint(count_calls(fixture, INSPECTED), ==, MORE_THAN_ARE_KEPT);
    g_assert_true(get(cache, "image-1", NULL, NULL));
    g_assert_cmpuint(count_calls(fixture, INSPECTED), ==, MORE_THAN_ARE_KEPT + 1);
}

#define CACHE_TEST(path, func) g_test_add(path, Fixture, NULL, set_up, func, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    CACHE_TEST("/image-cache/callers-of-one-image-share-a-pull",
               test_callers_of_one_image_share_a_pull);
    CACHE_TEST("/image-cache/one-who-leaves-does-not-take-the-pull-along",
               test_one_who_leaves_does_not_take_the_pull_along);
    CACHE_TEST("/image-cache/when-all-have-left-the-next-begins-anew",
               test_when_all_have_left_the_next_begins_anew);
    CACHE_TEST("/image-cache/a-failure-is-everybodys-and-not-remembered",
               test_a_failure_is_everybodys_and_not_remembered);
    CACHE_TEST("/image-cache/each-policy-pulls-when-it-says", test_each_policy_pulls_when_it_says);
    CACHE_TEST("/image-cache/an-id-is-never-pulled", test_an_id_is_never_pulled);
    CACHE_TEST("/image-cache/an-image-of-another-platform-is-pulled-once",
               test_an_image_of_another_platform_is_pulled_once);
    CACHE_TEST("/image-cache/what-is-remembered-is-bounded", test_what_is_remembered_is_bounded);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Tests images without a registry: import, tag, list, save, load, remove, prune. */
#include "engine-test.h"

#include <string.h>

#define NAME "cdd-test/imported:1"
#define OTHER_NAME "cdd-test/imported:other"

/* Returns an archive of one directory, as the engine packs it. */
static GBytes *
pack_something(EngineTest *test)
{
    g_autofree char *id =
        begin_container(test, "mkdir /packed; echo inside >/packed/file; sleep 60");
    g_autoptr(GOutputStream) archive = g_memory_output_stream_new_resizable();
    g_autoptr(GAsyncResult) done = NULL;
    GError *error = NULL;

    while (exec_shell(test, id, "test -s /packed/file", NULL) != 0)
        g_usleep(20000);
    cdd_service_get_archive_async(test->service, id, "/packed", archive, NULL, await_ready, &done);
    cdd_service_get_archive_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
    end_container(test, id);
    g_output_stream_close(archive, NULL, NULL);
    return g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(archive));
}

static char *
import(EngineTest *test, GBytes *archive, const CddImportOptions *options, GError **error)
{
    g_autoptr(GInputStream) input = g_memory_input_stream_new_from_bytes(archive);
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_import_image_async(test->service, input, options, NULL, NULL, await_ready, &done);
    return cdd_service_import_image_finish(test->service, await(&done), error);
}

static CddImageInfo *
inspect(EngineTest *test, const char *image, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_inspect_image_async(test->service, image, NULL, await_ready, &done);
    return cdd_service_inspect_image_finish(test->service, await(&done), error);
}

static CddRemovedImages *
remove_image(EngineTest *test, const char *image, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_remove_image_async(test->service, image, FALSE, NULL, await_ready, &done);
    return cdd_service_remove_image_finish(test->service, await(&done), error);
}

static GPtrArray *
list(EngineTest *test, const char *filter)
{
    g_autoptr(GAsyncResult) done = NULL;
    GError *error = NULL;
    GPtrArray *images;

    cdd_service_list_images_async(test->service, FALSE, (const char *const[]){filter, NULL}, NULL,
                                  await_ready, &done);
    images = cdd_service_list_images_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
    return images;
}

static gboolean
has_name(const char *const *names, const char *name)
{
    for (; *names != NULL; names++) {
        /* Podman adds a registry to the names. */
        if (g_str_has_suffix(*names, name))
            return TRUE;
    }
    return FALSE;
}

static void
test_an_archive_becomes_an_image(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    CddImportOptions options = {
        .reference = NAME,
        .message = "made by a test",
        .changes = (const char *const[]){"ENV MADE=here", "LABEL cdd.test=images", NULL}};
    g_autoptr(GBytes) archive = pack_something(test);
    g_autoptr(GError) error = NULL;
    g_autoptr(CddImageInfo) info = NULL;
    g_autoptr(CddImageInfo) gone = NULL;
    g_autoptr(GPtrArray) images = NULL;
    g_autoptr(GAsyncResult) tagged = NULL;
    g_autoptr(CddRemovedImages) untagged = NULL;
    g_autoptr(CddRemovedImages) deleted = NULL;
    g_autofree char *id = import(test, archive, &options, &error);
    const CddImageSummary *summary;

    g_assert_no_error(error);
    info = inspect(test, NAME, &error);
    g_assert_no_error(error);
    g_assert_nonnull(strstr(info->id, strchr(id, ':') == NULL ? id : strchr(id, ':') + 1));
    g_assert_true(g_strv_contains((const char *const *)info->environment, "MADE=here"));
    g_assert_cmpstr(info->os, ==, "linux");
    g_assert_cmpuint(info->size, >, 0);

    cdd_service_tag_image_async(test->service, id, OTHER_NAME, NULL, await_ready, &tagged);
    cdd_service_tag_image_finish(test->service, await(&tagged), &error);
    g_assert_no_error(error);
    images = list(test, "label=cdd.test=images");
    g_assert_cmpuint(images->len, ==, 1);
    summary = images->pdata[0];
    g_assert_cmpstr(summary->id, ==, info->id);
    g_assert_true(has_name((const char *const *)summary->references, NAME));
    g_assert_true(has_name((const char *const *)summary->references, OTHER_NAME));
    g_assert_true(g_strv_contains((const char *const *)summary->labels, "cdd.test=images"));
    g_assert_cmpint(summary->created_at, >, 0);

    untagged = remove_image(test, OTHER_NAME, &error);
    g_assert_no_error(error);
    g_assert_true(has_name((const char *const *)untagged->untagged, OTHER_NAME));
    g_assert_cmpuint(g_strv_length(untagged->deleted), ==, 0);
    deleted = remove_image(test, NAME, &error);
    g_assert_no_error(error);
    g_assert_true(has_name((const char *const *)deleted->deleted, strrchr(info->id, ':') + 1));
    gone = inspect(test, NAME, &error);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_IMAGE_NOT_FOUND);
}

static GBytes *
save(EngineTest *test, const char *image)
{
    g_autoptr(GOutputStream) archive = g_memory_output_stream_new_resizable();
    g_autoptr(GAsyncResult) done = NULL;
    GError *error = NULL;

    cdd_service_save_images_async(test->service, (const char *const[]){image, NULL}, archive, NULL,
                                  await_ready, &done);
    cdd_service_save_images_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
    g_output_stream_close(archive, NULL, NULL);
    return g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(archive));
}

static char **
load(EngineTest *test, GBytes *archive, GError **error)
{
    g_autoptr(GInputStream) input = g_memory_input_stream_new_from_bytes(archive);
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_load_images_async(test->service, input, NULL, NULL, await_ready, &done);
    return cdd_service_load_images_finish(test->service, await(&done), error);
}

static void
test_a_saved_image_can_be_loaded(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    CddImportOptions options = {.reference = NAME};
    g_autoptr(GBytes) packed = pack_something(test);
    g_autoptr(GError) error = NULL;
    g_autofree char *id = import(test, packed, &options, &error);
    g_autoptr(GBytes) archive = NULL;
    g_autoptr(CddRemovedImages) first = NULL;
    g_autoptr(CddRemovedImages) second = NULL;
    g_autoptr(CddImageInfo) info = NULL;
    g_auto(GStrv) names = NULL;

    g_assert_no_error(error);
    g_assert_nonnull(id);
    archive = save(test, NAME);
    first = remove_image(test, NAME, &error);
    g_assert_no_error(error);
    names = load(test, archive, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(g_strv_length(names), ==, 1);
    g_assert_true(g_str_has_suffix(names[0], NAME));
    info = inspect(test, NAME, &error);
    g_assert_no_error(error);
    second = remove_image(test, NAME, &error);
    g_assert_no_error(error);
}

static void
test_what_cannot_be_done_says_why(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GBytes) garbage = g_bytes_new_static("this is no archive", 18);
    CddImportOptions digest = {
        .reference = "image@sha256:"
                     "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"};
    g_autoptr(GError) not_loaded = NULL;
    g_autoptr(GError) no_name = NULL;
    g_autoptr(GError) not_there = NULL;
    g_autoptr(GError) not_tagged = NULL;
    g_autoptr(GAsyncResult) tagged = NULL;

    g_assert_null(load(test, garbage, &not_loaded));
    g_test_message("%s", not_loaded->message);
    g_assert_true(not_loaded->domain == CDD_ERROR);
    g_assert_null(import(test, garbage, &digest, &no_name));
    g_assert_error(no_name, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_assert_null(remove_image(test, "cdd-test/no-such:1", &not_there));
    g_assert_error(not_there, CDD_ERROR, CDD_ERROR_IMAGE_NOT_FOUND);
    g_assert_nonnull(strstr(not_there->message, "cdd-test/no-such"));
    cdd_service_tag_image_async(test->service, test->image, "No Name", NULL, await_ready, &tagged);
    g_assert_false(cdd_service_tag_image_finish(test->service, await(&tagged), &not_tagged));
    g_assert_error(not_tagged, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
}

static void
test_an_image_in_use_is_not_removed(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *id = begin_container(test, "sleep 60");
    g_autoptr(CddRemovedImages) removed = NULL;
    g_autoptr(CddContainerInfo) info = NULL;
    g_autoptr(GAsyncResult) inspected = NULL;
    g_autoptr(GError) error = NULL;

    cdd_service_inspect_container_async(test->service, id, NULL, await_ready, &inspected);
    info = cdd_service_inspect_container_finish(test->service, await(&inspected), &error);
    g_assert_no_error(error);
    removed = remove_image(test, info->image_id, &error);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_CONFLICT);
    end_container(test, id);
}

static void
test_only_what_the_filter_matches_is_pruned(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    CddImportOptions nameless = {.changes = (const char *const[]){"LABEL cdd.test=prune", NULL}};
    g_autoptr(GBytes) archive = pack_something(test);
    g_autoptr(GError) error = NULL;
    g_autofree char *id = import(test, archive, &nameless, &error);
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddRemovedImages) removed = NULL;
    g_autoptr(CddImageInfo) kept = NULL;

    g_assert_no_error(error);
    cdd_service_prune_images_async(test->service,
                                   (const char *const[]){"label=cdd.test=prune", NULL}, NULL,
                                   await_ready, &done);
    removed = cdd_service_prune_images_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
    g_assert_true(has_name((const char *const *)removed->deleted,
                           strchr(id, ':') == NULL ? id : strchr(id, ':') + 1));
    kept = inspect(test, test->image, &error);
    g_assert_no_error(error);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ENGINE_TEST("/images/an-archive-becomes-an-image", test_an_archive_becomes_an_image);
    ENGINE_TEST("/images/a-saved-image-can-be-loaded", test_a_saved_image_can_be_loaded);
    ENGINE_TEST("/images/what-cannot-be-done-says-why", test_what_cannot_be_done_says_why);
    ENGINE_TEST("/images/an-image-in-use-is-not-removed", test_an_image_in_use_is_not_removed);
    ENGINE_TEST("/images/only-what-the-filter-matches-is-pruned",
                test_only_what_the_filter_matches_is_pruned);
    return g_test_run();
}

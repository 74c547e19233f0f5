/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests images of another architecture. CDD_TEST_FOREIGN_ARCHIVE is an image of a static arm64
 * busybox; CDD_TEST_UNKNOWN_ARCHIVE is for an architecture that nothing emulates.
 */
#include "engine-test.h"

#include <string.h>

static char *
load(EngineTest *test, const char *variable)
{
    g_autoptr(GFile) file = g_file_new_for_path(g_getenv(variable));
    GError *error = NULL;
    g_autoptr(GInputStream) archive = G_INPUT_STREAM(g_file_read(file, NULL, &error));
    g_autoptr(GAsyncResult) done = NULL;
    g_auto(GStrv) names = NULL;

    g_assert_no_error(error);
    cdd_service_load_images_async(test->service, archive, NULL, NULL, await_ready, &done);
    names = cdd_service_load_images_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
    g_assert_cmpuint(g_strv_length(names), ==, 1);
    return g_strdup(names[0]);
}

static void
unload(EngineTest *test, const char *image)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddRemovedImages) removed = NULL;
    GError *error = NULL;

    cdd_service_remove_image_async(test->service, image, TRUE, NULL, await_ready, &done);
    removed = cdd_service_remove_image_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
}

static CddArchitectureInfo *
check(EngineTest *test, const char *image)
{
    g_autoptr(GAsyncResult) done = NULL;
    CddArchitectureInfo *info;
    GError *error = NULL;

    cdd_check_architecture_compatibility_async(test->service, image, NULL, await_ready, &done);
    info = cdd_check_architecture_compatibility_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
    return info;
}

static void
test_the_image_of_the_tests_is_native(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddArchitectureInfo) info = check(test, test->image);

    g_assert_cmpstr(info->host_arch, ==, info->image_arch);
    g_assert_true(info->compatible);
    g_assert_true(cdd_architecture_info_check(info, NULL));
}

static void
test_an_arm64_container_runs_on_another_machine(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    CddContainerSpec spec = {.command =
                                 (const char *const[]){"sh", "-c", "uname -m; exit 7", NULL}};
    g_autofree char *image = NULL;
    g_autoptr(CddArchitectureInfo) info = NULL;
    g_autofree char *warning = NULL;
    g_auto(Output) output = {NULL};
    CddOutputHandler handler;
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddContainerResult) result = NULL;
    GError *error = NULL;

    if (g_getenv("CDD_TEST_FOREIGN_ARCHIVE") == NULL) {
        g_test_skip("no arm64 image: CDD_TEST_FOREIGN_ARCHIVE");
        return;
    }
    spec.image = image = load(test, "CDD_TEST_FOREIGN_ARCHIVE");
    info = check(test, image);
    g_assert_cmpstr(info->image_arch, ==, "arm64");
    if (!info->compatible && info->emulator == NULL) {
        g_assert_false(cdd_architecture_info_check(info, &error));
        g_test_skip(error->message);
        g_error_free(error);
        unload(test, image);
        return;
    }
    if (!info->compatible) {
        g_assert_cmpstr(info->emulator, ==, "qemu-aarch64");
        warning = cdd_architecture_info_performance_warning(info);
        g_assert_nonnull(strstr(warning, "Running arm64 container on"));
        g_assert_cmpint(info->emulator_state, ==, CDD_EMULATOR_USABLE);
    }
    output_init(&output);
    handler = output_handler(&output);
    cdd_service_run_container_async(test->service, &spec, &handler, NULL, await_ready, &done);
    result = cdd_service_run_container_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
    g_assert_cmpint(result->exit_code, ==, 7);
    g_assert_cmpstr(output.out->str, ==, "aarch64\n");
    unload(test, image);
}

static void
test_what_nothing_emulates_says_what_to_install(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *image = NULL;
    g_autoptr(CddArchitectureInfo) info = NULL;
    g_autoptr(GError) error = NULL;

    if (g_getenv("CDD_TEST_UNKNOWN_ARCHIVE") == NULL) {
        g_test_skip("no image of an unknown architecture: CDD_TEST_UNKNOWN_ARCHIVE");
        return;
    }
    image = load(test, "CDD_TEST_UNKNOWN_ARCHIVE");
    info = check(test, image);
    g_assert_false(info->compatible);
    g_assert_null(info->emulator);
    g_assert_false(cdd_architecture_info_check(info, &error));
    g_test_message("%s", error->message);
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE);
    g_assert_nonnull(strstr(error->message, "the image is for vax"));
    g_assert_nonnull(strstr(error->message, "qemu-user-static"));
    unload(test, image);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ENGINE_TEST("/architecture/the-image-of-the-tests-is-native",
                test_the_image_of_the_tests_is_native);
    ENGINE_TEST("/architecture/an-arm64-container-runs-on-another-machine",
                test_an_arm64_container_runs_on_another_machine);
    ENGINE_TEST("/architecture/what-nothing-emulates-says-what-to-install",
                test_what_nothing_emulates_says_what_to_install);
    return g_test_run();
}

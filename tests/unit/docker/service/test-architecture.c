/* SPDX-License-Identifier: Apache-2.0 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>

static void
test_every_world_names_the_same_architecture(void)
{
    static const char *const same[][2] = {
        {"x86_64", "amd64"},    {"AMD64", "amd64"}, {"aarch64", "arm64"}, {"arm64", "arm64"},
        {"armhf", "arm"},       {"armv7l", "arm"},  {"i686", "386"},      {"ppc64el", "ppc64le"},
        {"riscv64", "riscv64"}, {"vax", "vax"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(same); i++)
        g_assert_cmpstr(cdd_architecture_normalize(same[i][0]), ==, same[i][1]);
}

static void
test_a_native_image_needs_nothing(void)
{
    CddArchitectureInfo info = {
        .host_arch = (char *)"amd64", .image_arch = (char *)"amd64", .compatible = TRUE};

    g_assert_false(cdd_architecture_info_requires_emulation(&info));
    g_assert_null(cdd_architecture_info_performance_warning(&info));
    g_assert_true(cdd_architecture_info_check(&info, NULL));
}

static void
test_an_emulated_image_is_warned_of(void)
{
    CddArchitectureInfo info = {.host_arch = (char *)"amd64",
                                .image_arch = (char *)"arm64",
                                .emulator = (char *)"qemu-aarch64"};
    g_autofree char *warning = cdd_architecture_info_performance_warning(&info);

    g_assert_true(cdd_architecture_info_requires_emulation(&info));
    g_assert_cmpstr(warning, ==,
                    "Running arm64 container on amd64 host may be slower due to emulation");
    g_assert_true(cdd_architecture_info_check(&info, NULL));
}

static void
test_without_a_handler_the_error_says_what_to_install(void)
{
    CddArchitectureInfo info = {.host_arch = (char *)"amd64", .image_arch = (char *)"arm64"};
    g_autoptr(GError) error = NULL;

    g_assert_false(cdd_architecture_info_check(&info, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE);
    g_assert_nonnull(strstr(error->message, "qemu-aarch64"));
    g_assert_nonnull(strstr(error->message, "qemu-user-static"));
}

static void
test_nothing_is_known_of_a_remote_machine(void)
{
    CddArchitectureInfo info = {
        .host_arch = (char *)"amd64", .image_arch = (char *)"arm64", .engine_is_remote = TRUE};
    g_autofree char *warning = cdd_architecture_info_performance_warning(&info);

    g_assert_true(cdd_architecture_info_check(&info, NULL));
    g_assert_nonnull(warning);
}

static void
test_two_architectures_are_compared_without_an_image(void)
{
    g_autoptr(CddArchitectureInfo) same = cdd_architecture_info_new("x86_64", "amd64", FALSE);
    g_autoptr(CddArchitectureInfo) older = cdd_architecture_info_new("arm64", "armhf", FALSE);
    g_autoptr(CddArchitectureInfo) unknown = cdd_architecture_info_new("amd64", "vax", FALSE);
    g_autoptr(CddArchitectureInfo) remote = cdd_architecture_info_new("amd64", "vax", TRUE);
    g_autoptr(GError) error = NULL;

    g_assert_true(same->compatible);
    g_assert_true(older->compatible);
    g_assert_cmpstr(older->image_arch, ==, "arm");
    g_assert_false(cdd_architecture_info_check(unknown, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE);
    g_assert_true(cdd_architecture_info_check(remote, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/architecture/every-world-names-the-same-architecture",
                    test_every_world_names_the_same_architecture);
    g_test_add_func("/architecture/a-native-image-needs-nothing",
                    test_a_native_image_needs_nothing);
    g_test_add_func("/architecture/an-emulated-image-is-warned-of",
                    test_an_emulated_image_is_warned_of);
    g_test_add_func("/architecture/without-a-handler-the-error-says-what-to-install",
                    test_without_a_handler_the_error_says_what_to_install);
    g_test_add_func("/architecture/nothing-is-known-of-a-remote-machine",
                    test_nothing_is_known_of_a_remote_machine);
    g_test_add_func("/architecture/two-are-compared-without-an-image",
                    test_two_architectures_are_compared_without_an_image);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "service/emulator.h"
#include "tree.h"

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

/* A handler of arm64 as the kernel lists it; its program is the file @program of the tree. */
static CddArchitectureInfo *
look_up(const Tree *tree, const char *state, const char *program, const char *flags)
{
    g_autofree char *path = tree_path(tree, program);
    g_autofree char *entry =
        g_strdup_printf("%s\ninterpreter %s\nflags: %s\noffset 0\nmagic 7f\n", state, path, flags);
    g_autofree char *written = tree_write(tree, "binfmt/qemu-aarch64", entry);
    g_autofree char *directory = g_path_get_dirname(written);

    return cdd_architecture_info_new_in(directory, "amd64", "arm64", FALSE);
}

static void
assert_refused(const CddArchitectureInfo *info, CddEmulatorState state, const char *advice)
{
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(info->emulator_state, ==, state);
    g_assert_null(info->emulator);
    g_assert_false(cdd_architecture_info_check(info, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INCOMPATIBLE);
    if (strstr(error->message, advice) == NULL)
        g_assert_cmpstr(error->message, ==, advice);
}

static void
test_each_fault_of_a_handler_has_its_cure(Tree *tree, gconstpointer data)
{
    g_autofree char *empty = tree_path(tree, "");
    g_autoptr(CddArchitectureInfo) missing =
        cdd_architecture_info_new_in(empty, "amd64", "arm64", FALSE);
    g_autoptr(CddArchitectureInfo) remote =
        cdd_architecture_info_new_in(empty, "amd64", "arm64", TRUE);
    g_autoptr(CddArchitectureInfo) disabled = NULL;
    g_autoptr(CddArchitectureInfo) without_f = NULL;
    g_autoptr(CddArchitectureInfo) usable = NULL;
    g_autoptr(CddArchitectureInfo) all_disabled = NULL;
    g_autofree char *status = NULL;

    tree_run(tree, "mkdir -p binfmt");
    disabled = look_up(tree, "disabled", "qemu", "PF");
    without_f = look_up(tree, "enabled", "qemu", "OCP");
    usable = look_up(tree, "enabled", "qemu", "POCF");
    status = tree_write(tree, "binfmt/status", "disabled\n");
    all_disabled = look_up(tree, "enabled", "qemu", "POCF");

    assert_refused(missing, CDD_EMULATOR_MISSING, "apt-get install qemu-user-static");
    assert_refused(disabled, CDD_EMULATOR_DISABLED, "/proc/sys/fs/binfmt_misc/qemu-aarch64");
    assert_refused(all_disabled, CDD_EMULATOR_DISABLED, "tee /proc/sys/fs/binfmt_misc/status");
    assert_refused(without_f, CDD_EMULATOR_NOT_FIXED, "qemu-aarch64 lacks the flag F");
    g_assert_cmpint(usable->emulator_state, ==, CDD_EMULATOR_USABLE);
    g_assert_cmpstr(usable->emulator, ==, "qemu-aarch64");
    g_assert_true(cdd_architecture_info_check(usable, NULL));
    g_assert_true(cdd_architecture_info_check(remote, NULL));
}

static void
test_an_old_emulator_is_warned_of(Tree *tree, gconstpointer data)
{
    static const struct {
        const char *program;
        const char *version;
        gboolean is_old;
    } cases[] = {
        {"ELF..qemu-aarch64 version 7.2.22 (Debian 1:7.2+dfsg)\n", "7.2.22", TRUE},
        {"qemu-aarch64 version 8.0.5\n", "8.0.5", TRUE},
        {"qemu-aarch64 version 8.1.0\n", "8.1.0", FALSE},
        {"qemu-aarch64 version 10.0", "10.0", FALSE},
        {"qemu-aarch64 version 9", "9", FALSE},
        {"qemu-aarch64 version ", NULL, FALSE},
        {"qemu-aarch64 version x", NULL, FALSE},
        {"qemu-arm version 7.2.22\n", NULL, FALSE},
        {"", NULL, FALSE},
        {NULL, NULL, FALSE},
    };

    tree_run(tree, "mkdir -p binfmt");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *written =
            cases[i].program != NULL ? tree_write(tree, "qemu", cases[i].program) : NULL;
        g_autoptr(CddArchitectureInfo) info =
            look_up(tree, "enabled", written != NULL ? "qemu" : "missing", "F");
        g_autofree char *warning = cdd_architecture_info_emulator_warning(info);
        g_autoptr(CddArchitectureInfo) copy = cdd_architecture_info_copy(info);

        g_assert_cmpstr(copy->emulator_version, ==, cases[i].version);
        g_assert_cmpint(warning != NULL, ==, cases[i].is_old);
        g_assert_true(warning == NULL || strstr(warning, cases[i].version) != NULL);
    }
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
    TREE_TEST("/architecture/each-fault-of-a-handler-has-its-cure",
              test_each_fault_of_a_handler_has_its_cure);
    TREE_TEST("/architecture/an-old-emulator-is-warned-of", test_an_old_emulator_is_warned_of);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "value/platform.h"

#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

static void
test_platforms_are_normalised_as_docker_does(void)
{
    static const struct {
        const char *text;
        const char *normal;
    } good[] = {
        {"linux/amd64", "linux/amd64"},
        {"linux/arm64", "linux/arm64"},
        {"linux/arm64/v8", "linux/arm64/v8"},
        {"linux/arm64/8", "linux/arm64/v8"},
        {"linux/arm", "linux/arm"},
        {"linux/arm/v6", "linux/arm/v6"},
        {"linux/arm/v7", "linux/arm/v7"},
        {"linux/arm/7", "linux/arm/v7"},
        {"linux/arm/5", "linux/arm/v5"},
        {"linux/armhf", "linux/arm"},
        {"linux/armel", "linux/arm/v6"},
        {"linux/s390x", "linux/s390x"},
        {"linux/amd64/v1", "linux/amd64"},
        {"linux/amd64/v2", "linux/amd64/v2"},
        {"linux/amd64/V2", "linux/amd64/v2"},
        {"Linux/x86_64", "linux/amd64"},
        {"linux/x86-64", "linux/amd64"},
        {"linux/i386", "linux/386"},
        {"linux/Aarch64", "linux/arm64"},
        {"linux/unheard-of_1.0", "linux/unheard-of_1.0"},
        {"arm", "linux/arm"},
        {"armel", "linux/arm/v6"},
        {"armhf", "linux/arm"},
        {"Aarch64", "linux/arm64"},
        {"x86_64", "linux/amd64"},
        {"i386", "linux/386"},
        {"s390x", "linux/s390x"},
        {"riscv64", "linux/riscv64"},
        {"linux", "linux"},
        {"macOS", "darwin"},
        {"windows", "windows"},
        {"windows(10.0.17763)", "windows(10.0.17763)"},
        {"windows(10.0.17763)/amd64", "windows(10.0.17763)/amd64"},
        {"windows()/amd64", "windows()/amd64"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autofree char *normal = NULL;
        g_autofree char *again = NULL;
        GError *error = NULL;

        g_test_message("%s", good[i].text);
        g_assert_true(cdd_platform_normalize(good[i].text, &normal, &error));
        g_assert_no_error(error);
        g_assert_cmpstr(normal, ==, good[i].normal);
        g_assert_true(cdd_platform_normalize(normal, &again, &error));
        g_assert_cmpstr(again, ==, normal);
    }
}

/* What Format(Parse()) of containerd/platforms prints for each of them. */
static void
test_a_variant_after_another_name_is_kept_as_docker_does(void)
{
    static const struct {
        const char *text;
        const char *normal;
    } good[] = {
        {"linux/x86_64/v1", "linux/amd64"},     {"linux/x86_64/v3", "linux/amd64/v3"},
        {"linux/X86-64/V3", "linux/amd64/v3"},  {"linux/amd64/1", "linux/amd64/1"},
        {"linux/aarch64/8", "linux/arm64/v8"},  {"linux/aarch64/v8", "linux/arm64/v8"},
        {"linux/aarch64/v9", "linux/arm64/v9"}, {"linux/aarch64/9", "linux/arm64/9"},
        {"linux/arm64/7", "linux/arm64/7"},     {"linux/arm/8", "linux/arm/v8"},
        {"linux/arm/4", "linux/arm/4"},         {"linux/armhf/v6", "linux/arm/v7"},
        {"linux/armel/v7", "linux/arm/v6"},     {"linux/386/sse2", "linux/386/sse2"},
        {"linux/i386/sse2", "linux/386"},       {"linux/riscv64/rva22", "linux/riscv64/rva22"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autofree char *normal = NULL;
        GError *error = NULL;

        g_test_message("%s", good[i].text);
        g_assert_true(cdd_platform_normalize(good[i].text, &normal, &error));
        g_assert_no_error(error);
        g_assert_cmpstr(normal, ==, good[i].normal);
    }
}

static void
test_what_is_no_platform_is_refused(void)
{
    static const struct {
        const char *text;
        const char *reason;
    } bad[] = {
        {"", "it is empty"},
        {"/", "one of its parts is empty"},
        {"//", "one of its parts is empty"},
        {"linux//v7", "one of its parts is empty"},
        {"/arm64", "one of its parts is empty"},
        {"/linux/arm", "one of its parts is empty"},
        {"linux/", "one of its parts is empty"},
        {"linux/arm/", "one of its parts is empty"},
        {"linux/arm/v7/", "it has more than three parts"},
        {"linux/arm/v7/x", "it has more than three parts"},
        {"linux/arm/foo/bar", "it has more than three parts"},
        {"linux /arm", "it has a character that no platform has"},
        {"linux/&arm", "it has a character that no platform has"},
        {"linux/*", "it has a character that no platform has"},
        {"*", "it has a character that no platform has"},
        {"linux/arm64,linux/amd64", "it has a character that no platform has"},
        {"linux/arm\n", "it has a character that no platform has"},
        {"linux/\xC3\xA4", "it has a character that no platform has"},
        {"linux/\xFF", "it has a character that no platform has"},
        {"linux/arm(7)", "it has a character that no platform has"},
        {"windows(10/amd64", "it has a character that no platform has"},
        {"windows(10)x/amd64", "it has a character that no platform has"},
        {"win.dows/amd64", "it has a character that no platform has"},
        {"(10)/amd64", "it has a character that no platform has"},
        {"jazzy", "it is the name of no operating system and of no architecture"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *normal = NULL;
        g_autoptr(GError) error = NULL;

        g_assert_false(cdd_platform_normalize(bad[i].text, &normal, &error));
        g_assert_null(normal);
        g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
        g_test_message("%s", error->message);
        g_assert_nonnull(strstr(error->message, bad[i].reason));
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
    }
}

static void
test_none_stays_none(void)
{
    char *normal = NULL;

    g_assert_true(cdd_platform_normalize(NULL, &normal, NULL));
    g_assert_null(normal);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/platform/platforms-are-normalised-as-docker-does",
                    test_platforms_are_normalised_as_docker_does);
    g_test_add_func("/platform/a-variant-after-another-name-is-kept-as-docker-does",
                    test_a_variant_after_another_name_is_kept_as_docker_does);
    g_test_add_func("/platform/what-is-no-platform-is-refused",
                    test_what_is_no_platform_is_refused);
    g_test_add_func("/platform/none-stays-none", test_none_stays_none);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>

#define DIGEST "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void
test_names_are_taken_apart_as_docker_does(void)
{
    static const struct {
        const char *text;
        const char *whole;
        const char *familiar;
    } good[] = {
        {"debian", "docker.io/library/debian", "debian"},
        {"debian:bookworm", "docker.io/library/debian:bookworm", "debian:bookworm"},
        {"library/debian", "docker.io/library/debian", "debian"},
        {"docker.io/debian", "docker.io/library/debian", "debian"},
        {"index.docker.io/debian", "docker.io/library/debian", "debian"},
        {"user/image", "docker.io/user/image", "user/image"},
        {"library/a/b", "docker.io/library/a/b", "library/a/b"},
        {"docker.io/a.b/c", "docker.io/a.b/c", "docker.io/a.b/c"},
        {"localhost/a", "localhost/a", "localhost/a"},
        {"localhost:5000/a:1", "localhost:5000/a:1", "localhost:5000/a:1"},
        {"127.0.0.1:5000/a/b:1", "127.0.0.1:5000/a/b:1", "127.0.0.1:5000/a/b:1"},
        {"[::1]:5000/a", "[::1]:5000/a", "[::1]:5000/a"},
        {"Host/a", "Host/a", "Host/a"},
        {"registry.example.com/a_b/c__d/e---f/g.h", "registry.example.com/a_b/c__d/e---f/g.h",
         "registry.example.com/a_b/c__d/e---f/g.h"},
        {"debian@" DIGEST, "docker.io/library/debian@" DIGEST, "debian@" DIGEST},
        {"a:t@" DIGEST, "docker.io/library/a:t@" DIGEST, "a:t@" DIGEST},
        {"a0b4f1b45057", "docker.io/library/a0b4f1b45057", "a0b4f1b45057"},
        {"a:_.T-1", "docker.io/library/a:_.T-1", "a:_.T-1"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        GError *error = NULL;
        g_autoptr(CddImageReference) reference = cdd_image_reference_parse(good[i].text, &error);
        g_autofree char *whole = NULL;
        g_autofree char *familiar = NULL;

        g_assert_no_error(error);
        whole = cdd_image_reference_to_string(reference);
        familiar = cdd_image_reference_to_familiar_string(reference);
        g_assert_cmpstr(whole, ==, good[i].whole);
        g_assert_cmpstr(familiar, ==, good[i].familiar);
    }
}

static void
test_what_is_no_name_is_refused(void)
{
    g_autofree char *long_tag = g_strnfill(130, 't');
    g_autofree char *long_tagged = g_strconcat("a:", long_tag, NULL);
    g_autofree char *long_path = g_strnfill(256, 'p');
    const char *const bad[] = {
        "",
        "Debian",
        "Not An Image!",
        "a b",
        "/a",
        "a/",
        "a//b",
        "a..b",
        "a___b",
        "-a",
        "a-",
        "a:",
        "a:-t",
        "a:.t",
        "a:t:u",
        "a@sha256:short",
        "a@nonsense",
        "a@sha256:0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
        "host:port/a",
        "ho_st.com/a",
        "-host.com/a",
        "[::1/a",
        "https://host/a",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "\xff",
        long_tagged,
        long_path,
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(cdd_image_reference_parse(bad[i], &error));
        g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
    }
}

static void
test_capital_letters_are_named_as_the_fault(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(cdd_image_reference_parse("user/Image", &error));
    g_assert_nonnull(strstr(error->message, "must be in lower case"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/image-reference/names-are-taken-apart-as-docker-does",
                    test_names_are_taken_apart_as_docker_does);
    g_test_add_func("/image-reference/what-is-no-name-is-refused", test_what_is_no_name_is_refused);
    g_test_add_func("/image-reference/capital-letters-are-named-as-the-fault",
                    test_capital_letters_are_named_as_the_fault);
    return g_test_run();
}

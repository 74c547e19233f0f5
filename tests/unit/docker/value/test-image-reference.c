/* SPDX-License-Identifier: Apache-2.0 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>

#define HEX_32 "0123456789abcdef0123456789abcdef"
#define HEX_64 HEX_32 HEX_32
#define DIGEST "sha256:" HEX_64

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
        {"a@sha384:" HEX_64 HEX_32, "docker.io/library/a@sha384:" HEX_64 HEX_32,
         "a@sha384:" HEX_64 HEX_32},
        {"a@sha512:" HEX_64 HEX_64, "docker.io/library/a@sha512:" HEX_64 HEX_64,
         "a@sha512:" HEX_64 HEX_64},
        {"docker.io/" HEX_64, "docker.io/library/" HEX_64, HEX_64},
        {"192.168.0.1:80", "docker.io/library/192.168.0.1:80", "192.168.0.1:80"},
        {"test.com:5000", "docker.io/library/test.com:5000", "test.com:5000"},
        {"foo/foo_bar.com:8080", "docker.io/foo/foo_bar.com:8080", "foo/foo_bar.com:8080"},
        {"test_com/foo", "docker.io/test_com/foo", "test_com/foo"},
        {"xn--n3h.com/myimage:xn--n3h.com", "xn--n3h.com/myimage:xn--n3h.com",
         "xn--n3h.com/myimage:xn--n3h.com"},
        {"[2001:db8::1]/repo", "[2001:db8::1]/repo", "[2001:db8::1]/repo"},
        {"[2001:db8::1]:5000/repo:tag@" DIGEST, "[2001:db8::1]:5000/repo:tag@" DIGEST,
         "[2001:db8::1]:5000/repo:tag@" DIGEST},
        {"DOCKER/docker", "DOCKER/docker", "DOCKER/docker"},
        {"docker---rules/dock__er", "docker.io/docker---rules/dock__er", "docker---rules/dock__er"},
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
        "a@sha256",
        "a@:" HEX_64,
        "a@sha256:",
        "a@sha256:" HEX_32,
        "a@sha256:" HEX_64 "0",
        "a@sha384:" HEX_64,
        "a@sha512:" HEX_64,
        "a@SHA256:" HEX_64,
        "a@sha1:" HEX_32 "01234567",
        "a@md5:" HEX_32,
        "a@sha256+b64:" HEX_64,
        "a@invaliddigest:" HEX_64,
        "a@" DIGEST "@" DIGEST,
        "a@" DIGEST ":tag",
        "@" DIGEST,
        ":justtag",
        "a\nb",
        "a:t\n",
        "a@" DIGEST "\n",
        "\x1b[31ma",
        "docker///docker",
        "docker.io/docker/Docker",
        "test:5000/Uppercase/lowercase:tag",
        "-docker/docker",
        "docker-/docker",
        "dock..er/docker",
        "dock_.er/docker",
        "dock-.er/docker",
        "____/____",
        "aa/asdf$$^/aa",
        "fc00::1:5000/debian",
        "[2001:db8::1]",
        "[2001:db8::1]:5000",
        "[fe80::1%eth0]:5000/repo",
        "[2001:db8:3:4::192.0.2.33]:5000/debian",
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
        g_assert_null(strpbrk(error->message, "\n\x1b"));
    }
}

static void
test_the_algorithm_of_a_digest_is_named_as_the_fault(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) other = NULL;

    g_assert_null(cdd_image_reference_parse("a@invaliddigest:" HEX_64, &error));
    g_assert_nonnull(strstr(error->message, "is not sha256, sha384 or sha512"));
    g_assert_null(cdd_image_reference_parse("a@sha256:" HEX_32, &other));
    g_assert_nonnull(strstr(other->message, "does not have the digits of its algorithm"));
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
    g_test_add_func("/image-reference/the-algorithm-of-a-digest-is-named-as-the-fault",
                    test_the_algorithm_of_a_digest_is_named_as_the_fault);
    g_test_add_func("/image-reference/capital-letters-are-named-as-the-fault",
                    test_capital_letters_are_named_as_the_fault);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "value/extra-host.h"

#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

static void
test_hosts_are_read_as_docker_does(void)
{
    static const struct {
        const char *text;
        const char *normal;
    } good[] = {
        {"db:192.168.0.1", "db:192.168.0.1"},
        {"d\xC3\xA4:192.168.0.1", "d\xC3\xA4:192.168.0.1"},
        {"db=192.168.0.1", "db:192.168.0.1"},
        {"db=[192.168.0.1]", "db:192.168.0.1"},
        {"a.b.example:10.0.2.1", "a.b.example:10.0.2.1"},
        {"six:2003:ab34:e::1", "six:2003:ab34:e::1"},
        {"six:[2003:ab34:e::1]", "six:2003:ab34:e::1"},
        {"six=[2003:ab34:e::1]", "six:2003:ab34:e::1"},
        {"six:::1", "six:::1"},
        {"six=::1", "six:::1"},
        {"six=[::1]", "six:::1"},
        {"six:0:0:0:0:0:0:0:1", "six:0:0:0:0:0:0:0:1"},
        {"six=::ffff:10.0.0.1", "six:::ffff:10.0.0.1"},
        {"host.docker.internal:host-gateway", "host.docker.internal:host-gateway"},
        {"host.docker.internal=host-gateway", "host.docker.internal:host-gateway"},
        {"under_score:10.0.0.1", "under_score:10.0.0.1"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *normal = cdd_extra_host_normalize(good[i].text, &error);
        g_autofree char *again = NULL;

        g_assert_no_error(error);
        g_assert_cmpstr(normal, ==, good[i].normal);
        again = cdd_extra_host_normalize(normal, NULL);
        g_assert_cmpstr(again, ==, normal);
    }
}

#define NO_ADDRESS "it has no address"
#define BAD_NAME "the name is empty, or has a colon or white space"
#define NOT_UTF8 "the name is not UTF-8"
#define BAD_ADDRESS "the address is neither an IP address nor host-gateway"

static void
test_what_is_no_host_is_refused(void)
{
    static const struct {
        const char *text;
        const char *reason;
    } bad[] = {
        {"", NO_ADDRESS},
        {"db", NO_ADDRESS},
        {"thathost-nosemicolon10.0.0.1", NO_ADDRESS},
        {":10.0.0.1", BAD_NAME},
        {"=10.0.0.1", BAD_NAME},
        {":=::1", BAD_NAME},
        {"a:b=10.0.0.1", BAD_NAME},
        {"a b:10.0.0.1", BAD_NAME},
        {"a\nb:10.0.0.1", BAD_NAME},
        {"a\x1f:10.0.0.1", BAD_NAME},
        {"\xFF:10.0.0.1", NOT_UTF8},
        {"d\xE4=10.0.0.1", NOT_UTF8},
        {"db:", BAD_ADDRESS},
        {"db=", BAD_ADDRESS},
        {"db:192.nothing.1", BAD_ADDRESS},
        {"db=192.nothing.1", BAD_ADDRESS},
        {"db:10.0.0", BAD_ADDRESS},
        {"db:10.0.0.256", BAD_ADDRESS},
        {"db:10.0.0.01", BAD_ADDRESS},
        {"db:10.0.0.1 ", BAD_ADDRESS},
        {"db:10.0.0.1\n", BAD_ADDRESS},
        {"db:10.0.0.1:80", BAD_ADDRESS},
        {"db:other", BAD_ADDRESS},
        {"db:Host-Gateway", BAD_ADDRESS},
        {"db:[host-gateway]", BAD_ADDRESS},
        {"db=[host-gateway]", BAD_ADDRESS},
        {"six:::::1", BAD_ADDRESS},
        {"six:::0::", BAD_ADDRESS},
        {"six=[::1", BAD_ADDRESS},
        {"six=::1]", BAD_ADDRESS},
        {"six=[]", BAD_ADDRESS},
        {"six=[[::1]]", BAD_ADDRESS},
        {"six=fe80::1%eth0", BAD_ADDRESS},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(cdd_extra_host_normalize(bad[i].text, &error));
        g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
        g_test_message("%s", error->message);
        g_assert_nonnull(strstr(error->message, bad[i].reason));
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/extra-host/hosts-are-read-as-docker-does",
                    test_hosts_are_read_as_docker_does);
    g_test_add_func("/extra-host/what-is-no-host-is-refused", test_what_is_no_host_is_refused);
    return g_test_run();
}

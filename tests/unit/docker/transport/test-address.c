/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/address.h"

#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

static CddAddress *
parse(const char *uri)
{
    GError *error = NULL;
    CddAddress *address = cdd_address_new(uri, "test", NULL, FALSE, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(address->uri, ==, uri);
    return address;
}

static void
test_each_kind_is_taken_apart(void)
{
    g_autoptr(CddAddress) socket = parse("unix:///run/my engine.sock");
    g_autoptr(CddAddress) tcp = parse("tcp://example.com:1234");
    g_autoptr(CddAddress) plain = parse("tcp://127.0.0.1");
    g_autoptr(CddAddress) six = parse("tcp://[::1]:99/");
    g_autoptr(CddAddress) ssh = parse("ssh://robot@example.com:2222/run/docker.sock");
    g_autoptr(CddAddress) short_ssh = parse("ssh://example.com");

    g_assert_cmpint(socket->kind, ==, CDD_ADDRESS_UNIX);
    g_assert_cmpstr(socket->path, ==, "/run/my engine.sock");
    g_assert_cmpint(tcp->kind, ==, CDD_ADDRESS_TCP);
    g_assert_cmpstr(tcp->host, ==, "example.com");
    g_assert_cmpuint(tcp->port, ==, 1234);
    g_assert_cmpuint(plain->port, ==, 2375);
    g_assert_cmpstr(six->host, ==, "::1");
    g_assert_cmpuint(six->port, ==, 99);
    g_assert_cmpint(ssh->kind, ==, CDD_ADDRESS_SSH);
    g_assert_cmpstr(ssh->user, ==, "robot");
    g_assert_cmpstr(ssh->path, ==, "/run/docker.sock");
    g_assert_cmpuint(ssh->port, ==, 2222);
    g_assert_null(short_ssh->user);
    g_assert_null(short_ssh->path);
    g_assert_cmpuint(short_ssh->port, ==, 0);
}

static void
test_tls_has_a_port_of_its_own(void)
{
    g_autoptr(CddAddress) tls = cdd_address_new("tcp://host", "test", "/certs", FALSE, NULL);

    g_assert_cmpuint(tls->port, ==, 2376);
    g_assert_cmpstr(tls->tls_directory, ==, "/certs");
    g_assert_false(tls->tls_skip_verify);
}

static void
test_what_is_no_address_is_refused(void)
{
    g_autofree char *overlong = g_strnfill(120, 'x');
    g_autofree char *long_uri = g_strconcat("unix:///", overlong, NULL);
    const char *const bad[] = {
        "",
        "/var/run/docker.sock",
        "unix://relative",
        "unix://",
        "http://host:2375",
        "tcp://",
        "tcp://host:port",
        "tcp://host:99999",
        "tcp://user@host",
        "tcp://host/path",
        "tcp://host?query",
        "ssh://",
        "ssh://user@",
        "ssh://-oProxyCommand=evil",
        "ssh://-l@host",
        "ssh://host#fragment",
        "ssh://host?a=b&c=d",
        "ssh:///no-host",
        "ssh://host:0",
        "tcp://host:0",
        "ssh://host:port",
        "ssh://host:-1",
        "ssh://host:+22",
        "ssh://host:99999",
        "ssh://ho st",
        "ssh://ho%20st",
        "ssh://ho%0ast",
        "ssh://ho%00st",
        "ssh://host\n",
        "ssh://ho\nst",
        "ssh://ho\x1b[31mst",
        "ssh://ho\x7fst",
        "ssh://ho\xffst",
        "ssh://us\ner@host",
        "ssh://us%0aer@host",
        "ssh://us%1fer@host",
        "ssh://us%20er@host",
        "ssh://us%zzer@host",
        "ssh://%2doProxyCommand=evil@host",
        "ssh://%2doProxyCommand=evil",
        "ssh://$(evil)",
        "ssh://`evil`",
        "ssh://ho;st",
        "ssh://ho|st",
        "ssh://ho'st",
        "ssh://u;evil@host",
        "ssh://host/run/a%0ab.sock",
        "ssh://host/run/a\nb.sock",
        "ssh://user:@host",
        "ssh://:@host",
        "SSH//host",
        "malformed %%url",
        "no-scheme.example.com",
        "tcp://ho%0ast:1",
        "tcp://host:1\r\n",
        long_uri,
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        g_test_message("%s", bad[i]);
        g_assert_null(cdd_address_new(bad[i], "test", NULL, FALSE, &error));
        g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
        for (const char *at = error->message; *at != '\0'; at++)
            g_assert_false(g_ascii_iscntrl(*at));
    }
}

static void
test_an_error_says_what_is_wrong(void)
{
    static const struct {
        const char *uri;
        const char *fault;
    } bad[] = {
        {"", "is not a valid address"},
        {"no-scheme.example.com", "is not a valid address"},
        {"ssh://us%zzer@host", "is not a valid address"},
        {"tcp://[::1", "is not a valid address"},
        {"tcp://host:port", "has a port that is not a number from 1 to 65535"},
        {"tcp://host:99999", "has a port that is not a number from 1 to 65535"},
        {"ssh://host:-1", "has a port that is not a number from 1 to 65535"},
        {"tcp://host:0", "has the port 0"},
        {"ssh://h/%00", "has a control character"},
        {"ssh://h%00", "has a control character"},
        {"ssh://h/%01", "has a control character"},
        {"tcp://host:1\n", "has a control character"},
        {"tcp://", "names no host"},
        {"ssh:///run/docker.sock", "names no host"},
        {"tcp://host?query", "has a query or a fragment"},
        {"http://host:2375", "has an unknown scheme"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *fault = g_strdup_printf("\" %s; ", bad[i].fault);

        g_assert_null(cdd_address_new(bad[i].uri, "test", NULL, FALSE, &error));
        g_test_message("%s", error->message);
        g_assert_nonnull(strstr(error->message, fault));
    }
}

static void
test_ssh_addresses_are_read_as_docker_does(void)
{
    static const struct {
        const char *uri;
        const char *user;
        const char *host;
        guint port;
        const char *path;
    } good[] = {
        {"ssh://example.com", NULL, "example.com", 0, NULL},
        {"ssh://example.com/", NULL, "example.com", 0, NULL},
        {"ssh://example.com:", NULL, "example.com", 0, NULL},
        {"ssh://me@example.com:10022", "me", "example.com", 10022, NULL},
        {"ssh://me@example.com:10022/var/run/docker.sock", "me", "example.com", 10022,
         "/var/run/docker.sock"},
        {"ssh://example.com/run/my%20engine.sock", NULL, "example.com", 0, "/run/my engine.sock"},
        {"ssh://a.b%40corp@host", "a.b@corp", "host", 0, NULL},
        {"ssh://@host", NULL, "host", 0, NULL},
        {"ssh://DOMAIN%5Cme@host", "DOMAIN\\me", "host", 0, NULL},
        {"ssh://[::1]:22", NULL, "::1", 22, NULL},
        {"ssh://my_robot-1", NULL, "my_robot-1", 0, NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autoptr(CddAddress) address = parse(good[i].uri);

        g_assert_cmpint(address->kind, ==, CDD_ADDRESS_SSH);
        g_assert_cmpstr(address->user, ==, good[i].user);
        g_assert_cmpstr(address->host, ==, good[i].host);
        g_assert_cmpuint(address->port, ==, good[i].port);
        g_assert_cmpstr(address->path, ==, good[i].path);
    }
}

static void
test_a_password_is_refused_and_not_repeated(void)
{
    static const char *const bad[] = {
        "ssh://robot:hunter2@host", "tcp://robot:hunter2@host:1",    "http://token:hunter2@host:1",
        "tcp://robot:hunter2@",     "ssh://robot:hunter2@host/?q",   "tcp://robot:hunter2/x@host:1",
        "robot:hunter2@host",       "tcp://robot:hunter2@host:99999"};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(cdd_address_new(bad[i], "test", NULL, FALSE, &error));
        g_test_message("%s", error->message);
        g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
        g_assert_null(strstr(error->message, "hunter2"));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/address/each-kind-is-taken-apart", test_each_kind_is_taken_apart);
    g_test_add_func("/address/tls-has-a-port-of-its-own", test_tls_has_a_port_of_its_own);
    g_test_add_func("/address/what-is-no-address-is-refused", test_what_is_no_address_is_refused);
    g_test_add_func("/address/an-error-says-what-is-wrong", test_an_error_says_what_is_wrong);
    g_test_add_func("/address/ssh-addresses-are-read-as-docker-does",
                    test_ssh_addresses_are_read_as_docker_does);
    g_test_add_func("/address/a-password-is-refused-and-not-repeated",
                    test_a_password_is_refused_and_not_repeated);
    return g_test_run();
}

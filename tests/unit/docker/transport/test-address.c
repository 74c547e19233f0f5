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

/* What ParseHost() of docker/cli makes of the same text; a relative path is completed here. */
static void
test_an_address_is_completed_as_docker_does(void)
{
    g_autofree char *current = g_get_current_dir();
    g_autofree char *relative = g_strconcat("unix://", current, "/path/to/socket", NULL);
    g_autofree char *dotted = g_strconcat("unix://", current, "/engine.sock", NULL);
    const struct {
        const char *text;
        const char *uri;
    } rows[] = {
        {"", "unix:///var/run/docker.sock"},
        {"  ", "unix:///var/run/docker.sock"},
        {"unix://", "unix:///var/run/docker.sock"},
        {"unix:///run/docker.sock", "unix:///run/docker.sock"},
        {" unix:///run/docker.sock\n", "unix:///run/docker.sock"},
        {"unix://path/to/socket", relative},
        {"/var/run/docker.sock", "unix:///var/run/docker.sock"},
        {"./engine.sock", dotted},
        {"tcp://", "tcp://localhost:2375"},
        {"tcp://:2375", "tcp://localhost:2375"},
        {"tcp://:2376", "tcp://localhost:2376"},
        {"tcp://host", "tcp://host:2375"},
        {"tcp://host:", "tcp://host:2375"},
        {"tcp://host/", "tcp://host:2375"},
        {"tcp://0.0.0.0:8080", "tcp://0.0.0.0:8080"},
        {"tcp://192.168:8080", "tcp://192.168:8080"},
        {"tcp://docker.com:2375", "tcp://docker.com:2375"},
        {"tcp://my_host-1:2375", "tcp://my_host-1:2375"},
        {" tcp://:7777/path ", "tcp://localhost:7777/path"},
        {"tcp://host:1\r\n", "tcp://host:1"},
        {"0.0.0.1:", "tcp://0.0.0.1:2375"},
        {"0.0.0.1:5555", "tcp://0.0.0.1:5555"},
        {"0.0.0.1:5555/path", "tcp://0.0.0.1:5555/path"},
        {"[::1]:", "tcp://[::1]:2375"},
        {"[::1]", "tcp://[::1]:2375"},
        {"[::1]:2375", "tcp://[::1]:2375"},
        {"[::1]:5555/path", "tcp://[::1]:5555/path"},
        {"[0:0:0:0:0:0:0:1]:5555/path/", "tcp://[0:0:0:0:0:0:0:1]:5555/path"},
        {":6666", "tcp://localhost:6666"},
        {":6666/path", "tcp://localhost:6666/path"},
        {"localhost", "tcp://localhost:2375"},
        {"localhost:", "tcp://localhost:2375"},
        {"localhost:2375", "tcp://localhost:2375"},
        {"localhost:5555/a/b%20c", "tcp://localhost:5555/a/b%20c"},
        {"tcp:2375", "tcp://tcp:2375"},
        {" ssh://me@host/run/x.sock ", "ssh://me@host/run/x.sock"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(CddAddress) address = NULL;

        g_test_message("\"%s\"", rows[i].text);
        address = parse(rows[i].text);
        g_assert_cmpstr(address->uri, ==, rows[i].uri);
    }
}

static void
test_a_path_stands_before_the_paths_of_the_api(void)
{
    static const struct {
        const char *uri;
        const char *base_path;
    } rows[] = {
        {"tcp://host", NULL},
        {"tcp://host/", NULL},
        {"tcp://host/engine", "/engine"},
        {"tcp://host/engine//", "/engine"},
        {"tcp://host/a%20b/c", "/a%20b/c"},
        {"tcp://host/a%3Fb%23", "/a%3Fb%23"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(CddAddress) address = parse(rows[i].uri);

        g_assert_cmpstr(address->base_path, ==, rows[i].base_path);
    }
}

static void
test_tls_changes_the_address_only_if_none_is_named(void)
{
    g_autofree char *current = g_get_current_dir();
    g_autofree char *full = g_build_filename(current, "certs", NULL);
    g_autoptr(CddAddress) named = cdd_address_new("tcp://host", "test", "/certs", FALSE, NULL);
    g_autoptr(CddAddress) scheme = cdd_address_new("tcp://", "test", "/certs", FALSE, NULL);
    g_autoptr(CddAddress) nothing = cdd_address_new(" ", "test", "certs", TRUE, NULL);
    g_autoptr(CddAddress) socket = cdd_address_new("unix://", "test", "/certs", FALSE, NULL);

    g_assert_cmpstr(named->uri, ==, "tcp://host:2375");
    g_assert_cmpstr(named->tls_directory, ==, "/certs");
    g_assert_false(named->tls_skip_verify);
    g_assert_cmpstr(scheme->uri, ==, "tcp://localhost:2375");
    g_assert_cmpstr(nothing->uri, ==, "tcp://localhost:2376");
    g_assert_cmpstr(nothing->tls_directory, ==, full);
    g_assert_true(nothing->tls_skip_verify);
    g_assert_cmpint(socket->kind, ==, CDD_ADDRESS_UNIX);
    g_assert_null(socket->tls_directory);
}

static void
test_what_is_no_address_is_refused(void)
{
    g_autofree char *overlong = g_strnfill(120, 'x');
    g_autofree char *long_uri = g_strconcat("unix:///", overlong, NULL);
    const char *const bad[] = {
        "http://host:2375",
        "tcp://host:port",
        "tcp://host:99999",
        "tcp://user@host",
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
        "malformed %%url",
        "something with spaces",
        "://",
        "unknown://",
        "tcp://:port",
        "tcp://:1234567890",
        "tcp:a.b.c.d",
        "udp://127.0.0.1:2375",
        "tcp://unix:///run/docker.sock",
        "unix://tcp://127.0.0.1",
        "npipe://",
        "fd://something",
        "tcp://::1",
        "user@host",
        "tcp://ho%0ast:1",
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
        {"something with spaces", "has a space in its host"},
        {"tcp://ho%20st", "has a space in its host"},
        {"ssh://us%zzer@host", "is not a valid address"},
        {"tcp://[::1", "is not a valid address"},
        {"tcp://host:port", "has a port that is not a number from 1 to 65535"},
        {"tcp://host:99999", "has a port above 65535"},
        {"host:65536", "has a port above 65535"},
        {"tcp://[::1]:1234567890/path", "has a port above 65535"},
        {"ssh://me@host:70000", "has a port above 65535"},
        {"ssh://host:-1", "has a port that is not a number from 1 to 65535"},
        {"tcp://host:0", "has the port 0"},
        {"ssh://h/%00", "has a control character"},
        {"ssh://h%00", "has a control character"},
        {"ssh://h/%01", "has a control character"},
        {"tcp://ho\nst:1", "has a control character"},
        {"ssh:///run/docker.sock", "names no host"},
        {"tcp://host?query", "has a query or a fragment"},
        {"udp://host:2375", "has an unknown scheme"},
        {"http://host:2375", "has the scheme http; write tcp:// instead"},
        {"https://host", "has the scheme https; write tcp:// instead, and ask for TLS "
                         "(DOCKER_TLS_VERIFY=1)"},
        {"npipe:////./pipe/x", "is a pipe of Windows, which does not exist here"},
        {"fd://", "is a socket that only the engine itself has"},
        {"tcp:a.b.c.d", "has no // after its scheme"},
        {"unix:/run/docker.sock", "has no // after its scheme"},
        {"tcp://unix:///run/docker.sock", "has two schemes"},
        {"tcp://::1", "has an IPv6 address without brackets; write it as [::1]:2375"},
        {"fe80::1", "has an IPv6 address without brackets; write it as [::1]:2375"},
        {"tcp://me@host", "has a user, which only an address with ssh:// has"},
        {"me@host", "has a user, which only an address with ssh:// has"},
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
    g_test_add_func("/address/an-address-is-completed-as-docker-does",
                    test_an_address_is_completed_as_docker_does);
    g_test_add_func("/address/a-path-stands-before-the-paths-of-the-api",
                    test_a_path_stands_before_the_paths_of_the_api);
    g_test_add_func("/address/tls-changes-the-address-only-if-none-is-named",
                    test_tls_changes_the_address_only_if_none_is_named);
    g_test_add_func("/address/what-is-no-address-is-refused", test_what_is_no_address_is_refused);
    g_test_add_func("/address/an-error-says-what-is-wrong", test_an_error_says_what_is_wrong);
    g_test_add_func("/address/ssh-addresses-are-read-as-docker-does",
                    test_ssh_addresses_are_read_as_docker_does);
    g_test_add_func("/address/a-password-is-refused-and-not-repeated",
                    test_a_password_is_refused_and_not_repeated);
    return g_test_run();
}

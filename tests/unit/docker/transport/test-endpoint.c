/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the choice of the engine, by Docker's precedence, with a temporary configuration. */
#include "transport/endpoint.h"

#include <colcon-deb-docker/cdd-error.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct {
    char *directory;
} Fixture;

static void
write_file(Fixture *fixture, const char *name, const char *contents)
{
    g_autofree char *path = g_build_filename(fixture->directory, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);

    g_assert_cmpint(g_mkdir_with_parents(parent, 0755), ==, 0);
    g_assert_true(g_file_set_contents(path, contents, -1, NULL));
}

static void
add_context(Fixture *fixture, const char *name, const char *meta)
{
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, name, -1);
    g_autofree char *path = g_build_filename("contexts/meta", digest, "meta.json", NULL);

    write_file(fixture, path, meta);
}

static void
remove_tree(const char *path)
{
    g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
    const char *name;

    while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);

        remove_tree(child);
    }
    g_remove(path);
}

static void
forget_environment(void)
{
    static const char *const names[] = {"DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CERT_PATH",
                                        "DOCKER_TLS", "DOCKER_TLS_VERIFY"};

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        g_unsetenv(names[i]);
}

static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->directory = g_dir_make_tmp("endpoint-XXXXXX", NULL);
    forget_environment();
    g_setenv("DOCKER_CONFIG", fixture->directory, TRUE);
    add_context(fixture, "lab",
                "{\"Name\":\"lab\",\"Endpoints\":{\"docker\":{\"Host\":\"tcp://lab:1\"}}}");
    add_context(fixture, "shop", "{\"Endpoints\":{\"docker\":{\"Host\":\"ssh://shop\"}}}");
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    forget_environment();
    g_unsetenv("DOCKER_CONFIG");
    remove_tree(fixture->directory);
    g_free(fixture->directory);
}

static void
assert_resolves(const CddEndpointChoice *choice, const char *uri, const char *origin)
{
    GError *error = NULL;
    g_autoptr(CddAddress) address = cdd_endpoint_resolve(choice, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(address->uri, ==, uri);
    g_assert_cmpstr(address->origin, ==, origin);
}

/* From the weakest to the strongest: each step adds a setting that overrides all before it. */
static void
test_the_precedence_is_dockers(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddEndpointChoice choice = {NULL};

    assert_resolves(&choice, "unix://" CDD_DEFAULT_SOCKET_PATH, NULL);
    write_file(fixture, "config.json", "{\"auths\":{},\"currentContext\":\"lab\"}");
    assert_resolves(&choice, "tcp://lab:1", "context lab");
    g_setenv("DOCKER_CONTEXT", "shop", TRUE);
    assert_resolves(&choice, "ssh://shop", "context shop");
    g_setenv("DOCKER_HOST", "unix:///env.sock", TRUE);
    assert_resolves(&choice, "unix:///env.sock", "DOCKER_HOST");
    choice.host = "unix:///host.sock";
    assert_resolves(&choice, "unix:///host.sock", "engine address");
    choice.host = NULL;
    choice.context = "lab";
    assert_resolves(&choice, "tcp://lab:1", "context lab");
}

static void
test_the_default_context_is_the_default_socket(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    write_file(fixture, "config.json", "{\"currentContext\":\"lab\"}");
    assert_resolves(&(CddEndpointChoice){.context = "default"}, "unix://" CDD_DEFAULT_SOCKET_PATH,
                    "context default");
    g_setenv("DOCKER_CONTEXT", "default", TRUE);
    assert_resolves(&(CddEndpointChoice){NULL}, "unix://" CDD_DEFAULT_SOCKET_PATH,
                    "context default");
}

static void
assert_tls(const char *directory, gboolean skip_verify, const CddEndpointChoice *choice)
{
    g_autoptr(CddAddress) address = cdd_endpoint_resolve(choice, NULL);

    g_assert_cmpstr(address->tls_directory, ==, directory);
    g_assert_cmpint(address->tls_skip_verify, ==, skip_verify);
}

static void
test_tls_is_asked_for_as_dockers_client_is(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddEndpointChoice choice = {.host = "tcp://engine:1"};

    {
        g_autoptr(CddAddress) plain = cdd_endpoint_resolve(&choice, NULL);

        g_assert_null(plain->tls_directory);
    }
    g_setenv("DOCKER_TLS", "1", TRUE);
    assert_tls(fixture->directory, TRUE, &choice);
    g_setenv("DOCKER_TLS_VERIFY", "1", TRUE);
    assert_tls(fixture->directory, FALSE, &choice);
    g_setenv("DOCKER_CERT_PATH", "/certs", TRUE);
    assert_tls("/certs", FALSE, &choice);
    forget_environment();
    choice.cert_path = "/mine";
    assert_tls("/mine", FALSE, &choice);
}

/* Docker's client then takes the port for TLS on this machine. */
static void
test_tls_without_an_address_is_a_port(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddEndpointChoice choice = {NULL};

    g_setenv("DOCKER_TLS", "1", TRUE);
    assert_resolves(&choice, "tcp://localhost:2376", "DOCKER_TLS");
    g_setenv("DOCKER_TLS_VERIFY", "1", TRUE);
    assert_resolves(&choice, "tcp://localhost:2376", "DOCKER_TLS_VERIFY");
    assert_tls(fixture->directory, FALSE, &choice);
    choice.context = "default";
    assert_resolves(&choice, "tcp://localhost:2376", "context default");
    choice.context = NULL;
    g_setenv("DOCKER_HOST", " ", TRUE);
    assert_resolves(&choice, "tcp://localhost:2376", "DOCKER_HOST");
    g_unsetenv("DOCKER_HOST");
    write_file(fixture, "config.json", "{\"currentContext\":\"lab\"}");
    assert_resolves(&choice, "tcp://lab:1", "context lab");
    forget_environment();
    write_file(fixture, "config.json", "{}");
    choice.cert_path = "/mine";
    assert_resolves(&choice, "unix://" CDD_DEFAULT_SOCKET_PATH, NULL);
}

static void
test_an_empty_configuration_has_no_settings(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddEndpointChoice choice = {NULL};

    write_file(fixture, "config.json", "");
    assert_resolves(&choice, "unix://" CDD_DEFAULT_SOCKET_PATH, NULL);
    write_file(fixture, "config.json", " \n");
    assert_resolves(&choice, "unix://" CDD_DEFAULT_SOCKET_PATH, NULL);
}

static void
test_a_context_brings_its_own_certificates(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, "lab", -1);
    g_autofree char *file = g_build_filename("contexts/tls", digest, "docker/ca.pem", NULL);
    g_autofree char *directory =
        g_build_filename(fixture->directory, "contexts/tls", digest, "docker", NULL);

    write_file(fixture, file, "");
    assert_tls(directory, FALSE, &(CddEndpointChoice){.context = "lab"});
    add_context(fixture, "lab",
                "{\"Endpoints\":{\"docker\":{\"Host\":\"tcp://lab:1\",\"SkipTLSVerify\":true}}}");
    assert_tls(directory, TRUE, &(CddEndpointChoice){.context = "lab"});
}

static void
test_a_choice_that_cannot_be_used_is_an_error(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const struct {
        CddEndpointChoice choice;
        const char *said;
    } bad[] = {
        {{.context = "nowhere"}, "\"nowhere\" does not exist"},
        {{.context = "empty"}, "\"empty\" names no engine"},
        {{.context = "broken"}, "not valid JSON"},
        {{.context = "deep"}, "not valid JSON"},
        {{.context = "nothing"}, "not valid JSON"},
        {{.context = "list"}, "names no engine"},
        {{.context = "wild"}, "context wild: \"gopher://x\""},
        {{.context = "lab", .host = "unix:///x"}, "choose one"},
    };
    g_autofree char *deep = g_strnfill(400000, '[');

    add_context(fixture, "empty", "{}");
    add_context(fixture, "broken", "{");
    add_context(fixture, "deep", deep);
    add_context(fixture, "nothing", "");
    add_context(fixture, "list", "[]");
    add_context(fixture, "wild", "{\"Endpoints\":{\"docker\":{\"Host\":\"gopher://x\"}}}");
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(cdd_endpoint_resolve(&bad[i].choice, &error));
        g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
        g_test_message("%s", error->message);
        g_assert_nonnull(strstr(error->message, bad[i].said));
    }
}

#define ADD(name, function)                                                                        \
    g_test_add("/endpoint/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("the-precedence-is-dockers", test_the_precedence_is_dockers);
    ADD("the-default-context-is-the-default-socket",
        test_the_default_context_is_the_default_socket);
    ADD("tls-is-asked-for-as-dockers-client-is", test_tls_is_asked_for_as_dockers_client_is);
    ADD("tls-without-an-address-is-a-port", test_tls_without_an_address_is_a_port);
    ADD("an-empty-configuration-has-no-settings", test_an_empty_configuration_has_no_settings);
    ADD("a-context-brings-its-own-certificates", test_a_context_brings_its_own_certificates);
    ADD("a-choice-that-cannot-be-used-is-an-error", test_a_choice_that_cannot_be_used_is_an_error);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "await.h"

#include "engine/credentials.h"
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    char *directory;
    char *old_path;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = NULL;

    fixture->directory = g_dir_make_tmp("cdd-credentials-XXXXXX", NULL);
    fixture->old_path = g_strdup(g_getenv("PATH"));
    path = g_strdup_printf("%s:%s", fixture->directory, fixture->old_path);
    g_setenv("PATH", path, TRUE);
    g_setenv("DOCKER_CONFIG", fixture->directory, TRUE);
    g_unsetenv("DOCKER_AUTH_CONFIG");
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *command = g_strdup_printf("rm -rf '%s'", fixture->directory);

    g_assert_cmpint(system(command), ==, 0);
    g_setenv("PATH", fixture->old_path, TRUE);
    g_free(fixture->directory);
    g_free(fixture->old_path);
}

static void
configure(Fixture *fixture, const char *json)
{
    g_autofree char *path = g_build_filename(fixture->directory, "config.json", NULL);

    g_assert_true(g_file_set_contents(path, json, -1, NULL));
}

/* Adds a helper that knows one server, and records its arguments. */
static void
add_helper(Fixture *fixture, const char *name, const char *server, const char *reply)
{
    g_autofree char *program = g_strconcat("docker-credential-", name, NULL);
    g_autofree char *path = g_build_filename(fixture->directory, program, NULL);
    g_autofree char *script =
        g_strdup_printf("#!/bin/sh\necho \"$@\" >\"$(dirname \"$0\")/arguments\"\nserver=$(cat)\n"
                        "if [ \"$server\" = '%s' ]; then\n%s\nelse\n"
                        "echo 'credentials not found in native keychain'; exit 1\nfi\n",
                        server, reply);

    g_assert_true(g_file_set_contents_full(path, script, -1, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
    g_chmod(path, 0755);
}

static CddCredentials *
find(const char *registry, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_credentials_find_async(registry, NULL, await_ready, &done);
    return cdd_credentials_find_finish(await(&done), error);
}

static void
assert_user(const char *registry, const char *user, const char *password)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddCredentials) credentials = find(registry, &error);

    g_assert_no_error(error);
    g_assert_nonnull(credentials);
    g_assert_cmpstr(credentials->username, ==, user);
    g_assert_cmpstr(credentials->password, ==, password);
}

static void
assert_anonymous(const char *registry)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddCredentials) credentials = find(registry, &error);

    g_assert_no_error(error);
    g_assert_null(credentials);
}

static void
test_nothing_configured_is_nobody(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    assert_anonymous("registry.example:5000");
    configure(fixture, "{}");
    assert_anonymous("docker.io");
}

/* dTpw is u:p, and dTpwOnEAAA== is u:p:q with trailing NULs. */
static void
test_auths_are_found_by_any_form_of_their_key(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    configure(fixture, "{\"auths\": {"
                       "\"https://index.docker.io/v1/\": {\"auth\": \"aHViOnB3\"},"
                       "\"plain.example:5000\": {\"auth\": \"dTpw\"},"
                       "\"https://old.example/v1/\": {\"auth\": \"dTpwOnEAAA==\"},"
                       "\"fields.example\": {\"username\": \"n\", \"password\": \"s\"},"
                       "\"left.example\": {},"
                       "\"broken.example\": {\"auth\": \"%%%\"}}}");
    assert_user("docker.io", "hub", "pw");
    assert_user("plain.example:5000", "u", "p");
    assert_user("old.example", "u", "p:q");
    assert_user("fields.example", "n", "s");
    assert_anonymous("left.example");
    assert_anonymous("broken.example");
    assert_anonymous("plain.example");
}

static void
test_tokens_are_kept_apart_from_passwords(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddCredentials) identity = NULL;
    g_autoptr(CddCredentials) registry = NULL;

    configure(fixture, "{\"auths\": {\"a\": {\"identitytoken\": \"it\"},"
                       "\"b\": {\"registrytoken\": \"rt\"}}}");
    identity = find("a", NULL);
    registry = find("b", NULL);
    g_assert_cmpstr(identity->identity_token, ==, "it");
    g_assert_null(identity->password);
    g_assert_cmpstr(registry->registry_token, ==, "rt");
}

static void
test_a_helper_of_the_registry_comes_before_the_store(Fixture *fixture,
                                                     gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *noted = g_build_filename(fixture->directory, "arguments", NULL);
    g_autofree char *arguments = NULL;
    g_autoptr(CddCredentials) token = NULL;

    configure(fixture, "{\"credsStore\": \"store\", \"credHelpers\": {\"a.example\": \"special\"},"
                       "\"auths\": {\"a.example\": {\"auth\": \"dTpw\"}}}");
    add_helper(fixture, "special", "a.example",
               "echo '{\"Username\": \"special\", \"Secret\": \"s3cret\"}'");
    add_helper(fixture, "store", "b.example",
               "echo '{\"Username\": \"<token>\", \"Secret\": \"tok\"}'");
    assert_user("a.example", "special", "s3cret");
    token = find("b.example", NULL);
    g_assert_cmpstr(token->identity_token, ==, "tok");
    g_assert_null(token->username);
    assert_anonymous("c.example");
    g_assert_true(g_file_get_contents(noted, &arguments, NULL, NULL));
    g_assert_cmpstr(arguments, ==, "get\n");
}

/* The helper records its process id and then hangs. */
static void
test_cancelling_ends_the_helper(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *noted = g_build_filename(fixture->directory, "number", NULL);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *number = NULL;
    pid_t helper;

    configure(fixture, "{\"credsStore\": \"slow\"}");
    add_helper(fixture, "slow", "a.example",
               "echo $$ >\"$0.new\"; mv \"$0.new\" \"$(dirname \"$0\")/number\"; exec sleep 600");
    cdd_credentials_find_async("a.example", cancellable, await_ready, &done);
    while (!g_file_get_contents(noted, &number, NULL, NULL))
        g_main_context_iteration(NULL, FALSE);
    helper = (pid_t)g_ascii_strtoll(number, NULL, 10);
    g_assert_cmpint(kill(helper, 0), ==, 0);
    g_cancellable_cancel(cancellable);
    g_assert_null(cdd_credentials_find_finish(await(&done), &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    while (kill(helper, 0) == 0)
        g_main_context_iteration(NULL, FALSE);
}

static void
test_the_environment_comes_first(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    configure(fixture, "{\"auths\": {\"a\": {\"auth\": \"dTpw\"}, \"b\": {\"auth\": \"dTpw\"}}}");
    g_setenv("DOCKER_AUTH_CONFIG", "{\"auths\": {\"a\": {\"auth\": \"ZW52OmU=\"}}}", TRUE);
    assert_user("a", "env", "e");
    assert_user("b", "u", "p");
    g_unsetenv("DOCKER_AUTH_CONFIG");
}

static void
test_a_malformed_environment_counts_as_unset(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *deep = g_strnfill(100000, '[');
    const char *const values[] = {"", " ", "s3cret", "[]", "{\"auths\"", "{\"auths\": 1}", deep};

    configure(fixture, "{\"auths\": {\"a\": {\"auth\": \"dTpw\"}}}");
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        g_setenv("DOCKER_AUTH_CONFIG", values[i], TRUE);
        assert_user("a", "u", "p");
    }
    configure(fixture, "{\"credsStore\": \"main\"}");
    add_helper(fixture, "main", "a", "echo '{\"Username\": \"h\", \"Secret\": \"s\"}'");
    assert_user("a", "h", "s");
    g_unsetenv("DOCKER_AUTH_CONFIG");
}

static void
assert_fails(const char *registry, const char *reason)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(find(registry, &error));
    g_assert_nonnull(error);
    g_test_message("%s", error->message);
    g_assert_true(error->domain == CDD_ERROR);
    g_assert_nonnull(strstr(error->message, reason));
    g_assert_null(strstr(error->message, "s3cret"));
}

static void
test_what_is_broken_is_named_without_secrets(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    configure(fixture, "{\"credHelpers\": {\"a\": \"missing\", \"b\": \"broken\", \"c\": \"odd\","
                       "\"d\": \"../../bin/sh\"}}");
    add_helper(fixture, "broken", "b", "echo 'the keychain is locked'; exit 1");
    add_helper(fixture, "odd", "c", "echo s3cret");
    assert_fails("a", "docker-credential-missing");
    assert_fails("b", "the keychain is locked");
    assert_fails("c", "docker-credential-odd");
    assert_fails("d", "not a valid name of a credential helper");
    configure(fixture, "{\"auths\": s3cret");
    assert_fails("a", "config.json");
}

/* Adds a helper that is only these lines. */
static void
add_script(Fixture *fixture, const char *name, const char *lines)
{
    g_autofree char *program = g_strconcat("docker-credential-", name, NULL);
    g_autofree char *path = g_build_filename(fixture->directory, program, NULL);
    g_autofree char *script = g_strconcat("#!/bin/sh\n", lines, "\n", NULL);

    /* GLib 2.74 would leave the end of a longer file. */
    g_remove(path);
    g_assert_true(g_file_set_contents_full(path, script, -1, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
    g_chmod(path, 0755);
}

#define DEEP "head -c 400000 /dev/zero | tr '\\0' '['"

static void
test_every_odd_answer_names_the_helper(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const struct {
        const char *lines;
        const char *reason;
    } helpers[] = {
        {"true", " wrote nothing"},
        {"cat >/dev/null", " wrote nothing"},
        {"echo", " did not write a JSON object"},
        {"echo s3cret", " did not write a JSON object"},
        {"printf '\\377'", " did not write a JSON object"},
        {"printf '{\"Username\": \"u\", \"Secret\": \"\\377s3cret\"}'",
         " did not write a JSON object"},
        {"printf '{\"Username\": \"u\", \"Secret\": \"s3cret\\0x\"}'",
         " did not write a JSON object"},
        {"printf '\\0'", " did not write a JSON object"},
        {"echo '[\"s3cret\"]'", " did not write a JSON object"},
        {"echo null", " did not write a JSON object"},
        {"echo '{\"Secret\": \"s3cret\"'", " did not write a JSON object"},
        {DEEP, " wrote more than 64 KiB"},
        {DEEP " | head -c 60000", " did not write a JSON object"},
        {"head -c 10000000 /dev/zero | tr '\\0' x", " wrote more than 64 KiB"},
        {"yes s3cret", " wrote more than 64 KiB"},
        {"echo '{\"Username\": \"u\", \"Secret\": 1}'", " that is not a text"},
        {"echo '{\"Username\": [\"u\"], \"Secret\": \"s3cret\"}'", " that is not a text"},
        {"echo '{\"Username\": \"u\", \"Secret\": {\"a\": \"s3cret\"}}'", " that is not a text"},
        {"echo '{\"Username\": \"u\", \"Secret\": \"s3cret'\\\\'u0000x\"}'", " wrote a NUL"},
        {"exit 3", " failed: it gave no reason"},
        {"kill -9 $$", " failed: it gave no reason"},
        {"echo 'locked'; exit 1", " failed: locked"},
        {"printf 'a\\033[31mb\\377\\nc'; exit 1", " failed: a [31mb"},
    };

    configure(fixture, "{\"credsStore\": \"odd\"}");
    for (gsize i = 0; i < G_N_ELEMENTS(helpers); i++) {
        add_script(fixture, "odd", helpers[i].lines);
        g_test_message("%s", helpers[i].lines);
        assert_fails("a.example", "docker-credential-odd");
        assert_fails("a.example", helpers[i].reason);
    }
}

static void
test_no_credentials_is_no_error(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const helpers[] = {
        "echo 'credentials not found in native keychain'; exit 1",
        "echo 'error: credentials not found in native keychain'; exit 7",
        "echo '{}'",
        "echo '{\"Username\": \"u\"}'",
        "echo '{\"Username\": \"u\", \"Secret\": \"\"}'",
        "echo '{\"Username\": \"u\", \"Secret\": null}'",
    };

    configure(fixture, "{\"credsStore\": \"none\"}");
    for (gsize i = 0; i < G_N_ELEMENTS(helpers); i++) {
        add_script(fixture, "none", helpers[i]);
        g_test_message("%s", helpers[i]);
        assert_anonymous("a.example");
    }
}

/* As Go decodes JSON. */
static void
test_a_helper_is_read_as_docker_does(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const struct {
        const char *answer;
        const char *user;
        const char *password;
    } helpers[] = {
        {"{\"Username\": \"u\", \"Secret\": \"a\\\\u0000\"}", "u", "a\\u0000"},
        {"{\"Username\": \"corp\\\\u0000\", \"Secret\": \"p\"}", "corp\\u0000", "p"},
        {"{\"Username\": null, \"Secret\": \"p\"}", NULL, "p"},
        {"{\"Secret\": \"p\"}", NULL, "p"},
    };

    configure(fixture, "{\"credsStore\": \"plain\"}");
    for (gsize i = 0; i < G_N_ELEMENTS(helpers); i++) {
        g_autofree char *script = g_strdup_printf("cat <<'END'\n%s\nEND", helpers[i].answer);

        add_script(fixture, "plain", script);
        g_test_message("%s", helpers[i].answer);
        assert_user("a.example", helpers[i].user, helpers[i].password);
    }
}

/* Nothing is written to a pipe, so no signal can end this program. */
static void
test_a_helper_need_not_read(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *name = g_strnfill(200 * 1024, 'a');

    configure(fixture, "{\"credsStore\": \"deaf\"}");
    add_script(fixture, "deaf",
               "exec <&-; sleep 0.1; echo '{\"Username\": \"u\", \"Secret\": \"p\"}'");
    assert_user("a.example", "u", "p");
    assert_user(name, "u", "p");
}

static void
test_a_helper_that_never_ends_is_ended(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const helpers[] = {
        "exec sleep 600",
        "exec >&-; exec sleep 600",
        "echo '{\"Username\": \"u\", \"Secret\": \"s3cret\"}'; exec sleep 600",
        "while :; do echo; sleep 0.01; done",
    };

    cdd_credentials_set_helper_timeout(300);
    configure(fixture, "{\"credsStore\": \"slow\"}");
    for (gsize i = 0; i < G_N_ELEMENTS(helpers); i++) {
        g_autoptr(GError) error = NULL;

        add_script(fixture, "slow", helpers[i]);
        g_assert_null(find("a.example", &error));
        g_test_message("%s", error->message);
        g_assert_error(error, CDD_ERROR, CDD_ERROR_TIMEOUT);
        g_assert_nonnull(strstr(error->message, "waiting for docker-credential-slow timed out"));
    }
    cdd_credentials_set_helper_timeout(30000);
}

static void
test_a_deep_configuration_is_an_error(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *deep = g_strnfill(400000, '[');

    configure(fixture, deep);
    assert_fails("a.example", "config.json is not valid JSON");
}

static void
test_an_empty_configuration_has_no_credentials(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const texts[] = {"", "\n", "{}"};

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;

        configure(fixture, texts[i]);
        g_assert_null(find("a.example", &error));
        g_assert_no_error(error);
    }
}

/* Opening a pipe would wait for a writer, and a device may have no end. */
static void
test_a_configuration_that_is_no_file_is_an_error(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = g_build_filename(fixture->directory, "config.json", NULL);
    g_autofree char *large = g_strnfill(1024 * 1024 + 1, ' ');

    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
    assert_fails("a.example", "config.json is not a regular file");
    g_remove(path);
    g_assert_cmpint(symlink("/dev/zero", path), ==, 0);
    assert_fails("a.example", "config.json is not a regular file");
    g_remove(path);
    g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
    assert_fails("a.example", "config.json is a directory, not a file");
    g_rmdir(path);
    configure(fixture, large);
    assert_fails("a.example", "config.json is larger than 1024 KiB");
}

/* These bytes differ in the two alphabets of base64; engines accept only base64url. */
static void
test_a_header_is_base64url_with_padding(Fixture *fixture G_GNUC_UNUSED,
                                        gconstpointer data G_GNUC_UNUSED)
{
    CddCredentials credentials = {.server_address = (char *)"r",
                                  .username = (char *)"u",
                                  .password = (char *)"?\?>>~~\303\277\303\277"};
    g_autofree char *header = cdd_credentials_to_header(&credentials);
    g_autofree char *standard = g_strdup(header);
    g_autofree guchar *json = NULL;
    gsize length;

    g_assert_null(strpbrk(header, "+/"));
    g_assert_nonnull(strpbrk(header, "-_"));
    g_assert_cmpuint(strlen(header) % 4, ==, 0);
    g_strdelimit(standard, "-", '+');
    g_strdelimit(standard, "_", '/');
    json = g_base64_decode(standard, &length);
    g_assert_nonnull(g_strstr_len((const char *)json, (gssize)length, "\"username\":\"u\""));
    g_assert_nonnull(g_strstr_len((const char *)json, (gssize)length, "?\?>>~~\303\277\303\277"));
}

#define ADD(path, func) g_test_add("/credentials/" path, Fixture, NULL, set_up, func, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("nothing-configured-is-nobody", test_nothing_configured_is_nobody);
    ADD("auths-are-found-by-any-form-of-their-key", test_auths_are_found_by_any_form_of_their_key);
    ADD("tokens-are-kept-apart-from-passwords", test_tokens_are_kept_apart_from_passwords);
    ADD("a-helper-of-the-registry-comes-before-the-store",
        test_a_helper_of_the_registry_comes_before_the_store);
    ADD("cancelling-ends-the-helper", test_cancelling_ends_the_helper);
    ADD("the-environment-comes-first", test_the_environment_comes_first);
    ADD("a-malformed-environment-counts-as-unset", test_a_malformed_environment_counts_as_unset);
    ADD("an-empty-configuration-has-no-credentials",
        test_an_empty_configuration_has_no_credentials);
    ADD("what-is-broken-is-named-without-secrets", test_what_is_broken_is_named_without_secrets);
    ADD("every-odd-answer-names-the-helper", test_every_odd_answer_names_the_helper);
    ADD("no-credentials-is-no-error", test_no_credentials_is_no_error);
    ADD("a-helper-is-read-as-docker-does", test_a_helper_is_read_as_docker_does);
    ADD("a-helper-need-not-read", test_a_helper_need_not_read);
    ADD("a-helper-that-never-ends-is-ended", test_a_helper_that_never_ends_is_ended);
    ADD("a-deep-configuration-is-an-error", test_a_deep_configuration_is_an_error);
    ADD("a-configuration-that-is-no-file-is-an-error",
        test_a_configuration_that_is_no_file_is_an_error);
    ADD("a-header-is-base64url-with-padding", test_a_header_is_base64url_with_padding);
    return g_test_run();
}

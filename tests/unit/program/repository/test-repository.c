/* SPDX-License-Identifier: Apache-2.0 */
#include "base/folder.h"
#include "base/program-error.h"
#include "repository/apt-source.h"
#include "repository/repository-lock.h"
#include "repository/repository.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A workspace with an output directory, and a gpg home with a test key. */
typedef struct {
    char *directory;
    char *output;
    Config config;
} Fixture;

static void
run_command(char **output, const char *first, ...)
{
    g_autoptr(GPtrArray) command = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *words = NULL;
    const char *word = first;
    int status = 0;
    va_list rest;

    va_start(rest, first);
    for (; word != NULL; word = va_arg(rest, const char *))
        g_ptr_array_add(command, (gpointer)word);
    va_end(rest);
    g_ptr_array_add(command, NULL);
    g_spawn_sync(NULL, (char **)command->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, output,
                 &words, &status, &error);
    g_assert_no_error(error);
    if (status != 0)
        g_test_message("%s: %s", first, words);
    g_assert_cmpint(status, ==, 0);
}

static void
make_key_at(const char *time, const char *name, const char *expiry)
{
    run_command(NULL, "gpg", "--batch", "--quiet", "--faked-system-time", time, "--pinentry-mode",
                "loopback", "--passphrase", "", "--quick-generate-key", name, "ed25519", "sign",
                expiry, NULL);
}

static void
make_key(const char *name, const char *expiry)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *time = g_date_time_format(now, "%Y%m%dT%H%M%S");

    make_key_at(time, name, expiry);
}

static char *
path_of(const Fixture *f, const char *name)
{
    return g_build_filename(f->output, name, NULL);
}

static void
write_file(const Fixture *f, const char *name, const char *content)
{
    g_autofree char *path = path_of(f, name);
    g_autofree char *parent = g_path_get_dirname(path);

    g_assert_cmpint(g_mkdir_with_parents(parent, 0755), ==, 0);
    g_assert_true(g_file_set_contents(path, content, -1, NULL));
}

/* NULL when it is not there. */
static char *
read_file(const Fixture *f, const char *name)
{
    g_autofree char *path = path_of(f, name);
    char *content = NULL;

    g_file_get_contents(path, &content, NULL, NULL);
    return content;
}

static gboolean
is_there(const Fixture *f, const char *name)
{
    g_autofree char *path = path_of(f, name);

    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void
set_up(Fixture *f, gconstpointer data)
{
    g_autofree char *home = NULL;

    f->directory = g_dir_make_tmp("repository-XXXXXX", NULL);
    f->output = g_build_filename(f->directory, "out put", NULL);
    g_assert_cmpint(g_mkdir(f->output, 0755), ==, 0);
    f->config.repository_dir = f->output;
    f->config.debian_dirs = f->directory;
    f->config.colcon_repo = f->directory;
    home = g_build_filename(f->directory, "gnupg", NULL);
    g_assert_cmpint(g_mkdir(home, 0700), ==, 0);
    g_setenv("GNUPGHOME", home, TRUE);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
    run_command(NULL, "gpgconf", "--kill", "all", NULL);
    run_command(NULL, "rm", "-r", f->directory, NULL);
    g_unsetenv("GNUPGHOME");
    g_free(f->output);
    g_free(f->directory);
}

static gboolean
need_gpg(void)
{
    g_autofree char *gpg = g_find_program_in_path("gpg");

    if (gpg == NULL)
        g_test_skip("needs gpg");
    return gpg != NULL;
}

static void
wait_in(const Fixture *f, const char *release)
{
    write_file(f, ".apt.new/dists/bookworm/Release", release);
}

static void
publish(Fixture *f)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(repository_publish(&f->config, NULL, NULL, NULL, &error));
    g_assert_no_error(error);
}

/* Checks with the exported key alone, as apt does. */
static void
assert_signed(const Fixture *f)
{
    g_autofree char *key = path_of(f, "apt/colcon-deb.asc");
    g_autofree char *keyring = g_build_filename(f->directory, "keyring", NULL);
    g_autofree char *inrelease = path_of(f, "apt/dists/bookworm/InRelease");
    g_autofree char *detached = path_of(f, "apt/dists/bookworm/Release.gpg");
    g_autofree char *release = path_of(f, "apt/dists/bookworm/Release");
    g_autofree char *text = NULL;
    g_autofree char *expected = read_file(f, "apt/dists/bookworm/Release");

    run_command(NULL, "gpg", "--batch", "--yes", "--dearmor", "--output", keyring, key, NULL);
    run_command(NULL, "gpgv", "--keyring", keyring, detached, release, NULL);
    run_command(&text, "gpgv", "--keyring", keyring, "--output", "-", inrelease, NULL);
    g_assert_cmpstr(text, ==, expected);
}

static void
test_without_a_key_it_takes_its_place(Fixture *f, gconstpointer data)
{
    g_autofree char *release = NULL;
    g_autofree char *source = NULL;
    g_autoptr(GPtrArray) sentences = NULL;

    publish(f); /* there is nothing yet */
    write_file(f, "apt/dists/bookworm/Release", "old");
    wait_in(f, "new");
    publish(f);
    release = read_file(f, "apt/dists/bookworm/Release");
    source = read_file(f, "apt/colcon-deb.sources");
    g_assert_cmpstr(release, ==, "new");
    g_assert_nonnull(strstr(source, "out%20put/apt\nSuites: bookworm\n"));
    g_assert_nonnull(strstr(source, "Trusted: yes\n"));
    g_assert_false(is_there(f, ".apt.new"));
    g_assert_false(is_there(f, ".apt.old"));
    sentences = repository_describe(&f->config);
    g_assert_cmpuint(sentences->len, ==, 1);
    g_assert_nonnull(strstr(sentences->pdata[0], "deb [trusted=yes] file:/"));
}

static void
test_it_is_signed_by_the_users_key(Fixture *f, gconstpointer data)
{
    g_autofree char *source = NULL;
    g_autofree char *first = NULL;
    g_autofree char *again = NULL;

    if (!need_gpg())
        return;
    make_key("robots", "never");
    f->config.signing_key = (char *)"robots";
    wait_in(f, "Origin: x\n");
    publish(f);
    assert_signed(f);
    source = read_file(f, "apt/colcon-deb.sources");
    g_assert_nonnull(strstr(source, "Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n "));
    /* A signed repository is not signed again, and gpg does not run. */
    first = read_file(f, "apt/dists/bookworm/InRelease");
    g_setenv("GNUPGHOME", "/nonexistent", TRUE);
    publish(f);
    again = read_file(f, "apt/dists/bookworm/InRelease");
    g_assert_cmpstr(first, ==, again);
}

static void
test_another_key_signs_what_has_not_changed(Fixture *f, gconstpointer data)
{
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;

    if (!need_gpg())
        return;
    make_key("one", "never");
    make_key("two", "never");
    f->config.signing_key = (char *)"one";
    wait_in(f, "Origin: x\n");
    publish(f);
    first = read_file(f, "apt/colcon-deb.asc");
    f->config.signing_key = (char *)"two";
    publish(f);
    second = read_file(f, "apt/colcon-deb.asc");
    g_assert_cmpstr(first, !=, second);
    assert_signed(f);
}

static void
test_a_key_of_a_file_stays_nowhere(Fixture *f, gconstpointer data)
{
    g_autofree char *file = g_build_filename(f->directory, "key.asc", NULL);
    g_autofree char *other_home = g_build_filename(f->directory, "other", NULL);
    g_autofree char *passphrase = g_build_filename(f->directory, "passphrase", NULL);
    g_autofree char *temporary = g_build_filename(f->directory, "tmp", NULL);
    g_autofree char *listed = NULL;

    if (!need_gpg())
        return;
    g_assert_true(g_file_set_contents(passphrase, "secret\n", -1, NULL));
    run_command(NULL, "gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase",
                "secret", "--quick-generate-key", "filed", "ed25519", "sign", "never", NULL);
    run_command(NULL, "gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", "secret",
                "--armor", "--output", file, "--export-secret-keys", "filed", NULL);
    run_command(NULL, "gpgconf", "--kill", "all", NULL);
    g_assert_cmpint(g_mkdir(other_home, 0700), ==, 0);
    g_assert_cmpint(g_mkdir(temporary, 0700), ==, 0);
    g_setenv("GNUPGHOME", other_home, TRUE);
    g_setenv("TMPDIR", temporary, TRUE);
    f->config.signing_key_file = file;
    f->config.passphrase_file = passphrase;
    wait_in(f, "Origin: x\n");
    publish(f);
    g_unsetenv("TMPDIR");
    assert_signed(f);
    run_command(&listed, "gpg", "--list-keys", NULL);
    g_assert_cmpstr(listed, ==, "");
    g_assert_cmpint(g_rmdir(temporary), ==, 0);
}

static void
assert_refused(Fixture *f, const char *words)
{
    g_autofree char *release = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_false(repository_check_key(&f->config, NULL, NULL));
    g_assert_false(repository_publish(&f->config, NULL, NULL, NULL, &error));
    g_assert_nonnull(error);
    g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, words));
    release = read_file(f, "apt/dists/bookworm/Release");
    g_assert_cmpstr(release, ==, "old");
    g_assert_false(is_there(f, "apt/colcon-deb.asc"));
}

static void
test_a_key_that_cannot_sign_leaves_everything_as_it_was(Fixture *f, gconstpointer data)
{
    g_autofree char *file = path_of(f, "../nothing.asc");
    g_autofree char *path = g_strdup(g_getenv("PATH"));

    if (!need_gpg())
        return;
    write_file(f, "apt/dists/bookworm/Release", "old");
    wait_in(f, "new");
    make_key_at("20200101T000000", "late", "seconds=1");
    f->config.signing_key = (char *)"nobody";
    assert_refused(f, "looking for the signing key nobody: gpg says: ");
    f->config.signing_key = (char *)"late";
    assert_refused(f, "the signing key late has expired; extend it");
    f->config.signing_key = NULL;
    f->config.signing_key_file = file;
    assert_refused(f, "reading the signing key: ");
    f->config.signing_key_file = NULL;
    f->config.signing_key = (char *)"late";
    g_setenv("PATH", "/nonexistent", TRUE);
    assert_refused(f, "gpg is not installed; install gnupg");
    g_setenv("PATH", path, TRUE);
    /* A waiting repository is published later, without a key or with another one. */
    f->config.signing_key = NULL;
    publish(f);
    g_assert_false(is_there(f, ".apt.new"));
}

static void
test_a_key_where_the_container_sees_it_is_refused(Fixture *f, gconstpointer data)
{
    g_autofree char *file = path_of(f, "key.asc");
    g_autoptr(GError) error = NULL;

    write_file(f, "key.asc", "");
    f->config.signing_key_file = file;
    g_assert_false(repository_check_key(&f->config, NULL, &error));
    g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, "which the container can read"));
}

static void
test_a_swap_that_was_killed_is_finished(Fixture *f, gconstpointer data)
{
    g_autofree char *release = NULL;

    write_file(f, ".apt.old/dists/bookworm/Release", "old");
    publish(f);
    release = read_file(f, "apt/dists/bookworm/Release");
    g_assert_cmpstr(release, ==, "old");

    write_file(f, ".apt.old/dists/bookworm/Release", "older");
    wait_in(f, "new");
    publish(f);
    g_free(release);
    release = read_file(f, "apt/dists/bookworm/Release");
    g_assert_cmpstr(release, ==, "new");
    g_assert_false(is_there(f, ".apt.old"));
}

/* Under sudo, a link could lead to any file. */
static void
test_no_link_is_followed(Fixture *f, gconstpointer data)
{
    g_autofree char *secret = g_build_filename(f->directory, "secret", NULL);
    g_autofree char *release = path_of(f, ".apt.new/dists/bookworm/Release");
    g_autofree char *source = path_of(f, ".apt.new/colcon-deb.sources");
    g_autofree char *content = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(g_file_set_contents(secret, "secret", -1, NULL));
    wait_in(f, "new");
    g_assert_cmpint(symlink(secret, source), ==, 0);
    publish(f);
    g_assert_true(g_file_get_contents(secret, &content, NULL, NULL));
    g_assert_cmpstr(content, ==, "secret");

    wait_in(f, "new");
    g_unlink(release);
    g_assert_cmpint(symlink(secret, release), ==, 0);
    f->config.signing_key = (char *)"any";
    g_assert_false(repository_publish(&f->config, NULL, NULL, NULL, &error));
    g_assert_nonnull(strstr(error->message, "bookworm/Release"));
}

static void
test_of_several_suites_one_has_to_be_chosen(Fixture *f, gconstpointer data)
{
    g_autoptr(GPtrArray) suites = g_ptr_array_new_with_free_func((GDestroyNotify)apt_suite_free);
    g_autofree char *text = NULL;
    g_autofree char *line = NULL;

    g_ptr_array_add(suites, apt_suite_new("bookworm", TRUE));
    g_ptr_array_add(suites, apt_suite_new("trixie", FALSE));
    text = apt_source_describe("/o/apt", suites, "BEGIN\n\nEND\n");
    g_assert_true(g_str_has_suffix(text, "Types: deb\nURIs: file:/o/apt\nSuites: bookworm\n"
                                         "Components: main\nEnabled: no\n"
                                         "Signed-By:\n BEGIN\n .\n END\n"
                                         "\n"
                                         "Types: deb\nURIs: file:/o/apt\nSuites: trixie\n"
                                         "Components: main\nEnabled: no\nTrusted: yes\n"));
    line = apt_source_line("/o/apt", suites->pdata[0], "/o/apt/colcon-deb.asc");
    g_assert_cmpstr(line, ==, "deb [signed-by=/o/apt/colcon-deb.asc] file:/o/apt bookworm main");
    g_assert_null(apt_source_line("/o p/apt", suites->pdata[0], "/o p/apt/colcon-deb.asc"));
}

#define ADD(name, function)                                                                        \
    g_test_add("/repository/" name, Fixture, NULL, set_up, function, tear_down)

typedef struct {
    guint said;
    RepositoryLock *held; /* released when the wait is announced */
} Wait;

static void
on_wait(const char *message, gpointer user_data)
{
    Wait *wait = user_data;

    g_assert_nonnull(strstr(message, "another build that is changing"));
    wait->said++;
    g_clear_pointer(&wait->held, repository_lock_release);
}

static void
test_one_changes_it_at_a_time(Fixture *f, gconstpointer data)
{
    const Owner owner = {.change = FALSE};
    g_autoptr(Folder) output = folder_open(f->output, NULL);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;
    Wait wait = {0};

    write_file(f, ".apt.new/dists/bookworm/Release", "Suite: bookworm\n");
    wait.held = repository_lock_take(output, &owner, NULL, NULL, NULL, &error);
    g_assert_no_error(error);
    g_assert_true(repository_publish(&f->config, on_wait, &wait, cancellable, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(wait.said, ==, 1);
    g_assert_true(is_there(f, "apt/dists/bookworm/Release"));

    wait.held = repository_lock_take(output, &owner, NULL, NULL, NULL, &error);
    g_cancellable_cancel(cancellable);
    g_assert_false(repository_publish(&f->config, on_wait, &wait, cancellable, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    repository_lock_release(wait.held);
}

/* A build can put anything at the name of the lock. */
static void
test_what_is_no_file_makes_way_for_the_lock(Fixture *f, gconstpointer data)
{
    const char *const plants[] = {"ln -s /etc/passwd \"$0\"", "mkdir \"$0\"", "mkfifo \"$0\""};
    const Owner owner = {.change = FALSE};
    g_autoptr(Folder) output = folder_open(f->output, NULL);
    g_autofree char *path = path_of(f, ".apt.lock");

    for (gsize i = 0; i < G_N_ELEMENTS(plants); i++) {
        g_autoptr(RepositoryLock) lock = NULL;
        g_autoptr(GError) error = NULL;

        run_command(NULL, "rm", "-rf", path, NULL);
        run_command(NULL, "sh", "-c", plants[i], path, NULL);
        lock = repository_lock_take(output, &owner, NULL, NULL, NULL, &error);
        g_assert_no_error(error);
        g_assert_true(folder_has_file(output, ".apt.lock"));
    }
}

static void
test_a_lock_on_a_file_that_was_removed_is_no_lock(Fixture *f, gconstpointer data)
{
    const Owner owner = {.change = FALSE};
    g_autoptr(Folder) output = folder_open(f->output, NULL);
    g_autoptr(RepositoryLock) old = repository_lock_take(output, &owner, NULL, NULL, NULL, NULL);
    g_autoptr(RepositoryLock) new = NULL;

    g_assert_nonnull(old);
    g_assert_true(folder_clear(output, ".apt.lock", NULL));
    new = repository_lock_take(output, &owner, NULL, NULL, NULL, NULL);
    g_assert_nonnull(new);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("unsigned", test_without_a_key_it_takes_its_place);
    ADD("signed", test_it_is_signed_by_the_users_key);
    ADD("another-key", test_another_key_signs_what_has_not_changed);
    ADD("key-file", test_a_key_of_a_file_stays_nowhere);
    ADD("unusable-key", test_a_key_that_cannot_sign_leaves_everything_as_it_was);
    ADD("key-in-reach", test_a_key_where_the_container_sees_it_is_refused);
    ADD("killed", test_a_swap_that_was_killed_is_finished);
    ADD("links", test_no_link_is_followed);
    ADD("several-suites", test_of_several_suites_one_has_to_be_chosen);
    ADD("one-at-a-time", test_one_changes_it_at_a_time);
    ADD("strange-lock", test_what_is_no_file_makes_way_for_the_lock);
    ADD("removed-lock", test_a_lock_on_a_file_that_was_removed_is_no_lock);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Tests logins and channels with an ssh of the test's own, which notes how it is called. */
#include "await.h"
#include "transport/connect.h"

#include <colcon-deb-docker/cdd-error.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#define PATIENCE (20 * G_TIME_SPAN_SECOND)

/*
 * The directory has the answers: "settings" for -G, "running" if a master of the user runs,
 * "failure" with a login's last words, "hang" for a login that takes forever. A master listens on
 * its socket until it gets a signal. A channel says hello and then what it reads; with "deaf" it
 * ends at once.
 */
static const char fake_ssh[] =
    "#!/bin/sh\n"
    "place=${0%/*}\n"
    "echo \"$*\" >>\"$place/calls\"\n"
    "case \" $* \" in\n"
    "*' -G '*) cat \"$place/settings\" ;;\n"
    "*' -O check '*) [ -e \"$place/running\" ] ;;\n"
    "*' -N '*)\n"
    "  echo $$ >\"$place/master\"\n"
    "  if [ -e \"$place/hang\" ]; then exec sleep 600; fi\n"
    "  if [ -e \"$place/failure\" ]; then cat \"$place/failure\" >&2; exit 255; fi\n"
    "  for word; do case $word in ControlPath=*) path=${word#*=} ;; esac; done\n"
    "  echo 'channel 2: open failed' >&2\n"
    "  exec python3 -c 'import signal, socket, sys\n"
    "listener = socket.socket(socket.AF_UNIX)\n"
    "listener.bind(sys.argv[1])\n"
    "listener.listen()\n"
    "signal.pause()' \"$path\" ;;\n"
    "*) if [ -e \"$place/deaf\" ]; then exit 1; fi; echo hello; exec cat ;;\n"
    "esac\n";

typedef struct {
    char *place;     /* of the fake ssh */
    char *temporary; /* where the directories of masters are */
    char *path;
} Fixture;

static char *
file_of(Fixture *fixture, const char *name)
{
    return g_build_filename(fixture->place, name, NULL);
}

static void
say(Fixture *fixture, const char *name, const char *text)
{
    g_autofree char *path = file_of(fixture, name);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
unsay(Fixture *fixture, const char *name)
{
    g_autofree char *path = file_of(fixture, name);

    g_unlink(path);
}

static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *program = NULL;
    g_autofree char *path = NULL;

    fixture->place = g_mkdtemp(g_strdup("/tmp/cdd-ssh-XXXXXX"));
    fixture->temporary = g_strdup(g_get_tmp_dir());
    fixture->path = g_strdup(g_getenv("PATH"));
    program = file_of(fixture, "ssh");
    path = g_strconcat(fixture->place, ":", fixture->path, NULL);
    g_assert_true(
        g_file_set_contents_full(program, fake_ssh, -1, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
    g_setenv("PATH", path, TRUE);
    say(fixture, "settings", "user root\ncontrolmaster false\ncontrolpersist no\n");
    say(fixture, "calls", "");
}

/* How many directories of masters there are. */
static guint
count_directories(const char *place)
{
    g_autoptr(GDir) directory = g_dir_open(place, 0, NULL);
    const char *name;
    guint count = 0;

    while (directory != NULL && (name = g_dir_read_name(directory)) != NULL)
        count += g_str_has_prefix(name, "colcon-deb-ssh-");
    return count;
}

/* Returns 0 if no master was started. */
static pid_t
master_pid(Fixture *fixture)
{
    g_autofree char *path = file_of(fixture, "master");
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) ? (pid_t)g_ascii_strtoll(text, NULL, 10)
                                                        : 0;
}

static gboolean
master_runs(Fixture *fixture)
{
    pid_t pid = master_pid(fixture);

    return pid > 0 && kill(pid, 0) == 0;
}

static void
assert_nothing_is_left(Fixture *fixture)
{
    gint64 deadline = g_get_monotonic_time() + PATIENCE;

    while (g_get_monotonic_time() < deadline &&
           (master_runs(fixture) || count_directories(fixture->temporary) > 0)) {
        g_main_context_iteration(NULL, FALSE);
        g_usleep(10000);
    }
    g_assert_false(master_runs(fixture));
    g_assert_cmpuint(count_directories(fixture->temporary), ==, 0);
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const names[] = {"ssh",     "calls", "settings", "running",
                                        "failure", "hang",  "master",   "deaf"};

    assert_nothing_is_left(fixture);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        unsay(fixture, names[i]);
    g_assert_cmpint(g_rmdir(fixture->place), ==, 0);
    g_setenv("PATH", fixture->path, TRUE);
    g_free(fixture->place);
    g_free(fixture->temporary);
    g_free(fixture->path);
}

/* How many calls of ssh have a word. */
static guint
count_calls(Fixture *fixture, const char *word)
{
    g_autofree char *path = file_of(fixture, "calls");
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    guint count = 0;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        count += strstr(*line, word) != NULL;
    return count;
}

static CddConnector *
make_connector(void)
{
    g_autoptr(CddAddress) address =
        cdd_address_new("ssh://me@robot:2222", "the test", NULL, FALSE, NULL);

    return cdd_connector_new(address);
}

static GIOStream *
open_stream(CddConnector *connector, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_connect_async(connector, NULL, await_ready, &done);
    return cdd_connect_finish(await(&done), error);
}

static void
assert_says_hello(GIOStream *stream)
{
    char buffer[6];
    gsize length;

    g_assert_true(g_input_stream_read_all(g_io_stream_get_input_stream(stream), buffer,
                                          sizeof buffer, &length, NULL, NULL));
    g_assert_cmpmem(buffer, length, "hello\n", 6);
}

static void
test_connections_share_a_login(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    CddConnector *connector = make_connector();
    g_autoptr(GPtrArray) streams = g_ptr_array_new_with_free_func(g_object_unref);
    GAsyncResult *done[3] = {NULL};

    for (guint i = 0; i < G_N_ELEMENTS(done); i++)
        cdd_connect_async(connector, NULL, await_ready, &done[i]);
    for (guint i = 0; i < G_N_ELEMENTS(done); i++) {
        GIOStream *stream = cdd_connect_finish(await(&done[i]), NULL);

        assert_says_hello(stream);
        g_ptr_array_add(streams, stream);
        g_object_unref(done[i]);
    }
    g_assert_cmpuint(count_calls(fixture, "-N -o"), ==, 1);
    g_assert_cmpuint(count_calls(fixture, "-l me -p 2222"), ==, 5);
    g_assert_cmpuint(count_calls(fixture, "-- robot docker system dial-stdio"), ==, 3);
    g_assert_cmpuint(count_calls(fixture, "ControlMaster=no -o ControlPath=/"), ==, 3);
    g_assert_cmpuint(count_directories(fixture->temporary), ==, 1);

    /* A stream that outlives its client keeps the login. */
    cdd_connector_free(connector);
    g_ptr_array_set_size(streams, 1);
    g_usleep(200000);
    g_assert_true(master_runs(fixture));
}

static void
assert_private(Fixture *fixture, const char *settings, guint masters)
{
    g_autoptr(CddConnector) connector = make_connector();
    g_autoptr(GIOStream) stream = NULL;

    say(fixture, "settings", settings);
    say(fixture, "calls", "");
    stream = open_stream(connector, NULL);
    assert_says_hello(stream);
    g_assert_cmpuint(count_calls(fixture, "-N -o"), ==, masters);
    g_assert_cmpuint(count_calls(fixture, "ControlMaster=no"), ==, masters);
}

static void
test_the_users_own_sharing_is_used(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char persistent[] =
        "user root\ncontrolmaster auto\ncontrolpath /home/me/s\ncontrolpersist 600\n";
    static const char passing[] =
        "user root\ncontrolmaster auto\ncontrolpath /home/me/s\ncontrolpersist no\n";
    static const char by_hand[] =
        "user root\ncontrolmaster false\ncontrolpath /home/me/s\ncontrolpersist yes\n";

    assert_private(fixture, persistent, 0);
    assert_private(fixture, passing, 1);
    assert_private(fixture, by_hand, 1);
    say(fixture, "running", "");
    assert_private(fixture, passing, 0);
    assert_private(fixture, by_hand, 0);
}

static void
test_a_refused_login_says_why(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddConnector) connector = make_connector();
    g_autoptr(GIOStream) stream = NULL;
    g_autoptr(GError) error = NULL;

    say(fixture, "failure", "Warning: first\nme@robot: Permission denied (publickey).\n");
    g_assert_null(open_stream(connector, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE);
    g_assert_nonnull(strstr(error->message, "ssh said \"Warning: first me@robot: Permission denied "
                                            "(publickey).\""));
    g_assert_nonnull(strstr(error->message, "\"ssh -p 2222 -l me robot\""));

    /* The next connection tries again. */
    unsay(fixture, "failure");
    stream = open_stream(connector, NULL);
    assert_says_hello(stream);
    g_assert_cmpuint(count_calls(fixture, "-N -o"), ==, 2);
}

static void
test_a_login_that_ends_is_replaced(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddConnector) connector = make_connector();
    g_autoptr(GIOStream) stream = open_stream(connector, NULL);
    g_autoptr(GIOStream) next = NULL;
    g_autoptr(GError) error = NULL;
    pid_t master = master_pid(fixture);

    /* While the login lives, an error is not the login's. */
    g_set_error(&error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, "broken");
    cdd_connect_explain(stream, &error);
    g_assert_cmpstr(error->message, ==, "broken");

    g_assert_cmpint(master, >, 0);
    g_assert_cmpint(kill(master, SIGKILL), ==, 0);
    while (master_runs(fixture))
        g_usleep(10000);
    cdd_connect_explain(stream, &error);
    g_assert_cmpstr(error->message, ==, "the ssh connection to robot ended: broken");

    next = open_stream(connector, NULL);
    assert_says_hello(next);
    g_assert_true(master_runs(fixture));
    g_assert_cmpuint(count_calls(fixture, "-N -o"), ==, 2);
}

static gboolean
on_time(gpointer cancellable)
{
    g_cancellable_cancel(cancellable);
    return G_SOURCE_REMOVE;
}

static void
test_a_login_that_nobody_waits_for_ends(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddConnector) connector = make_connector();
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GAsyncResult) other = NULL;
    g_autoptr(GIOStream) stream = NULL;
    g_autoptr(GError) error = NULL;

    say(fixture, "hang", "");
    cdd_connect_async(connector, cancellable, await_ready, &done);
    cdd_connect_async(connector, cancellable, await_ready, &other);
    g_timeout_add(300, on_time, cancellable);
    g_assert_null(cdd_connect_finish(await(&done), &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error(&error);
    g_assert_null(cdd_connect_finish(await(&other), &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    assert_nothing_is_left(fixture);

    unsay(fixture, "hang");
    stream = open_stream(connector, NULL);
    assert_says_hello(stream);
}

static void
test_ssh_is_not_installed(Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddConnector) connector = make_connector();
    g_autoptr(GError) error = NULL;

    g_setenv("PATH", "/nonexistent", TRUE);
    g_assert_null(open_stream(connector, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE);
    g_assert_nonnull(strstr(error->message, "install openssh-client"));
}

/* GLib asks for TMPDIR once in a process. */
static void
run_again_with_tmpdir(const char *directory)
{
    g_autofree char *old = g_strdup(g_getenv("TMPDIR"));

    g_setenv("TMPDIR", directory, TRUE);
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
    g_test_trap_assert_passed();
    g_setenv("TMPDIR", old, TRUE);
}

static void
test_a_path_that_ssh_would_expand(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    if (g_test_subprocess()) {
        g_autoptr(CddConnector) connector = make_connector();
        g_autoptr(GIOStream) stream = open_stream(connector, NULL);

        assert_says_hello(stream);
        g_assert_cmpuint(count_calls(fixture, "-o ControlPath=/tmp/colcon-deb-ssh-"), ==, 2);
    } else {
        g_autofree char *odd = file_of(fixture, "%h");
        g_autofree char *name = g_strnfill(100, 'a');
        g_autofree char *deep = file_of(fixture, name);

        g_assert_cmpint(g_mkdir(odd, 0700), ==, 0);
        g_assert_cmpint(g_mkdir(deep, 0700), ==, 0);
        run_again_with_tmpdir(odd);
        run_again_with_tmpdir(deep);
        g_assert_cmpint(g_rmdir(odd), ==, 0);
        g_assert_cmpint(g_rmdir(deep), ==, 0);
    }
}

static void
test_no_directory_can_be_made(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    if (g_test_subprocess()) {
        g_autoptr(CddConnector) connector = make_connector();
        g_autoptr(GIOStream) stream = open_stream(connector, NULL);
        g_autoptr(GIOStream) other = open_stream(connector, NULL);

        assert_says_hello(stream);
        assert_says_hello(other);
        g_assert_cmpuint(count_calls(fixture, "-N -o"), ==, 0);
        g_assert_cmpuint(count_calls(fixture, "Control"), ==, 0);
    } else {
        run_again_with_tmpdir("/nonexistent");
    }
}

/* SIGPIPE would end the program; a library must not rely on the program to ignore it. */
static void
test_an_ssh_that_ends_early_is_an_error(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddConnector) connector = make_connector();
    g_autofree char *much = g_strnfill(1024 * 1024, 'x');
    void (*former)(int) = signal(SIGPIPE, SIG_DFL);

    say(fixture, "deaf", "");
    for (guint i = 0; i < 20; i++) {
        g_autoptr(GIOStream) stream = open_stream(connector, NULL);
        g_autoptr(GError) error = NULL;

        g_assert_nonnull(stream);
        g_assert_false(g_output_stream_write_all(g_io_stream_get_output_stream(stream), much,
                                                 strlen(much), NULL, NULL, &error));
        g_assert_error(error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
    }
    signal(SIGPIPE, former);
}

static void
add_test(const char *name, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(name, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_autofree char *temporary = g_strdup("/tmp/cdd-ssh-tmp-XXXXXX");
    int code;

    g_test_init(&argc, &argv, NULL);
    /* Other processes have masters in /tmp. */
    g_assert_nonnull(g_mkdtemp(temporary));
    if (!g_test_subprocess())
        g_setenv("TMPDIR", temporary, TRUE);
    add_test("/ssh/connections-share-a-login", test_connections_share_a_login);
    add_test("/ssh/the-users-own-sharing-is-used", test_the_users_own_sharing_is_used);
    add_test("/ssh/a-refused-login-says-why", test_a_refused_login_says_why);
    add_test("/ssh/a-login-that-ends-is-replaced", test_a_login_that_ends_is_replaced);
    add_test("/ssh/a-login-that-nobody-waits-for-ends", test_a_login_that_nobody_waits_for_ends);
    add_test("/ssh/ssh-is-not-installed", test_ssh_is_not_installed);
    add_test("/ssh/a-path-that-ssh-would-expand", test_a_path_that_ssh_would_expand);
    add_test("/ssh/no-directory-can-be-made", test_no_directory_can_be_made);
    add_test("/ssh/an-ssh-that-ends-early-is-an-error", test_an_ssh_that_ends_early_is_an_error);
    code = g_test_run();
    g_rmdir(temporary);
    return code;
}

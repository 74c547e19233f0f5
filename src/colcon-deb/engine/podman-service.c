/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A shell guards the service: when its own standard input ends, it ends the service and removes
 * the directory of the socket. The input ends with this program, also if that is killed.
 */
#include "podman-service.h"

#include "../base/await.h"
#include "../base/clock.h"
#include "../base/folder.h"
#include "../base/program-error.h"
#include "../base/text.h"
#include "unix-socket.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    START_TIME = 60 * 1000, /* milliseconds; a user's first start makes the storage */
    END_TIME = 20 * 1000,   /* more than the guard gives the service */
    LOOK_TIME = 20,         /* between two attempts to connect */
};

#define SOCKET_NAME "podman.sock"

/* See image/own-containers.h. */
#define PROCESS_LABEL_NAME "colcon-deb.process"

struct PodmanService {
    char *directory; /* private; with the socket and the log */
    char *socket;
    GSubprocess *guard;
    int line;           /* the guard's standard input */
    GAsyncResult *done; /* NULL while the guard runs */
    char *last_words;   /* NULL until they have been asked for */
};

/* The first argument is the directory, the others are the command. The shell gives a background
 * command an empty input, so the guard's own is kept as 3. A service that does not heed SIGTERM is
 * killed after ten seconds. Then the containers of this program are removed: if Podman's conmon
 * writes output to the service before it notices that the service has ended, it keeps the input of
 * the container open, and the container would run on. A Podman that hangs is not waited for. */
static const char guard_script[] =
    "directory=$1; shift; exec 3<&0\n"
    "mine=$(readlink /proc/self/ns/pid)/$PPID; podman=\n"
    "for word; do [ \"$word\" != system ] || break; podman=\"$podman $word\"; done\n"
    "\"$@\" >\"$directory/log\" 2>&1 3<&- & service=$!\n"
    "{ read -r end <&3; kill \"$service\"\n"
    "  for second in 1 2 3 4 5 6 7 8 9 10; do sleep 1; kill -0 \"$service\" || exit; done\n"
    "  kill -KILL \"$service\"; } >/dev/null 2>&1 & watcher=$!\n"
    "wait \"$service\"; code=$?; kill \"$watcher\"\n"
    "{ timeout -k 1 10 $podman ps --all --filter label=" PROCESS_LABEL_NAME
    "    --format '{{.ID}} {{index .Labels \"" PROCESS_LABEL_NAME "\"}}' |\n"
    "  while read -r id owner; do\n"
    "    case $owner in *\"/$mine/\"*) timeout -k 1 10 $podman rm --force --time 0 \"$id\" ;; "
    "esac\n"
    "  done; } >/dev/null 2>&1 3<&-\n"
    "tail -c 2000 \"$directory/log\"; rm -rf \"$directory\"; exit $code\n";

gboolean
podman_service_is_installed(void)
{
    g_autofree char *path = g_find_program_in_path("podman");

    return path != NULL;
}

/* The caller's configuration may ask for what only a machine with systemd has. Podman reads the
 * address as a URI. */
static char **
make_command(const PodmanService *self)
{
    gboolean systemd = g_file_test("/run/systemd/system", G_FILE_TEST_IS_DIR);
    g_autoptr(GStrvBuilder) command = g_strv_builder_new();
    g_autofree char *path = g_uri_escape_string(self->socket, "/", FALSE);
    g_autofree char *address = g_strconcat("unix://", path, NULL);

    g_strv_builder_add_many(command, "/bin/sh", "-c", guard_script, "sh", self->directory, "podman",
                            NULL);
    if (!systemd)
        g_strv_builder_add_many(command, "--cgroup-manager=cgroupfs", "--events-backend=file",
                                NULL);
    g_strv_builder_add_many(command, "system", "service", "--time=0", address, NULL);
    return g_strv_builder_end(command);
}

/* Runs between fork and exec: Ctrl-C on the terminal is for this program alone. */
static void
leave_terminal(gpointer user_data G_GNUC_UNUSED)
{
    setsid();
}

static gboolean
start_guard(PodmanService *self, GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_auto(GStrv) command = make_command(self);
    int ends[2] = {-1, -1};

    if (!g_unix_open_pipe(ends, FD_CLOEXEC, error))
        return FALSE;
    g_subprocess_launcher_take_stdin_fd(launcher, ends[0]);
    self->line = ends[1];
    g_subprocess_launcher_set_child_setup(launcher, leave_terminal, NULL, NULL);
    /* With these, podman would be the client of another service. */
    g_subprocess_launcher_unsetenv(launcher, "CONTAINER_HOST");
    g_subprocess_launcher_unsetenv(launcher, "CONTAINER_CONNECTION");
    self->guard = g_subprocess_launcher_spawnv(launcher, (const char *const *)command, error);
    if (self->guard == NULL)
        return FALSE;
    g_subprocess_communicate_utf8_async(self->guard, NULL, NULL, await_ready, &self->done);
    return TRUE;
}

static gboolean
is_less_than_an_error(const char *line)
{
    return strstr(line, " level=warning ") != NULL || strstr(line, " level=info ") != NULL;
}

/* In one line: what Podman said from "Error:" on, or else all of its errors. */
static char *
find_reason(const char *said)
{
    g_autofree char *valid = g_utf8_make_valid(said, -1);
    const char *start = strstr(valid, "Error:");
    g_auto(GStrv) lines = g_strsplit(start != NULL ? start : valid, "\n", -1);
    g_autoptr(GString) reason = g_string_new(NULL);

    for (char **line = lines; *line != NULL; line++) {
        if (*g_strstrip(*line) != '\0' && !is_less_than_an_error(*line))
            g_string_append_printf(reason, "%s%s", reason->len > 0 ? "; " : "", *line);
    }
    return reason->len > 0 ? text_printable(reason->str) : g_strdup("it ended without a word");
}

const char *
podman_service_get_last_words(PodmanService *self)
{
    g_autofree char *said = NULL;

    if (self->done == NULL || self->last_words != NULL)
        return self->last_words;
    g_subprocess_communicate_utf8_finish(self->guard, self->done, &said, NULL, NULL);
    self->last_words = find_reason(said != NULL ? said : "");
    return self->last_words;
}

static gboolean
await_socket(PodmanService *self, GCancellable *cancellable, GError **error)
{
    gint64 deadline = clock_now() + START_TIME;

    while (!unix_socket_accepts(self->socket, NULL)) {
        if (g_cancellable_set_error_if_cancelled(cancellable, error))
            return FALSE;
        if (self->done != NULL) {
            g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED, "podman system service: %s",
                        podman_service_get_last_words(self));
            return FALSE;
        }
        if (clock_now() > deadline) {
            g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                        "podman system service: it does not listen after %d s", START_TIME / 1000);
            return FALSE;
        }
        await_time(LOOK_TIME, cancellable);
    }
    return TRUE;
}

/* A private directory in $TMPDIR, or in /tmp if the path of the socket would be too long. */
static char *
make_directory(GError **error)
{
    static const char name[] = "colcon-deb-podman-XXXXXX";
    g_autofree char *parent = g_canonicalize_filename(g_get_tmp_dir(), NULL);
    gsize capacity = sizeof(((struct sockaddr_un *)NULL)->sun_path);
    gboolean fits = strlen(parent) + sizeof name + sizeof SOCKET_NAME < capacity;
    g_autofree char *directory = g_build_filename(fits ? parent : "/tmp", name, NULL);

    if (g_mkdtemp(directory) != NULL)
        return g_steal_pointer(&directory);
    program_error_errno(error, errno, "making the directory of Podman's socket in %s",
                        fits ? parent : "/tmp");
    return NULL;
}

PodmanService *
podman_service_start(GCancellable *cancellable, GError **error)
{
    g_autofree char *directory = make_directory(error);
    PodmanService *self;

    if (directory == NULL)
        return NULL;
    self = g_new0(PodmanService, 1);
    self->line = -1;
    self->socket = g_build_filename(directory, SOCKET_NAME, NULL);
    self->directory = g_steal_pointer(&directory);
    if (start_guard(self, error) && await_socket(self, cancellable, error))
        return self;
    podman_service_stop(self);
    return NULL;
}

const char *
podman_service_get_socket(const PodmanService *self)
{
    return self->socket;
}

/* A guard that has ended by itself has done it. */
static void
remove_directory(const PodmanService *self)
{
    g_autofree char *parent = g_path_get_dirname(self->directory);
    g_autofree char *name = g_path_get_basename(self->directory);
    g_autoptr(Folder) folder = folder_open(parent, NULL);
    g_autoptr(GError) error = NULL;

    if (folder != NULL && !folder_clear(folder, name, &error))
        g_printerr("colcon-deb: %s\n", error->message);
}

void
podman_service_stop(PodmanService *self)
{
    gint64 deadline = clock_now() + END_TIME;

    if (self->line >= 0)
        close(self->line);
    while (self->guard != NULL && self->done == NULL && clock_now() < deadline)
        await_time(LOOK_TIME, NULL);
    remove_directory(self);
    /* The end of a guard that hangs would still be noted in it. */
    if (self->guard != NULL && self->done == NULL)
        return;
    g_clear_object(&self->done);
    g_clear_object(&self->guard);
    g_free(self->directory);
    g_free(self->socket);
    g_free(self->last_words);
    g_free(self);
}

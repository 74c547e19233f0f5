/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A shell guards the service: when its own standard input ends, it ends the service and removes
 * the directory of the socket. The input ends with this program, also if that is killed.
 */
#include "podman-service.h"

#include "../base/await.h"
#include "../base/clock.h"
#include "../base/program-error.h"
#include "../base/remove-tree.h"
#include "unix-socket.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum {
    START_TIME = 60 * 1000, /* milliseconds; a user's first start makes the storage */
    END_TIME = 15 * 1000,
    LOOK_TIME = 20, /* between two attempts to connect */
};

struct PodmanService {
    char *directory; /* private; with the socket and the log */
    char *socket;
    char *address;
    GSubprocess *guard;
    int line;           /* the guard's standard input */
    GAsyncResult *done; /* NULL while the guard runs */
};

/* The first argument is the directory, the others are the command. The shell gives a background
 * command an empty input, so the guard's own is kept as 3. */
static const char guard_script[] =
    "directory=$1; shift; exec 3<&0; "
    "\"$@\" >\"$directory/log\" 2>&1 3<&- & service=$!; "
    "{ cat <&3; kill \"$service\"; } >/dev/null & "
    "wait \"$service\"; code=$?; tail -n 3 \"$directory/log\"; rm -rf \"$directory\"; exit $code";

gboolean
podman_service_is_installed(void)
{
    g_autofree char *path = g_find_program_in_path("podman");

    return path != NULL;
}

/* The caller's configuration may ask for what only a machine with systemd has. */
static char **
make_command(const PodmanService *self)
{
    gboolean systemd = g_file_test("/run/systemd/system", G_FILE_TEST_IS_DIR);
    g_autoptr(GStrvBuilder) command = g_strv_builder_new();

    g_strv_builder_add_many(command, "sh", "-c", guard_script, "sh", self->directory, "podman",
                            NULL);
    if (!systemd)
        g_strv_builder_add_many(command, "--cgroup-manager=cgroupfs", "--events-backend=file",
                                NULL);
    g_strv_builder_add_many(command, "system", "service", "--time=0", self->address, NULL);
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

/* Sets @error to what Podman said before its end. */
static void
explain_end(PodmanService *self, GError **error)
{
    g_autofree char *said = NULL;

    g_subprocess_communicate_utf8_finish(self->guard, self->done, &said, NULL, NULL);
    g_strstrip(said != NULL ? said : (said = g_strdup("")));
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED, "podman system service: %s",
                *said != '\0' ? said : "it ended at once");
}

static gboolean
await_socket(PodmanService *self, GCancellable *cancellable, GError **error)
{
    gint64 deadline = clock_now() + START_TIME;

    while (!unix_socket_accepts(self->socket, NULL)) {
        if (g_cancellable_set_error_if_cancelled(cancellable, error))
            return FALSE;
        if (self->done != NULL) {
            explain_end(self, error);
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

PodmanService *
podman_service_start(GCancellable *cancellable, GError **error)
{
    g_autofree char *directory = g_dir_make_tmp("colcon-deb-podman-XXXXXX", error);
    PodmanService *self;

    if (directory == NULL)
        return NULL;
    self = g_new0(PodmanService, 1);
    self->line = -1;
    self->socket = g_build_filename(directory, "podman.sock", NULL);
    self->address = g_strconcat("unix://", self->socket, NULL);
    self->directory = g_steal_pointer(&directory);
    if (start_guard(self, error) && await_socket(self, cancellable, error))
        return self;
    podman_service_stop(self);
    return NULL;
}

const char *
podman_service_get_address(const PodmanService *self)
{
    return self->address;
}

static void
end_guard(PodmanService *self)
{
    gint64 deadline = clock_now() + END_TIME;

    while (self->done == NULL && clock_now() < deadline)
        await_time(LOOK_TIME, NULL);
    if (self->done == NULL) {
        g_warning("Podman's service does not end; killing it");
        kill(-(pid_t)g_ascii_strtoll(g_subprocess_get_identifier(self->guard), NULL, 10), SIGKILL);
    }
    await(&self->done);
}

void
podman_service_stop(PodmanService *self)
{
    if (self->line >= 0)
        close(self->line);
    if (self->guard != NULL)
        end_guard(self);
    /* A guard that has ended has removed it. */
    remove_tree(AT_FDCWD, self->directory);
    g_clear_object(&self->done);
    g_clear_object(&self->guard);
    g_free(self->directory);
    g_free(self->socket);
    g_free(self->address);
    g_free(self);
}

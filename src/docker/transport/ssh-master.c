/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A shell guards the master: when the shell's standard input ends, it ends the master and removes
 * the directory of the socket. The input ends with the last reference or with this process.
 */
#include "ssh-master.h"

#include "../value/error.h"
#include "../value/text.h"
#include "ssh-arguments.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    MAX_MESSAGE_LENGTH = 4096,
    MAX_WORD_LENGTH = 64,
    /* While ssh makes its socket, the name has a suffix: a dot and 16 letters. */
    SUFFIX_LENGTH = 17,
    /* How long an error waits for the end of its master: steps, and microseconds. */
    END_STEPS = 10,
    END_STEP = 2000,
};

#define DIRECTORY_NAME "colcon-deb-ssh-XXXXXX"
#define SOCKET_NAME "s"
#define LOG_NAME "log"
#define FALLBACK_DIRECTORY "/tmp"

#define READY "ready\n"
#define CONFIGURED "configured\n"

/*
 * The first argument is the directory, the others are for ssh. The shell prints READY when the
 * master's socket is there. It prints CONFIGURED, and starts no master, if the user's configuration
 * shares connections: it starts masters that outlive a connection, or one is running. When the
 * master ends, the standard output ends.
 *
 * 3 is the standard input: the shell gives a background command an empty one. The last two lines
 * keep the directory until nobody needs the log.
 */
static const char guard_script[] =
    "directory=$1; shift; exec 3<&0 </dev/null\n"
    "settings=$(ssh -G \"$@\" 2>/dev/null 3<&-)\n"
    "case $settings in *'\ncontrolpath '*)\n"
    "  case $settings in *'\ncontrolmaster false'* | *'\ncontrolpersist no'*)\n"
    "    ssh -O check \"$@\" >/dev/null 2>&1 3<&- ;;\n"
    "  esac && { rm -rf \"$directory\"; printf '" CONFIGURED "'; exit; } ;;\n"
    "esac\n"
    "ssh -N -o ControlMaster=yes -o ControlPersist=no -o \"ControlPath=$directory/" SOCKET_NAME
    "\" \"$@\" >\"$directory/" LOG_NAME "\" 2>&1 3<&- & master=$!\n"
    "{ read -r end <&3; kill \"$master\"; } >/dev/null 2>&1 & watcher=$!\n"
    "{ until [ -e \"$directory/" SOCKET_NAME "\" ]; do kill -0 $$ || exit; sleep 0.02; done\n"
    "  printf '" READY "'; } 2>/dev/null 3<&- & poller=$!\n"
    "wait \"$master\"; kill \"$watcher\" \"$poller\" 2>/dev/null; exec >&-\n"
    "read -r end <&3; rm -rf \"$directory\"\n";

typedef enum {
    LOGIN_STARTING,
    LOGIN_SHARED, /* there is a private master */
    LOGIN_ABSENT, /* there is none, and each connection calls ssh by itself */
    LOGIN_ENDED,
} LoginState;

struct CddSshMaster {
    CddAddress *address;
    LoginState state;
    GPtrArray *waiting; /* of GTask, owned */
    GSubprocess *guard;
    GCancellable *listening; /* ends the reading of the guard's output */
    char *directory;
    char *socket;
    char word[MAX_WORD_LENGTH]; /* what the guard said */
};

CddSshMaster *
cdd_ssh_master_ref(CddSshMaster *self)
{
    return g_rc_box_acquire(self);
}

static void
remove_directory(const CddSshMaster *self)
{
    g_autofree char *log = g_build_filename(self->directory, LOG_NAME, NULL);

    unlink(self->socket);
    unlink(log);
    rmdir(self->directory);
}

/*
 * Returns without waiting for the end of the processes. The directory is removed here too, so that
 * it is gone when this process ends.
 */
static void
end_guard(CddSshMaster *self)
{
    g_cancellable_cancel(self->listening);
    if (self->guard == NULL)
        return;
    g_output_stream_close(g_subprocess_get_stdin_pipe(self->guard), NULL, NULL);
    remove_directory(self);
}

static void
master_clear(gpointer data)
{
    CddSshMaster *self = data;

    end_guard(self);
    g_clear_object(&self->guard);
    g_object_unref(self->listening);
    g_ptr_array_unref(self->waiting);
    g_free(self->directory);
    g_free(self->socket);
    cdd_address_unref(self->address);
}

void
cdd_ssh_master_unref(CddSshMaster *self)
{
    g_rc_box_release_full(self, master_clear);
}

/* ssh expands some characters in the path and splits it at spaces. */
static gboolean
is_fit_for_socket(const char *parent)
{
    gsize capacity = sizeof(((struct sockaddr_un *)NULL)->sun_path);
    gsize length = strlen(parent) + sizeof "/" DIRECTORY_NAME "/" SOCKET_NAME + SUFFIX_LENGTH;

    if (length > capacity)
        return FALSE;
    for (; *parent != '\0'; parent++) {
        if (!g_ascii_isalnum(*parent) && strchr("/._-+", *parent) == NULL)
            return FALSE;
    }
    return TRUE;
}

/* Makes a directory that only this user can enter; returns NULL if that is not possible. */
static char *
make_directory(void)
{
    g_autofree char *parent = g_canonicalize_filename(g_get_tmp_dir(), NULL);
    g_autofree char *directory = g_build_filename(
        is_fit_for_socket(parent) ? parent : FALLBACK_DIRECTORY, DIRECTORY_NAME, NULL);

    if (g_mkdtemp(directory) != NULL)
        return g_steal_pointer(&directory);
    g_debug("each connection to an engine over ssh logs in: making %s: %s", directory,
            g_strerror(errno));
    return NULL;
}

/* Returns the end of ssh's messages, with all lines. */
static char *
read_log(CddSshMaster *self)
{
    g_autofree char *path = g_build_filename(self->directory, LOG_NAME, NULL);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    char buffer[MAX_MESSAGE_LENGTH];
    ssize_t length;

    if (file < 0)
        return g_strdup("");
    /* Fails for a shorter file, which is read from its beginning. */
    lseek(file, -(off_t)sizeof buffer, SEEK_END);
    length = read(file, buffer, sizeof buffer);
    close(file);
    return g_strndup(buffer, (gsize)MAX(length, 0));
}

static char *
in_one_line(const char *text)
{
    return cdd_text_clean(text, strlen(text), MAX_MESSAGE_LENGTH, CDD_TEXT_ONE_LINE);
}

/* What the user can run to see the error. */
static char *
describe_command(const CddAddress *address)
{
    g_autoptr(GString) command = g_string_new("ssh");

    if (address->port != 0)
        g_string_append_printf(command, " -p %u", address->port);
    if (address->user != NULL)
        g_string_append_printf(command, " -l %s", address->user);
    g_string_append_printf(command, " %s", address->host);
    return g_string_free(g_steal_pointer(&command), FALSE);
}

static GError *
make_login_error(CddSshMaster *self)
{
    g_autofree char *log = read_log(self);
    g_autofree char *message = in_one_line(log);
    g_autofree char *command = describe_command(self->address);

    if (*message == '\0')
        return g_error_new(CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE,
                           "connecting to %s: ssh ended without a message (check that \"%s\" "
                           "works)",
                           self->address->uri, command);
    return g_error_new(CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE,
                       "connecting to %s: ssh said \"%s\" (check that \"%s\" works and asks "
                       "nothing)",
                       self->address->uri, message, command);
}

static void
answer(CddSshMaster *self, GTask *task)
{
    if (self->state == LOGIN_ENDED)
        g_task_return_error(task, make_login_error(self));
    else
        g_task_return_boolean(task, TRUE);
}

static void
settle(CddSshMaster *self, LoginState state)
{
    g_autoptr(GPtrArray) waiting = g_steal_pointer(&self->waiting);

    self->waiting = g_ptr_array_new_with_free_func(g_object_unref);
    self->state = state;
    for (guint i = 0; i < waiting->len; i++)
        answer(self, g_ptr_array_index(waiting, i));
}

static void
on_heard(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(CddSshMaster) self = user_data;
    gssize length = g_input_stream_read_finish(G_INPUT_STREAM(source), result, NULL);

    /* Nobody waits for it any more. */
    if (self->state != LOGIN_STARTING)
        return;
    if (length > 0 && g_str_has_prefix(self->word, READY)) {
        settle(self, LOGIN_SHARED);
    } else if (length > 0 && g_str_has_prefix(self->word, CONFIGURED)) {
        g_debug("connections to an engine over ssh are shared as the user's configuration says");
        settle(self, LOGIN_ABSENT);
    } else {
        settle(self, LOGIN_ENDED);
        end_guard(self);
    }
}

/* Runs in the child: no signals from the terminal. */
static void
leave_terminal(gpointer user_data G_GNUC_UNUSED)
{
    setsid();
}

static gboolean
start_guard(CddSshMaster *self, GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                  G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_auto(GStrv) arguments = NULL;

    g_strv_builder_add_many(builder, "/bin/sh", "-c", guard_script, "sh", self->directory, NULL);
    cdd_ssh_add_destination(builder, self->address);
    arguments = g_strv_builder_end(builder);
    g_subprocess_launcher_set_child_setup(launcher, leave_terminal, NULL, NULL);
    self->guard = g_subprocess_launcher_spawnv(launcher, (const char *const *)arguments, error);
    if (self->guard == NULL)
        return FALSE;
    g_input_stream_read_async(g_subprocess_get_stdout_pipe(self->guard), self->word,
                              sizeof self->word - 1, G_PRIORITY_DEFAULT, self->listening, on_heard,
                              cdd_ssh_master_ref(self));
    return TRUE;
}

CddSshMaster *
cdd_ssh_master_start(CddAddress *address, GError **error)
{
    g_autofree char *ssh = g_find_program_in_path("ssh");
    g_autoptr(CddSshMaster) self = NULL;
    g_autoptr(GError) reason = NULL;

    if (ssh == NULL) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE,
                    "connecting to %s: ssh is not installed (install openssh-client)",
                    address->uri);
        return NULL;
    }
    self = g_rc_box_new0(CddSshMaster);
    self->address = cdd_address_ref(address);
    self->waiting = g_ptr_array_new_with_free_func(g_object_unref);
    self->listening = g_cancellable_new();
    self->directory = make_directory();
    if (self->directory == NULL) {
        self->state = LOGIN_ABSENT;
        return g_steal_pointer(&self);
    }
    self->socket = g_build_filename(self->directory, SOCKET_NAME, NULL);
    if (start_guard(self, &reason))
        return g_steal_pointer(&self);
    rmdir(self->directory);
    g_set_error(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE,
                "connecting to %s: starting ssh: %s", address->uri, reason->message);
    return NULL;
}

typedef struct {
    CddSshMaster *master;
    GSource *cancelled; /* or NULL */
} Wait;

static void
wait_free(gpointer data)
{
    Wait *wait = data;

    if (wait->cancelled != NULL) {
        g_source_destroy(wait->cancelled);
        g_source_unref(wait->cancelled);
    }
    cdd_ssh_master_unref(wait->master);
    g_free(wait);
}

/* A login for which nobody waits may hang, so that the next attempt begins from nothing. */
static gboolean
on_cancelled(GCancellable *cancellable G_GNUC_UNUSED, gpointer user_data)
{
    g_autoptr(GTask) task = g_object_ref(user_data);
    g_autoptr(CddSshMaster) self = cdd_ssh_master_ref(((Wait *)g_task_get_task_data(task))->master);

    if (g_ptr_array_remove(self->waiting, task)) {
        g_task_return_error_if_cancelled(task);
        if (self->waiting->len == 0) {
            self->state = LOGIN_ENDED;
            end_guard(self);
        }
    }
    return G_SOURCE_REMOVE;
}

void
cdd_ssh_master_wait_async(CddSshMaster *self,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, user_data);
    Wait *wait = g_new0(Wait, 1);

    wait->master = cdd_ssh_master_ref(self);
    g_task_set_task_data(task, wait, wait_free);
    if (self->state != LOGIN_STARTING) {
        answer(self, task);
        return;
    }
    if (cancellable != NULL) {
        wait->cancelled = g_cancellable_source_new(cancellable);
        g_source_set_callback(wait->cancelled, G_SOURCE_FUNC(on_cancelled), task, NULL);
        g_source_attach(wait->cancelled, g_task_get_context(task));
    }
    g_ptr_array_add(self->waiting, g_steal_pointer(&task));
}

gboolean
cdd_ssh_master_wait_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean(G_TASK(result), error);
}

/* The socket of a killed master stays and refuses connections. */
static gboolean
is_listening(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int code;

    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    code = connect(probe, (const struct sockaddr *)&address, sizeof address);
    if (code < 0 && errno != ECONNREFUSED && errno != ENOENT)
        code = 0;
    if (probe >= 0)
        close(probe);
    return code == 0;
}

const CddAddress *
cdd_ssh_master_get_address(CddSshMaster *self)
{
    return self->address;
}

gboolean
cdd_ssh_master_has_ended(CddSshMaster *self)
{
    if (self->state == LOGIN_SHARED && !is_listening(self->socket))
        self->state = LOGIN_ENDED;
    return self->state == LOGIN_ENDED;
}

const char *
cdd_ssh_master_get_socket(CddSshMaster *self)
{
    return self->state == LOGIN_ABSENT ? NULL : self->socket;
}

/* A master that ends closes its channels first, then says why, and then closes its socket. */
static gboolean
ends_soon(CddSshMaster *self)
{
    for (guint i = 0; i < END_STEPS && self->state == LOGIN_SHARED; i++) {
        if (cdd_ssh_master_has_ended(self))
            break;
        g_usleep(END_STEP);
    }
    return self->state == LOGIN_ENDED;
}

/* The lines before the last one are of earlier events, such as a session that was refused. */
char *
cdd_ssh_master_explain_end(CddSshMaster *self)
{
    g_autofree char *log = NULL;
    g_autofree char *message = NULL;
    const char *line;

    if (!ends_soon(self))
        return NULL;
    log = g_strchomp(read_log(self));
    line = strrchr(log, '\n');
    message = in_one_line(line != NULL ? line + 1 : log);
    if (*message == '\0' || g_str_has_prefix(message, "channel "))
        return g_strdup_printf("the ssh connection to %s ended", self->address->host);
    return g_strdup_printf("ssh said \"%s\"", message);
}

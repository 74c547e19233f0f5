/* SPDX-License-Identifier: Apache-2.0 */
#include "ssh.h"

#include "../value/error.h"
#include "../value/text.h"
#include "ssh-arguments.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHANNEL_KEY "cdd-ssh-channel"
enum {
    MAX_MESSAGE_LENGTH = 4096,
};

typedef struct {
    GSubprocess *child;
    CddSshMaster *master;
} Channel;

/* Ends the child with the stream. Closing its input would not end a child that hangs. */
static void
channel_free(gpointer data)
{
    Channel *channel = data;

    g_subprocess_send_signal(channel->child, SIGTERM);
    g_object_unref(channel->child);
    cdd_ssh_master_unref(channel->master);
    g_free(channel);
}

/* Runs in the child: no signals from the terminal, and it ends with this process. */
static void
detach(gpointer user_data G_GNUC_UNUSED)
{
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static char *
remote_command(const CddAddress *address)
{
    g_autofree char *host = NULL;
    g_autofree char *quoted = NULL;

    if (address->path == NULL)
        return g_strdup("docker system dial-stdio");
    host = g_strconcat("--host=unix://", address->path, NULL);
    quoted = g_shell_quote(host);
    return g_strdup_printf("docker %s system dial-stdio", quoted);
}

/* If the master is gone or the server refuses another session, ssh logs in by itself. */
static GStrv
make_arguments(CddSshMaster *master)
{
    const CddAddress *address = cdd_ssh_master_get_address(master);
    const char *master_socket = cdd_ssh_master_get_socket(master);
    g_autoptr(GStrvBuilder) arguments = g_strv_builder_new();
    g_autofree char *command = remote_command(address);

    g_strv_builder_add(arguments, "ssh");
    if (master_socket != NULL) {
        g_autofree char *path = g_strconcat("ControlPath=", master_socket, NULL);

        g_strv_builder_add_many(arguments, "-o", "ControlMaster=no", "-o", path, NULL);
    }
    cdd_ssh_add_destination(arguments, address);
    g_strv_builder_add(arguments, command);
    return g_strv_builder_end(arguments);
}

/*
 * A socket, not pipes: a write to a pipe whose reader has ended raises SIGPIPE, which would end a
 * program that does not ignore it. ssh gets one end as its input and its output.
 */
static gboolean
open_pair(GSubprocessLauncher *launcher, GSocket **socket, GError **error)
{
    int ends[2];
    int output;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        g_set_error_literal(error, G_IO_ERROR, g_io_error_from_errno(errno), g_strerror(errno));
        return FALSE;
    }
    output = fcntl(ends[1], F_DUPFD_CLOEXEC, 0);
    g_subprocess_launcher_take_stdin_fd(launcher, ends[1]);
    if (output >= 0)
        g_subprocess_launcher_take_stdout_fd(launcher, output);
    else
        g_set_error_literal(error, G_IO_ERROR, g_io_error_from_errno(errno), g_strerror(errno));
    *socket = output >= 0 ? g_socket_new_from_fd(ends[0], error) : NULL;
    if (*socket == NULL)
        close(ends[0]);
    return *socket != NULL;
}

static GSubprocess *
start_ssh(CddSshMaster *master, GSocket **socket, GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_auto(GStrv) arguments = make_arguments(master);

    g_subprocess_launcher_set_child_setup(launcher, detach, NULL, NULL);
    if (!open_pair(launcher, socket, error))
        return NULL;
    return g_subprocess_launcher_spawnv(launcher, (const char *const *)arguments, error);
}

GIOStream *
cdd_ssh_open(CddSshMaster *master, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autoptr(GSocket) socket = NULL;
    g_autoptr(GSubprocess) child = start_ssh(master, &socket, &reason);
    GSocketConnection *stream;
    Channel *channel;

    if (child == NULL) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE,
                    "connecting to %s: %s (check that openssh-client is installed)",
                    cdd_ssh_master_get_address(master)->uri, reason->message);
        return NULL;
    }
    stream = g_socket_connection_factory_create_connection(socket);
    channel = g_new(Channel, 1);
    *channel = (Channel){g_steal_pointer(&child), cdd_ssh_master_ref(master)};
    g_object_set_data_full(G_OBJECT(stream), CHANNEL_KEY, channel, channel_free);
    return G_IO_STREAM(stream);
}

/* ssh writes its message before it ends, so it can be read without waiting. */
static char *
read_message(GSubprocess *child)
{
    GPollableInputStream *pipe = G_POLLABLE_INPUT_STREAM(g_subprocess_get_stderr_pipe(child));
    char buffer[MAX_MESSAGE_LENGTH];
    gssize length =
        g_pollable_input_stream_read_nonblocking(pipe, buffer, sizeof buffer, NULL, NULL);
    g_autofree char *text = NULL;

    if (length <= 0)
        return NULL;
    text = cdd_text_clean(buffer, (gsize)length, sizeof buffer, CDD_TEXT_ONE_LINE);
    return g_strdup_printf("ssh said \"%s\"", text);
}

void
cdd_ssh_explain(GIOStream *stream, GError **error)
{
    Channel *channel = g_object_get_data(G_OBJECT(stream), CHANNEL_KEY);
    g_autofree char *message = NULL;

    if (channel == NULL || error == NULL || *error == NULL || cdd_error_is_cancelled(*error))
        return;
    message = read_message(channel->child);
    /* Without its master a channel ends silently. */
    if (message == NULL)
        message = cdd_ssh_master_explain_end(channel->master);
    if (message != NULL)
        g_prefix_error(error, "%s: ", message);
}

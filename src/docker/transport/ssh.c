/* SPDX-License-Identifier: Apache-2.0 */
#include "ssh.h"

#include "../value/error.h"
#include "../value/text.h"

#include <gio/gunixoutputstream.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#define CHILD_KEY "cdd-ssh-child"
#define CONNECT_TIMEOUT "ConnectTimeout=30"
enum {
    MAX_MESSAGE_LENGTH = 4096,
};

/* Ends the child with the stream. Closing its input would not end a child that hangs. */
static void
end_child(gpointer data)
{
    GSubprocess *child = data;

    g_subprocess_send_signal(child, SIGTERM);
    g_object_unref(child);
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

static GStrv
make_arguments(const CddAddress *address)
{
    g_autoptr(GStrvBuilder) arguments = g_strv_builder_new();
    g_autofree char *port = g_strdup_printf("%u", address->port);
    g_autofree char *command = remote_command(address);

    g_strv_builder_add(arguments, "ssh");
    if (address->user != NULL)
        g_strv_builder_add_many(arguments, "-l", address->user, NULL);
    if (address->port != 0)
        g_strv_builder_add_many(arguments, "-p", port, NULL);
    g_strv_builder_add_many(arguments, "-o", CONNECT_TIMEOUT, "-T", "--", address->host, command,
                            NULL);
    return g_strv_builder_end(arguments);
}

/*
 * Makes writes return after the bytes that fit. A write to a blocking pipe would stall the main
 * context until ssh has read everything.
 */
static gboolean
never_block(GSubprocess *child, GError **error)
{
    GUnixOutputStream *input = G_UNIX_OUTPUT_STREAM(g_subprocess_get_stdin_pipe(child));

    return g_unix_set_fd_nonblocking(g_unix_output_stream_get_fd(input), TRUE, error);
}

GIOStream *
cdd_ssh_open(const CddAddress *address, GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                  G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_auto(GStrv) arguments = make_arguments(address);
    g_autoptr(GError) reason = NULL;
    g_autoptr(GSubprocess) child = NULL;
    GIOStream *stream;

    g_subprocess_launcher_set_child_setup(launcher, detach, NULL, NULL);
    child = g_subprocess_launcher_spawnv(launcher, (const char *const *)arguments, &reason);
    if (child == NULL || !never_block(child, &reason)) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE,
                    "connecting to %s: %s (check that openssh-client is installed)", address->uri,
                    reason->message);
        return NULL;
    }
    stream = g_simple_io_stream_new(g_subprocess_get_stdout_pipe(child),
                                    g_subprocess_get_stdin_pipe(child));
    g_object_set_data_full(G_OBJECT(stream), CHILD_KEY, g_steal_pointer(&child), end_child);
    return stream;
}

/* ssh writes its message before it ends, so it can be read without waiting. */
static char *
read_message(GSubprocess *child)
{
    GPollableInputStream *pipe = G_POLLABLE_INPUT_STREAM(g_subprocess_get_stderr_pipe(child));
    char buffer[MAX_MESSAGE_LENGTH];
    gssize length =
        g_pollable_input_stream_read_nonblocking(pipe, buffer, sizeof buffer, NULL, NULL);

    return length <= 0 ? g_strdup("")
                       : cdd_text_clean(buffer, (gsize)length, sizeof buffer, CDD_TEXT_ONE_LINE);
}

void
cdd_ssh_explain(GIOStream *stream, GError **error)
{
    GSubprocess *child = g_object_get_data(G_OBJECT(stream), CHILD_KEY);
    g_autofree char *message = NULL;

    if (child == NULL || error == NULL || *error == NULL || cdd_error_is_cancelled(*error))
        return;
    message = read_message(child);
    if (*message != '\0')
        g_prefix_error(error, "ssh said \"%s\": ", message);
}

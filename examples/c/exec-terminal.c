/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command on a terminal in a running container. Keys go in as they are typed, and the
 * command sees it when the window is resized:
 *
 *     exec-terminal web bash
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <termios.h>

static void
on_ready(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    GAsyncResult **done = user_data;

    g_set_object(done, result);
}

static GAsyncResult *
await(GAsyncResult **done)
{
    while (*done == NULL)
        g_main_context_iteration(NULL, TRUE);
    return *done;
}

static void
on_output(const void *data, gsize length, gpointer user_data G_GNUC_UNUSED)
{
    fwrite(data, 1, length, stdout);
    fflush(stdout);
}

typedef struct {
    CddService *service;
    CddAttachment *command;
} Session;

static gboolean
on_resized(gpointer user_data)
{
    Session *session = user_data;
    struct winsize size;

    /* A resize that fails leaves a picture that is a little wrong, and nothing else. */
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        cdd_service_resize_exec_async(session->service, cdd_attachment_get_id(session->command),
                                      size.ws_col, size.ws_row, NULL, NULL, NULL);
    return G_SOURCE_CONTINUE;
}

/* Passes keys and output on until the command ends. */
static gboolean
talk(Session *session, GError **error)
{
    g_autoptr(GInputStream) keys = g_unix_input_stream_new(STDIN_FILENO, FALSE);
    g_autoptr(GAsyncResult) read = NULL;
    CddOutputHandler handler = {.on_stdout = on_output};
    struct termios before;
    gboolean is_terminal = tcgetattr(STDIN_FILENO, &before) == 0;
    struct termios raw = before;
    guint watch = g_unix_signal_add(SIGWINCH, on_resized, session);
    gboolean ended;

    cfmakeraw(&raw);
    if (is_terminal)
        tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    on_resized(session);
    g_output_stream_splice_async(cdd_attachment_get_stdin(session->command), keys,
                                 G_OUTPUT_STREAM_SPLICE_NONE, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
    cdd_attachment_read_output_async(session->command, &handler, NULL, on_ready, &read);
    ended = cdd_attachment_read_output_finish(session->command, await(&read), error);
    if (is_terminal)
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
    g_source_remove(watch);
    return ended;
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    g_autoptr(CddAttachment) command = NULL;
    g_autoptr(CddExecInfo) info = NULL;
    g_autoptr(GAsyncResult) started = NULL;
    g_autoptr(GAsyncResult) inspected = NULL;
    CddExecSpec spec = {.tty = TRUE, .attach_stdin = TRUE};

    if (argc < 3) {
        fprintf(stderr, "usage: exec-terminal CONTAINER COMMAND…\n");
        return 2;
    }
    spec.command = (const char *const *)argv + 2;
    if (service != NULL) {
        cdd_service_start_exec_async(service, argv[1], &spec, NULL, on_ready, &started);
        command = cdd_service_start_exec_finish(service, await(&started), &error);
    }
    if (command != NULL && talk(&(Session){service, command}, &error)) {
        cdd_service_inspect_exec_async(service, cdd_attachment_get_id(command), NULL, on_ready,
                                       &inspected);
        info = cdd_service_inspect_exec_finish(service, await(&inspected), &error);
    }
    if (info == NULL) {
        fprintf(stderr, "%s\n", error->message);
        return 125;
    }
    return (int)info->exit_code;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "shell-session.h"

#include "../base/await.h"
#include "../base/folder.h"
#include "../base/terminal-raw.h"

#include <gio/gunixinputstream.h>
#include <unistd.h>

enum {
    RESIZE_TRIES = 20,
    RESIZE_PAUSE =
        50, /* milliseconds until the next one: the engine may not have begun the process */
};

/* A session with a terminal. */
typedef struct {
    const ShellSession *session;
    CddAttachment *attachment;
    TerminalRaw *terminal;
    gboolean resizing;     /* a request is under way */
    gboolean resize_again; /* the window has changed meanwhile */
    guint tries;           /* that are left */
    guint pause;           /* source; 0 for none */
    GCancellable *over;    /* the session has ended: ends the requests of the window's size */
    guint under_way;       /* operations that use this */
} Interactive;

static void
write_to(int fd, const void *data, gsize length)
{
    int failure = folder_write_all(fd, data, length);

    /* As for any program whose reader has gone: the shell learns nothing of it. */
    if (failure != 0)
        g_debug("writing the output of the shell: %s", g_strerror(failure));
}

static void
on_stdout(const void *data, gsize length, gpointer user_data G_GNUC_UNUSED)
{
    write_to(STDOUT_FILENO, data, length);
}

static void
on_stderr(const void *data, gsize length, gpointer user_data G_GNUC_UNUSED)
{
    write_to(STDERR_FILENO, data, length);
}

static const CddOutputHandler handler = {.on_stdout = on_stdout, .on_stderr = on_stderr};

static void resize(Interactive *self);

static gboolean
on_pause_over(gpointer user_data)
{
    Interactive *self = user_data;

    self->pause = 0;
    resize(self);
    return G_SOURCE_REMOVE;
}

static void
on_resized(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Interactive *self = user_data;
    g_autoptr(GError) error = NULL;
    gboolean resized = cdd_service_resize_exec_finish(CDD_SERVICE(source), result, &error);

    self->resizing = FALSE;
    self->under_way--;
    if (g_cancellable_is_cancelled(self->over))
        return;
    if (self->resize_again)
        resize(self);
    else if (!resized && self->tries-- > 0)
        self->pause = g_timeout_add(RESIZE_PAUSE, on_pause_over, self);
}

static void
resize(Interactive *self)
{
    guint columns = 0;
    guint rows = 0;

    self->resize_again = self->resizing;
    if (self->resizing || !terminal_raw_get_size(self->terminal, &columns, &rows))
        return;
    self->resizing = TRUE;
    self->under_way++;
    cdd_service_resize_exec_async(self->session->service, cdd_attachment_get_id(self->attachment),
                                  columns, rows, self->over, on_resized, self);
}

static void
on_window_changed(gpointer user_data)
{
    Interactive *self = user_data;

    self->tries = RESIZE_TRIES;
    g_clear_handle_id(&self->pause, g_source_remove);
    resize(self);
}

static void
on_input_over(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Interactive *self = user_data;
    g_autoptr(GError) error = NULL;

    self->under_way--;
    if (g_output_stream_splice_finish(G_OUTPUT_STREAM(source), result, &error) < 0 &&
        !g_cancellable_is_cancelled(self->over))
        g_debug("input of the shell: %s", error->message);
}

/* Passes keys on until the output ends. */
static gboolean
talk(Interactive *self, GError **error)
{
    g_autoptr(GInputStream) keys = g_unix_input_stream_new(STDIN_FILENO, FALSE);
    g_autoptr(GAsyncResult) done = NULL;
    gboolean good = FALSE;

    self->under_way++;
    g_output_stream_splice_async(cdd_attachment_get_stdin(self->attachment), keys,
                                 G_OUTPUT_STREAM_SPLICE_NONE, G_PRIORITY_DEFAULT, self->over,
                                 on_input_over, self);
    resize(self);
    cdd_attachment_read_output_async(self->attachment, &handler, self->session->cancellable,
                                     await_ready, &done);
    good = cdd_attachment_read_output_finish(self->attachment, await(&done), error);
    g_cancellable_cancel(self->over);
    g_clear_handle_id(&self->pause, g_source_remove);
    while (self->under_way > 0)
        g_main_context_iteration(NULL, TRUE);
    return good;
}

/* The output may end a moment before the engine knows how the process ended. */
static gboolean
read_exit_code(const ShellSession *session, const char *exec, GError **error)
{
    for (guint tries = RESIZE_TRIES;; tries--) {
        g_autoptr(GAsyncResult) done = NULL;
        g_autoptr(CddExecInfo) info = NULL;

        cdd_service_inspect_exec_async(session->service, exec, session->cancellable, await_ready,
                                       &done);
        info = cdd_service_inspect_exec_finish(session->service, await(&done), error);
        if (info == NULL)
            return FALSE;
        session->shell->exit_code = info->exit_code;
        if (info->has_exited)
            return TRUE;
        if (tries == 0)
            break;
        await_time(RESIZE_PAUSE, session->cancellable);
    }
    g_set_error_literal(error, CDD_ERROR, CDD_ERROR_FAILED,
                        "its output has ended, but the engine says that it still runs");
    return FALSE;
}

static gboolean
run_interactive(const ShellSession *session, const CddExecSpec *spec, GError **error)
{
    Interactive self = {.session = session, .tries = RESIZE_TRIES};
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddAttachment) attachment = NULL;
    g_autoptr(GCancellable) over = g_cancellable_new();
    gboolean good = FALSE;

    cdd_service_start_exec_async(session->service, session->container, spec, session->cancellable,
                                 await_ready, &done);
    attachment = cdd_service_start_exec_finish(session->service, await(&done), error);
    if (attachment == NULL)
        return FALSE;
    self.attachment = attachment;
    self.over = over;
    self.terminal = terminal_raw_new(STDIN_FILENO, STDOUT_FILENO, on_window_changed, &self);
    good = talk(&self, error);
    terminal_raw_free(self.terminal);
    return good && read_exit_code(session, cdd_attachment_get_id(attachment), error);
}

static gboolean
run_plain(const ShellSession *session, const CddExecSpec *spec, GError **error)
{
    g_autoptr(GInputStream) input = g_unix_input_stream_new(STDIN_FILENO, FALSE);
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_exec_async(session->service, session->container, spec, input, &handler,
                           session->cancellable, await_ready, &done);
    return cdd_service_exec_finish(session->service, await(&done), &session->shell->exit_code,
                                   error);
}

static GPtrArray *
make_command(const RunShell *shell)
{
    GPtrArray *command = g_ptr_array_new();

    g_ptr_array_add(command, (gpointer) "python3");
    g_ptr_array_add(command, (gpointer) "-B");
    g_ptr_array_add(command, (gpointer) "/helpers/shell-session.py");
    for (const char *const *word = shell->command; word != NULL && *word != NULL; word++)
        g_ptr_array_add(command, (gpointer)*word);
    g_ptr_array_add(command, NULL);
    return command;
}

/* How the terminal wants to be spoken to. */
static char **
make_environment(void)
{
    static const char *const names[] = {"TERM", "COLORTERM"};
    char **environment = g_new0(char *, G_N_ELEMENTS(names) + 1);
    guint count = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_getenv(names[i]) != NULL)
            environment[count++] = g_strconcat(names[i], "=", g_getenv(names[i]), NULL);
    return environment;
}

/* The numbers, so that the terminal in the container belongs to that user. */
static char *
make_user(const ShellSession *session)
{
    const CddUserSetup setup = cdd_user_setup_from_current_user(session->rootless);

    if (session->shell->as_root)
        return g_strdup("0:0");
    return g_strdup_printf("%u:%u", (guint)setup.host_uid, (guint)setup.host_gid);
}

gboolean
shell_session_run(const ShellSession *session, GError **error)
{
    gboolean interactive = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    g_autoptr(GPtrArray) command = make_command(session->shell);
    g_auto(GStrv) environment = make_environment();
    g_autofree char *user = make_user(session);
    const CddExecSpec spec = {
        .command = (const char *const *)command->pdata,
        .environment = interactive ? (const char *const *)environment : NULL,
        .user = user,
        .tty = interactive,
        .attach_stdin = TRUE,
    };

    if (interactive ? run_interactive(session, &spec, error) : run_plain(session, &spec, error))
        return TRUE;
    g_prefix_error_literal(error, "the shell in the container: ");
    return FALSE;
}

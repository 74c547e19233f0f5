/* SPDX-License-Identifier: Apache-2.0 */
#include "target-process.h"

#include "../base/interrupt.h"
#include "../base/line-reader.h"
#include "../base/text.h"
#include "../events/event-json.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAX_TAIL = 10,  /* lines of standard error */
    MAX_LINE = 500, /* columns of each */
};

static const char self_path[] = "/proc/self/exe";

struct TargetProcess {
    TargetProcessSetup setup;
    GSubprocess *process;
    LineReader *output;
    LineReader *errors;
    GQueue tail; /* the last lines of standard error */
    GCancellable *waiting;
};

/* --- Starting --- */

/* The file's own name is what ps and killall show. An upgrade may have replaced the file meanwhile;
 * then the kernel's link still leads to the old one. */
static char *
find_program(void)
{
    g_autofree char *path = g_file_read_link(self_path, NULL);
    struct stat named;
    struct stat running;

    if (path != NULL && stat(path, &named) == 0 && stat(self_path, &running) == 0 &&
        named.st_dev == running.st_dev && named.st_ino == running.st_ino)
        return g_steal_pointer(&path);
    return g_strdup(self_path);
}

/* Runs between fork and exec. */
static void
tie_to_parent(gpointer user_data)
{
    pid_t parent = GPOINTER_TO_INT(user_data);

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(1);
}

static char **
make_command(const char *const *arguments)
{
    GPtrArray *command = g_ptr_array_new();

    g_ptr_array_add(command, find_program());
    for (; *arguments != NULL; arguments++)
        g_ptr_array_add(command, g_strdup(*arguments));
    g_ptr_array_add(command, NULL);
    return (char **)g_ptr_array_free(command, FALSE);
}

/* Makes a pipe: the process gets one end, the reader the other. */
static LineReader *
connect_stream(GSubprocessLauncher *launcher,
               void (*give)(GSubprocessLauncher *launcher, int fd),
               LineReaderFunc func,
               gpointer user_data,
               GError **error)
{
    int ends[2] = {-1, -1};

    if (!g_unix_open_pipe(ends, FD_CLOEXEC, error))
        return NULL;
    give(launcher, ends[1]);
    return line_reader_new(ends[0], func, user_data);
}

/* --- What it says --- */

static void
on_output(const char *line, gsize length, gpointer user_data)
{
    const TargetProcess *self = user_data;
    gint64 timestamp = 0;
    g_autoptr(CddBuildEvent) event = event_from_json(line, length, &timestamp);

    if (event != NULL)
        self->setup.on_event(event, timestamp, self->setup.user_data);
}

static void
on_error_line(const char *line, gsize length, gpointer user_data)
{
    TargetProcess *self = user_data;
    g_autofree char *valid = g_utf8_make_valid(line, (gssize)length);

    if (*valid == '\0')
        return;
    if (self->tail.length == MAX_TAIL)
        g_free(g_queue_pop_head(&self->tail));
    g_queue_push_tail(&self->tail, text_ellipsize(valid, MAX_LINE));
}

static void
on_process_end(GObject *source, GAsyncResult *result, gpointer user_data)
{
    TargetProcess *self = user_data;

    /* Cancelled: @self is gone. */
    if (!g_subprocess_wait_finish(G_SUBPROCESS(source), result, NULL))
        return;
    /* Everything that it has written is in the pipes. Their ends need not come: a helper of the
     * build, such as ssh, may keep them open. */
    line_reader_drain(self->output);
    line_reader_drain(self->errors);
    self->setup.on_end(self->setup.user_data);
}

/* --- Its life --- */

TargetProcess *
target_process_new(const TargetProcessSetup *setup, GError **error)
{
    g_autoptr(TargetProcess) self = g_new0(TargetProcess, 1);
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE);
    g_auto(GStrv) command = make_command(setup->arguments);

    self->setup = *setup;
    self->setup.arguments = NULL;
    self->waiting = g_cancellable_new();
    g_queue_init(&self->tail);
    self->output =
        connect_stream(launcher, g_subprocess_launcher_take_stdout_fd, on_output, self, error);
    if (self->output == NULL)
        return NULL;
    self->errors =
        connect_stream(launcher, g_subprocess_launcher_take_stderr_fd, on_error_line, self, error);
    if (self->errors == NULL)
        return NULL;
    g_subprocess_launcher_set_child_setup(launcher, tie_to_parent, GINT_TO_POINTER(getpid()), NULL);
    self->process = g_subprocess_launcher_spawnv(launcher, (const char *const *)command, error);
    if (self->process == NULL)
        return NULL;
    g_subprocess_wait_async(self->process, self->waiting, on_process_end, self);
    return g_steal_pointer(&self);
}

void
target_process_free(TargetProcess *process)
{
    if (process == NULL)
        return;
    g_cancellable_cancel(process->waiting);
    g_object_unref(process->waiting);
    g_clear_object(&process->process);
    line_reader_free(process->output);
    line_reader_free(process->errors);
    g_queue_clear_full(&process->tail, g_free);
    g_free(process);
}

void
target_process_stop(TargetProcess *process)
{
    g_subprocess_send_signal(process->process, INTERRUPT_SIGNAL);
}

int
target_process_get_exit_code(const TargetProcess *process)
{
    return g_subprocess_get_if_exited(process->process)
               ? g_subprocess_get_exit_status(process->process)
               : -1;
}

char *
target_process_describe_end(const TargetProcess *process)
{
    GString *text = g_string_new(NULL);

    if (g_subprocess_get_if_exited(process->process))
        g_string_append_printf(text, "it ended with exit code %d",
                               g_subprocess_get_exit_status(process->process));
    else
        g_string_append_printf(text, "it was ended by signal %d",
                               g_subprocess_get_term_sig(process->process));
    if (process->tail.length > 0)
        g_string_append_c(text, ':');
    for (const GList *line = process->tail.head; line != NULL; line = line->next)
        g_string_append_printf(text, "\n  %s", (const char *)line->data);
    return g_string_free(text, FALSE);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/text.h"
#include "github-commands.h"
#include "run-end.h"
#include "run-failure.h"
#include "run-pulse.h"

#include <string.h>

typedef struct {
    View view;
    Terminal *terminal;
    RunLines lines;
    RunPulse *pulse; /* NULL if no progress is printed */
    FILE *out;
    gboolean grouped; /* lines belong to a group */
} GithubView;

/* Only this function writes commands: the lines of the terminal are disarmed. */
static void
print_command(const GithubView *self, const char *command)
{
    terminal_flush(self->terminal);
    fprintf(self->out, "%s\n", command);
    fflush(self->out);
}

static void
begin_group(GithubView *self, const char *title)
{
    g_autofree char *clean = text_printable(title);
    g_autofree char *command = github_begin_group(clean);

    print_command(self, command);
    self->grouped = TRUE;
}

static void
end_group(GithubView *self)
{
    if (self->grouped)
        print_command(self, github_end_group);
    self->grouped = FALSE;
}

/* Paths in annotations are those of the repository, from which a workflow is run. */
static char *
find_file(const GithubView *self, const char *file)
{
    g_autofree char *current = g_get_current_dir();
    g_autofree char *path = NULL;
    const char *workspace = self->lines.setup.workspace;

    if (file == NULL)
        return NULL;
    if (workspace == NULL || g_str_equal(workspace, current))
        return g_strdup(file);
    path = g_build_filename(workspace, file, NULL);
    if (g_str_has_prefix(path, current) && path[strlen(current)] == '/')
        return g_strdup(path + strlen(current) + 1);
    return g_steal_pointer(&path);
}

static void
annotate(const GithubView *self,
         const char *level,
         const char *title,
         const char *file,
         gint64 line,
         const char *message)
{
    g_autofree char *clean = text_printable(message);
    g_autofree char *clean_title = text_printable(title);
    g_autofree char *clean_file = file != NULL ? text_printable(file) : NULL;
    g_autofree char *command = github_annotate(level, clean_title, clean_file, line, clean);

    print_command(self, command);
}

static void
print_tail(GithubView *self, const Package *package)
{
    g_autofree char *title = g_strdup_printf("%s failed: the last lines", package->name);

    begin_group(self, title);
    run_failure_print_tail(&self->lines, package);
    end_group(self);
}

/* Errors are annotations, also with --quiet. */
static void
print_failure(GithubView *self, const Package *package)
{
    gboolean all = self->lines.setup.detail >= VIEW_NORMAL;
    g_autofree char *file = find_file(self, package->error_file);
    const char *message = package->error != NULL ? package->error : "failed";

    if (all)
        print_tail(self, package);
    annotate(self, "error", package->name, file, package->error_line, message);
    if (all)
        run_failure_print_advice(&self->lines, package);
}

/* What is said while packages are built is worth reading; the rest is folded. */
static gboolean
is_folded(const char *stage)
{
    return !g_str_equal(stage, "build");
}

static void
on_message(const GithubView *self,
           const RunState *state,
           const char *level,
           const CddBuildEvent *event)
{
    const char *name = run_lines_get_subject(state, event);
    const char *text = cdd_build_event_lookup(event, "msg");

    annotate(self, level, name != NULL ? name : "colcon-deb", NULL, 0, text != NULL ? text : "");
}

static gboolean
is_message(const CddBuildEvent *event, const char *level)
{
    return cdd_build_event_get_kind(event) != CDD_BUILD_EVENT_OUTPUT &&
           g_str_equal(cdd_build_event_get_name(event), level);
}

static void
on_event(View *view, const RunState *state, const CddBuildEvent *event, gint64 timestamp)
{
    GithubView *self = (GithubView *)view;

    run_pulse_set_state(self->pulse, state);
    if (self->lines.setup.detail >= VIEW_WARNINGS && is_message(event, "warning")) {
        on_message(self, state, "warning", event);
    } else if (is_message(event, "error")) {
        on_message(self, state, "error", event);
    } else if (self->lines.setup.detail >= VIEW_NORMAL && is_message(event, "stage") &&
               state->stage != NULL && is_folded(state->stage)) {
        end_group(self);
        begin_group(self, state->stage);
    } else {
        if (is_message(event, "stage"))
            end_group(self);
        run_lines_event(&self->lines, state, event);
        if (is_message(event, "stage_complete"))
            end_group(self);
    }
}

static void
on_end(View *view, const RunState *state, const ViewEnd *end)
{
    GithubView *self = (GithubView *)view;

    run_pulse_set_state(self->pulse, NULL);
    end_group(self);
    for (guint i = 0; i < state->packages->len; i++) {
        const Package *package = state->packages->pdata[i];

        if (package->status == PACKAGE_FAILED)
            print_failure(self, package);
    }
    for (guint i = 0; i < state->targets->len; i++) {
        const RunTarget *target = state->targets->pdata[i];

        if (run_target_failed_alone(target))
            annotate(self, "error", target->name, NULL, 0, target->error);
    }
    if (self->lines.setup.detail >= VIEW_NORMAL)
        run_end_print_result(&self->lines, state, end);
}

static void
free_view(View *view)
{
    GithubView *self = (GithubView *)view;

    end_group(self);
    run_pulse_free(self->pulse);
    terminal_free(self->terminal);
    g_free(self);
}

View *
view_github_new(FILE *out, const ViewSetup *setup)
{
    GithubView *self = g_new0(GithubView, 1);

    self->view = (View){.on_event = on_event, .on_end = on_end, .free = free_view};
    self->out = out;
    self->terminal = terminal_new(&(TerminalSetup){.out = out, .errors = out});
    terminal_set_filter(self->terminal, github_disarm);
    self->lines = (RunLines){.terminal = self->terminal, .setup = *setup, .starts = TRUE};
    if (setup->detail >= VIEW_NORMAL)
        self->pulse = run_pulse_new(self->terminal);
    return &self->view;
}

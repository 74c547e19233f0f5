/* SPDX-License-Identifier: Apache-2.0 */
#include "run-end.h"
#include "run-pulse.h"

typedef struct {
    View view;
    Terminal *terminal;
    RunLines lines;
    RunPulse *pulse; /* NULL if no progress is printed */
} PlainView;

static void
on_event(View *view, const RunState *state, const CddBuildEvent *event, gint64 timestamp)
{
    const PlainView *self = (PlainView *)view;

    /* From then on the terminal is the shell's. */
    run_pulse_set_state(
        self->pulse, g_strcmp0(cdd_build_event_get_name(event), "shell_ready") == 0 ? NULL : state);
    run_lines_event(&self->lines, state, event);
}

static void
on_end(View *view, const RunState *state, const ViewEnd *end)
{
    const PlainView *self = (PlainView *)view;

    run_pulse_set_state(self->pulse, NULL);
    if (self->lines.setup.detail >= VIEW_NORMAL)
        run_end_print(&self->lines, state, end);
}

static void
free_view(View *view)
{
    PlainView *self = (PlainView *)view;

    run_pulse_free(self->pulse);
    terminal_free(self->terminal);
    g_free(self);
}

View *
view_plain_new(Terminal *terminal, const ViewSetup *setup)
{
    PlainView *self = g_new0(PlainView, 1);

    self->view = (View){.on_event = on_event, .on_end = on_end, .free = free_view};
    self->terminal = terminal;
    self->lines = (RunLines){.terminal = terminal, .setup = *setup, .starts = TRUE};
    if (setup->detail >= VIEW_NORMAL)
        self->pulse = run_pulse_new(terminal);
    return &self->view;
}

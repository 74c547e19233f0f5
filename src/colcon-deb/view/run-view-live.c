/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/terminal-mode.h"
#include "log-follower.h"
#include "run-end.h"
#include "run-footer.h"

#include <unistd.h>

enum {
    TICK = 250,               /* milliseconds between looks at the clocks */
    FORECAST_INTERVAL = 1000, /* milliseconds; a forecast that changes faster cannot be read */
    STOP_INTERVAL = 1000,     /* milliseconds between two keys that stop */
    MAX_STOPS = 2,
};

typedef struct {
    View view;
    Terminal *terminal;
    RunLines lines;
    ViewDetail asked; /* the detail that the user asked for */
    TerminalMode *mode;
    LogFollower *follower; /* NULL unless all output was asked for by a key */
    const RunState *state; /* of the last event; NULL before, and after the end */
    RunGraph *graph;
    RunForecast forecast;
    gint64 forecast_made;
    gboolean forecast_outdated;
    gint64 started;
    guint tick;
    int percent;     /* in the title; -1 if there is none */
    gboolean failed; /* in the title */
    gint64 stopped;  /* when the key to stop was pressed last; 0 before */
    guint stops;     /* how often it was */
} LiveView;

/* Without a terminal there is nobody else to draw on it. */
static gboolean
is_in_front(const LiveView *self)
{
    return self->mode == NULL || terminal_mode_is_foreground(self->mode);
}

/* --- The footer --- */

static void
update_forecast(LiveView *self, gint64 now)
{
    if (self->graph != NULL && !self->forecast_outdated &&
        now - self->forecast_made < FORECAST_INTERVAL)
        return;
    self->forecast_made = now;
    self->forecast_outdated = FALSE;
    if (self->graph == NULL || run_graph_get_n_packages(self->graph) < self->state->packages->len) {
        g_clear_pointer(&self->graph, run_graph_free);
        self->graph = run_graph_new(self->state);
    }
    self->forecast = run_forecast(self->graph, self->state, now);
}

static void
compose(GPtrArray *lines, const TerminalSpace *space, gpointer user_data)
{
    LiveView *self = user_data;
    gint64 now = terminal_now(self->terminal);

    if (self->state == NULL)
        return;
    update_forecast(self, now);
    run_footer_compose(
        &(RunFooter){.state = self->state,
                     .graph = self->graph,
                     .forecast = self->forecast,
                     .started = self->started,
                     .now = now,
                     .all_output = self->lines.setup.detail == VIEW_VERBOSE,
                     .has_keys = self->mode != NULL && terminal_mode_has_keys(self->mode)},
        lines, space);
}

/* --- The title of the window --- */

/* iTerm2 takes the sequence for a notification, and Linux's console prints it. */
static gboolean
title_is_understood(void)
{
    const char *program = g_getenv("TERM_PROGRAM");
    const char *type = g_getenv("TERM");

    return g_strcmp0(program, "iTerm.app") != 0 && g_strcmp0(type, "linux") != 0;
}

/* OSC 9;4: state 1 is progress, 2 an error. */
static void
update_title(LiveView *self)
{
    g_autofree char *sequence = NULL;
    gboolean failed = FALSE;
    int percent = -1;

    if (!self->lines.setup.title_progress || self->state == NULL || !is_in_front(self))
        return;
    percent = run_footer_get_percent(self->state, terminal_now(self->terminal));
    failed = run_state_count(self->state, PACKAGE_FAILED) > 0;
    if (percent < 0 || (percent == self->percent && failed == self->failed))
        return;
    self->percent = percent;
    self->failed = failed;
    sequence = g_strdup_printf("\x1b]9;4;%d;%d\x07", failed ? 2 : 1, percent);
    terminal_control(self->terminal, sequence);
}

static void
clear_title(LiveView *self)
{
    if (self->percent >= 0)
        terminal_control(self->terminal, TERMINAL_NO_PROGRESS);
    self->percent = -1;
}

/* --- All output --- */

typedef struct {
    const LiveView *view;
    const Package *package;
} Followed;

/* The log has the package's own name; the line has the target's, too. */
static void
on_log_line(const char *package, const char *line, gpointer user_data)
{
    const Followed *followed = user_data;

    run_lines_output(&followed->view->lines, followed->package->name, line);
}

static void
follow_log(LiveView *self, const Package *package)
{
    const RunTarget *target =
        package->target != NULL ? run_state_get_target(self->state, package->target) : NULL;
    Followed followed = {.view = self, .package = package};

    log_follower_poll(self->follower, target != NULL ? target->directory : NULL,
                      package_get_own_name(package), on_log_line, &followed);
}

static void
follow_logs(LiveView *self)
{
    if (self->follower == NULL || self->state == NULL)
        return;
    for (guint i = 0; i < self->state->working->len; i++)
        follow_log(self, self->state->working->pdata[i]);
}

/* With --verbose the container sends all output; otherwise the logs have it. */
static void
toggle_output(LiveView *self)
{
    gboolean all = self->lines.setup.detail == VIEW_VERBOSE;

    self->lines.setup.detail = all ? VIEW_NORMAL : VIEW_VERBOSE;
    g_clear_pointer(&self->follower, log_follower_free);
    if (!all && self->asked < VIEW_VERBOSE)
        self->follower = log_follower_new(self->lines.setup.output_dir);
    terminal_redraw(self->terminal);
}

/* --- Keys, and whose the terminal is --- */

/* A key that is held down is one key. The second kills the build; a third does nothing, so that the
 * run ends in an orderly way. */
static void
stop_build(LiveView *self)
{
    gint64 now = terminal_now(self->terminal);

    if (self->lines.setup.on_stop == NULL || self->stops == MAX_STOPS ||
        (self->stops > 0 && now - self->stopped < STOP_INTERVAL))
        return;
    self->stops++;
    self->stopped = now;
    self->lines.setup.on_stop(self->lines.setup.user_data);
}

static void
on_key(char key, gpointer user_data)
{
    if (key == 'l')
        toggle_output(user_data);
    else if (key == 'q')
        stop_build(user_data);
}

static void
show_footer(LiveView *self)
{
    if (self->state != NULL && is_in_front(self))
        terminal_set_footer(self->terminal, compose, self);
}

static void
on_hide(gpointer user_data)
{
    LiveView *self = user_data;

    terminal_set_footer(self->terminal, NULL, NULL);
    clear_title(self);
}

static void
on_show(gpointer user_data)
{
    show_footer(user_data);
}

static gboolean
on_tick(gpointer user_data)
{
    LiveView *self = user_data;

    follow_logs(self);
    update_title(self);
    terminal_redraw(self->terminal);
    return G_SOURCE_CONTINUE;
}

/* --- The view --- */

/* These events say how long the packages may take. */
static gboolean
changes_forecast(const CddBuildEvent *event)
{
    const char *name = cdd_build_event_get_name(event);

    return g_str_equal(name, "schedule") || g_str_equal(name, "package_expected");
}

static void
on_event(View *view, const RunState *state, const CddBuildEvent *event, gint64 timestamp)
{
    LiveView *self = (LiveView *)view;
    const Package *package = run_state_lookup(state, event);

    if (self->state == NULL) {
        self->state = state;
        show_footer(self);
    }
    /* What a package wrote last comes before its end. */
    if (self->follower != NULL && package != NULL && package_is_finished(package))
        follow_log(self, package);
    if (changes_forecast(event))
        self->forecast_outdated = TRUE;
    run_lines_event(&self->lines, state, event);
    terminal_redraw(self->terminal);
}

static void
stop(LiveView *self)
{
    self->state = NULL;
    clear_title(self);
    terminal_set_footer(self->terminal, NULL, NULL);
    g_clear_pointer(&self->mode, terminal_mode_free);
}

static void
on_end(View *view, const RunState *state, const ViewEnd *end)
{
    LiveView *self = (LiveView *)view;

    stop(self);
    /* The lines of a failure are shown, whether they have been printed by a key or not. */
    self->lines.setup.detail = self->asked;
    run_end_print(&self->lines, state, end);
}

static void
free_view(View *view)
{
    LiveView *self = (LiveView *)view;

    g_clear_handle_id(&self->tick, g_source_remove);
    stop(self);
    g_clear_pointer(&self->follower, log_follower_free);
    g_clear_pointer(&self->graph, run_graph_free);
    terminal_free(self->terminal);
    g_free(self);
}

View *
view_live_new(Terminal *terminal, const ViewSetup *setup)
{
    static const TerminalModeHandler handler = {on_key, on_hide, on_show};
    LiveView *self = g_new0(LiveView, 1);

    self->view = (View){.on_event = on_event, .on_end = on_end, .free = free_view};
    self->terminal = terminal;
    self->lines = (RunLines){.terminal = terminal, .setup = *setup};
    self->lines.setup.title_progress = setup->title_progress && title_is_understood();
    self->asked = setup->detail;
    self->started = terminal_now(terminal);
    self->percent = -1;
    self->mode = terminal_mode_new(STDIN_FILENO, STDOUT_FILENO, self->lines.setup.title_progress,
                                   &handler, self);
    self->tick = g_timeout_add(TICK, on_tick, self);
    return &self->view;
}

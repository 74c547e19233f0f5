/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/clock.h"
#include "../base/text.h"
#include "compiler-warnings.h"
#include "view.h"

enum {
    TICK_SECONDS = 1,
    SHORT_STAGE = 1000, /* milliseconds; the duration of a shorter stage is not printed */
    MAX_REASON = 2000,  /* columns; the helpers send no more */
};

typedef struct {
    View view;
    Terminal *terminal;
    ViewDetail detail;
    gboolean show_warnings; /* of compilers */
    char *output_dir;       /* NULL if it is not known */
    const RunState *state;  /* of the last event, for the status line; NULL before */
    guint tick;
} PlainView;

/* The packages that are being built, the longest first. */
static void
append_working(GString *out, const RunState *state, gint64 now)
{
    if (state->working->len == 0)
        return;
    g_string_append_printf(out, "[%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "] ", state->finished,
                           state->total);
    for (guint i = 0; i < state->working->len; i++) {
        const Package *package = state->working->pdata[i];
        g_autofree char *elapsed = text_clock(now - package->started);

        g_string_append_printf(out, "%s%s %s", i > 0 ? ", " : "", package->name, elapsed);
    }
    g_string_append(out, "  |  ");
}

char *
view_plain_status(const RunState *state, gint64 now)
{
    g_autofree char *stage = text_clock(now - state->stage_started);
    GString *out = NULL;

    if (state->complete || state->stage == NULL)
        return NULL;
    out = g_string_new(NULL);
    append_working(out, state, now);
    g_string_append_printf(out, "%s %s", state->stage, stage);
    if (state->steps > 0)
        g_string_append_printf(out, "  %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, state->step,
                               state->steps);
    if (state->message != NULL)
        g_string_append_printf(out, "  %s", state->message);
    return g_string_free(out, FALSE);
}

static void
update_status(PlainView *self)
{
    g_autofree char *status =
        self->state != NULL ? view_plain_status(self->state, clock_now()) : NULL;

    terminal_set_status(self->terminal, status);
}

static gboolean
on_tick(gpointer user_data)
{
    update_status(user_data);
    return G_SOURCE_CONTINUE;
}

static void
print_line(PlainView *self, Style style, const char *text)
{
    terminal_put(self->terminal, style, text);
    terminal_end_line(self->terminal);
}

static void
put_name(PlainView *self, const Package *package)
{
    terminal_put(self->terminal, STYLE_PLAIN, package->name);
    if (package->version != NULL)
        terminal_printf(self->terminal, STYLE_PLAIN, " %s", package->version);
}

/* Prints a finished package with its number; the last number is the total. */
static void
put_package(PlainView *self, const RunState *state, const Package *package)
{
    terminal_printf(self->terminal, STYLE_FAINT, "[%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "] ",
                    package->position, state->total);
    put_name(self, package);
}

/* @name: the package, where lines of several packages are mixed; or NULL. */
static void
print_output(PlainView *self, const char *name, const char *line)
{
    terminal_put(self->terminal, STYLE_FAINT, "    ");
    if (name != NULL)
        terminal_printf(self->terminal, STYLE_FAINT, "%s ", name);
    terminal_put(self->terminal, STYLE_FAINT, "| ");
    print_line(self, STYLE_PLAIN, line);
}

/* The path of the package's log; NULL if it has none. */
static char *
make_log_path(const PlainView *self, const Package *package)
{
    if (package->log == NULL || self->output_dir == NULL)
        return g_strdup(package->log);
    return g_build_filename(self->output_dir, package->log, NULL);
}

static void
print_log_path(PlainView *self, const Package *package)
{
    g_autofree char *path = make_log_path(self, package);

    terminal_printf(self->terminal, STYLE_PLAIN, "    log: %s", path);
    terminal_end_line(self->terminal);
}

/* The lines of a finished package; NULL if none are to be shown. */
static char **
read_warnings(const PlainView *self, const Package *package, gboolean *more)
{
    *more = FALSE;
    return self->show_warnings && self->output_dir != NULL && package->log != NULL
               ? compiler_warnings_read(self->output_dir, package->log, more)
               : NULL;
}

static void
print_warnings(PlainView *self, const Package *package, char **lines, gboolean more)
{
    for (; lines != NULL && *lines != NULL; lines++)
        print_output(self, NULL, *lines);
    if (more)
        print_log_path(self, package);
}

/* Unchanged packages are one number at the end. */
static void
print_cached(PlainView *self, const Package *package)
{
    gboolean more = FALSE;
    g_auto(GStrv) warnings = read_warnings(self, package, &more);

    if (self->detail < VIEW_VERBOSE && (warnings == NULL || *warnings == NULL))
        return;
    terminal_put(self->terminal, STYLE_FAINT, "    ");
    put_name(self, package);
    terminal_put(self->terminal, STYLE_FAINT, " up to date");
    terminal_end_line(self->terminal);
    print_warnings(self, package, warnings, more);
}

static void
on_stage(PlainView *self, const RunState *state, const CddBuildEvent *event)
{
    if (state->stage == NULL)
        return;
    terminal_printf(self->terminal, STYLE_STRONG, "==> %s", state->stage);
    terminal_end_line(self->terminal);
}

static void
on_stage_complete(PlainView *self, const RunState *state, const CddBuildEvent *event)
{
    gint64 duration = cdd_build_event_lookup_number(event, "ms", 0);
    g_autofree char *text = text_duration(duration);

    if (duration < SHORT_STAGE || g_strcmp0(cdd_build_event_lookup(event, "success"), "true") != 0)
        return;
    terminal_printf(self->terminal, STYLE_FAINT, "    %s", text);
    terminal_end_line(self->terminal);
}

static void
on_general(PlainView *self, const RunState *state, const CddBuildEvent *event)
{
    if (self->detail < VIEW_VERBOSE || state->message == NULL)
        return;
    terminal_printf(self->terminal, STYLE_FAINT, "    %s", state->message);
    terminal_end_line(self->terminal);
}

static void
on_plan(PlainView *self, const RunState *state, const CddBuildEvent *event)
{
    /* Without a stage nothing was scanned, and the end says the same. */
    if (state->stage == NULL)
        return;
    terminal_printf(self->terminal, STYLE_PLAIN, "    %" G_GINT64_FORMAT " package%s", state->total,
                    state->total == 1 ? "" : "s");
    terminal_end_line(self->terminal);
}

/* On a terminal the status line shows it. In a log the line tells what an interrupted build was
 * doing. */
static void
on_package_start(PlainView *self, const RunState *state, const CddBuildEvent *event)
{
    const Package *package = run_state_lookup(state, event);

    if (terminal_is_interactive(self->terminal) || package == NULL)
        return;
    terminal_put(self->terminal, STYLE_FAINT, "    building ");
    put_name(self, package);
    terminal_end_line(self->terminal);
}

static void
on_package_output(PlainView *self, const RunState *state, const CddBuildEvent *event)
{
    const char *line = cdd_build_event_lookup(event, "msg");

    if (self->detail == VIEW_VERBOSE && line != NULL)
        print_output(self, cdd_build_event_lookup(event, "name"), line);
}

static void
print_failure(PlainView *self, const Package *package)
{
    /* With --verbose the lines have been printed already. */
    for (const GList *line = package->tail.head; line != NULL && self->detail < VIEW_VERBOSE;
         line = line->next)
        print_output(self, NULL, line->data);
    if (package->log != NULL)
        print_log_path(self, package);
}

static void
print_warnings_of_built(PlainView *self, const Package *package)
{
    gboolean more = FALSE;
    g_auto(GStrv) lines = read_warnings(self, package, &more);

    print_warnings(self, package, lines, more);
}

/* The lines that are shown of a failed package have its warnings. */
static void
put_count_of_warnings(PlainView *self, const Package *package)
{
    if (package->warnings > 0 && package->status == PACKAGE_BUILT)
        terminal_printf(self->terminal, STYLE_WARNING, ", %" G_GINT64_FORMAT " warning%s",
                        package->warnings, package->warnings == 1 ? "" : "s");
}

static void
on_package_complete(PlainView *self, const RunState *state, const CddBuildEvent *event)
{
    const Package *package = run_state_lookup(state, event);
    g_autofree char *duration = NULL;
    gboolean built = FALSE;

    if (package == NULL)
        return;
    built = package->status == PACKAGE_BUILT;
    duration = text_duration(package->duration);
    put_package(self, state, package);
    terminal_put(self->terminal, built ? STYLE_GOOD : STYLE_BAD, built ? " ok" : " FAILED");
    terminal_printf(self->terminal, STYLE_FAINT, " %s", duration);
    put_count_of_warnings(self, package);
    if (package->error != NULL) {
        g_autofree char *reason = text_ellipsize(package->error, MAX_REASON);

        terminal_printf(self->terminal, STYLE_PLAIN, ": %s", reason);
    }
    terminal_end_line(self->terminal);
    if (built)
        print_warnings_of_built(self, package);
    else
        print_failure(self, package);
}

static void
on_package_skip(PlainView *self, const RunState *state, const CddBuildEvent *event)
{
    const Package *package = run_state_lookup(state, event);

    if (package == NULL)
        return;
    if (package->status == PACKAGE_CACHED) {
        print_cached(self, package);
        return;
    }
    put_package(self, state, package);
    terminal_put(self->terminal, STYLE_WARNING, " skipped");
    if (package->cause != NULL)
        terminal_printf(self->terminal, STYLE_PLAIN, ": %s failed", package->cause);
    terminal_end_line(self->terminal);
}

static void
on_artifact(PlainView *self, const RunState *state, const CddBuildEvent *event)
{
    const char *path = cdd_build_event_lookup(event, "path");
    g_autofree char *size = NULL;

    if (self->detail < VIEW_VERBOSE || path == NULL)
        return;
    size = text_size((guint64)cdd_build_event_lookup_number(event, "size", 0));
    terminal_printf(self->terminal, STYLE_FAINT, "    %s, %s", path, size);
    terminal_end_line(self->terminal);
}

/* @verb: what became of a package of an earlier build. */
static void
print_former(PlainView *self, const char *verb, const CddBuildEvent *event)
{
    const char *deb = cdd_build_event_lookup(event, "deb");
    const char *version = cdd_build_event_lookup(event, "version");
    const char *reason = cdd_build_event_lookup(event, "reason");
    const char *install = cdd_build_event_lookup(event, "install");

    terminal_printf(self->terminal, STYLE_WARNING, "    %s ", verb);
    terminal_printf(self->terminal, STYLE_PLAIN, "%s%s%s: %s", deb != NULL ? deb : "?",
                    version != NULL ? " " : "", version != NULL ? version : "",
                    reason != NULL ? reason : "no reason given");
    terminal_end_line(self->terminal);
    if (install != NULL) {
        terminal_printf(self->terminal, STYLE_FAINT, "        on a new robot: %s", install);
        terminal_end_line(self->terminal);
    }
}

static void
on_repository_kept(PlainView *self, const RunState *state, const CddBuildEvent *event)
{
    print_former(self, "kept the former", event);
}

static void
on_repository_removed(PlainView *self, const RunState *state, const CddBuildEvent *event)
{
    print_former(self, "removed", event);
}

static void
print_message(PlainView *self, Style style, const char *label, const CddBuildEvent *event)
{
    const char *name = cdd_build_event_lookup(event, "name");
    const char *text = cdd_build_event_lookup(event, "msg");

    terminal_put(self->terminal, style, label);
    if (name != NULL)
        terminal_printf(self->terminal, STYLE_PLAIN, "%s: ", name);
    print_line(self, STYLE_PLAIN, text != NULL ? text : "");
}

static void
on_warning(PlainView *self, const RunState *state, const CddBuildEvent *event)
{
    print_message(self, STYLE_WARNING, "warning: ", event);
}

/* In hundredths of a second, to show how fast it was. */
static void
print_nothing_changed(PlainView *self, guint packages, gint64 milliseconds)
{
    terminal_printf(self->terminal, STYLE_GOOD,
                    "Nothing has changed: %u package%s up to date (%.2f s)", packages,
                    packages == 1 ? " is" : "s are", (double)milliseconds / 1000);
    terminal_end_line(self->terminal);
}

static void
put_sum_of_warnings(PlainView *self, const RunState *state)
{
    if (state->compiler_warnings == 0)
        return;
    terminal_printf(self->terminal, STYLE_WARNING, ", %" G_GINT64_FORMAT " warning%s of compilers",
                    state->compiler_warnings, state->compiler_warnings == 1 ? "" : "s");
    if (!self->show_warnings)
        terminal_put(self->terminal, STYLE_PLAIN, " (colcon-deb build --show-warnings shows them)");
}

static void
print_counts(PlainView *self, const RunState *state, gint64 milliseconds)
{
    guint cached = run_state_count(state, PACKAGE_CACHED);
    guint failed = run_state_count(state, PACKAGE_FAILED);
    guint skipped = run_state_count(state, PACKAGE_SKIPPED);
    g_autofree char *duration = text_duration(milliseconds);

    terminal_printf(self->terminal, STYLE_GOOD, "%u built", run_state_count(state, PACKAGE_BUILT));
    if (cached > 0)
        terminal_printf(self->terminal, STYLE_PLAIN, ", %u up to date", cached);
    terminal_printf(self->terminal, failed > 0 ? STYLE_BAD : STYLE_PLAIN, ", %u failed", failed);
    terminal_printf(self->terminal, skipped > 0 ? STYLE_WARNING : STYLE_PLAIN, ", %u skipped",
                    skipped);
    terminal_printf(self->terminal, STYLE_PLAIN, " in %s", duration);
    if (state->compiler_cache)
        terminal_printf(self->terminal, STYLE_PLAIN,
                        ", ccache served %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " compilations",
                        state->cache_hits, state->cache_hits + state->cache_misses);
    put_sum_of_warnings(self, state);
    terminal_end_line(self->terminal);
}

static void
on_build_complete(PlainView *self, const RunState *state, const CddBuildEvent *event)
{
    guint packages = state->packages->len;
    gint64 duration = cdd_build_event_lookup_number(event, "ms", 0);

    /* A list builds nothing, and after a failed scan nothing is known. */
    if (packages == 0 || run_state_count(state, PACKAGE_PLANNED) == packages)
        return;
    terminal_set_status(self->terminal, NULL);
    if (run_state_count(state, PACKAGE_CACHED) == packages)
        print_nothing_changed(self, packages, duration);
    else
        print_counts(self, state, duration);
}

static const struct {
    const char *type;
    void (*print)(PlainView *self, const RunState *state, const CddBuildEvent *event);
} progress_types[] = {
    {"stage", on_stage},
    {"stage_complete", on_stage_complete},
    {"general", on_general},
    {"plan", on_plan},
    {"package_start", on_package_start},
    {"package_output", on_package_output},
    {"package_complete", on_package_complete},
    {"package_skip", on_package_skip},
    {"artifact", on_artifact},
    {"repository_kept", on_repository_kept},
    {"repository_removed", on_repository_removed},
    {"warning", on_warning},
    {"build_complete", on_build_complete},
};

static void
print_progress(PlainView *self, const RunState *state, const CddBuildEvent *event)
{
    for (size_t i = 0; i < G_N_ELEMENTS(progress_types); i++)
        if (g_str_equal(cdd_build_event_get_name(event), progress_types[i].type))
            progress_types[i].print(self, state, event);
}

static void
print_error(PlainView *self, const CddBuildEvent *event)
{
    const char *name = cdd_build_event_lookup(event, "name");
    const char *text = cdd_build_event_lookup(event, "msg");
    g_autofree char *message = g_strconcat(name != NULL ? name : "", name != NULL ? ": " : "",
                                           text != NULL ? text : "", NULL);

    terminal_error(self->terminal, message);
}

static void
print_log(PlainView *self, const CddBuildEvent *event)
{
    const char *level = cdd_build_event_get_name(event);

    if (g_str_equal(level, "error"))
        print_error(self, event);
    else if (g_str_equal(level, "warning") && self->detail >= VIEW_WARNINGS)
        print_message(self, STYLE_WARNING, "warning: ", event);
    else if (self->detail < VIEW_NORMAL)
        return;
    else if (!g_str_equal(level, "debug") || self->detail == VIEW_VERBOSE)
        print_message(self, STYLE_PLAIN, "    ", event);
}

/* With --quiet a failed package is an error like others. */
static void
print_failed(PlainView *self, const RunState *state, const CddBuildEvent *event)
{
    const Package *package = run_state_lookup(state, event);
    g_autofree char *log = package != NULL ? make_log_path(self, package) : NULL;
    g_autoptr(GString) message = g_string_new(NULL);

    if (package == NULL || package->status != PACKAGE_FAILED ||
        !g_str_equal(cdd_build_event_get_name(event), "package_complete"))
        return;
    g_string_append_printf(message, "%s failed", package->name);
    if (package->error != NULL)
        g_string_append_printf(message, ": %s", package->error);
    if (log != NULL)
        g_string_append_printf(message, "; log: %s", log);
    terminal_error(self->terminal, message->str);
}

static void
on_event(View *view, const RunState *state, const CddBuildEvent *event, gint64 timestamp)
{
    PlainView *self = (PlainView *)view;

    self->state = state;
    switch (cdd_build_event_get_kind(event)) {
    case CDD_BUILD_EVENT_PROGRESS:
        if (self->detail >= VIEW_NORMAL)
            print_progress(self, state, event);
        else if (self->detail == VIEW_QUIET)
            print_failed(self, state, event);
        else if (self->detail == VIEW_WARNINGS &&
                 g_str_equal(cdd_build_event_get_name(event), "warning"))
            on_warning(self, state, event);
        break;
    case CDD_BUILD_EVENT_LOG:
        print_log(self, event);
        break;
    case CDD_BUILD_EVENT_OUTPUT:
        if (self->detail == VIEW_VERBOSE)
            print_line(self, STYLE_FAINT, cdd_build_event_get_line(event));
        break;
    }
    if (self->detail >= VIEW_NORMAL)
        update_status(self);
}

static void
free_view(View *view)
{
    PlainView *self = (PlainView *)view;

    g_clear_handle_id(&self->tick, g_source_remove);
    terminal_free(self->terminal);
    g_free(self->output_dir);
    g_free(self);
}

View *
view_plain_new(Terminal *terminal, ViewDetail detail, const char *output_dir)
{
    PlainView *self = g_new0(PlainView, 1);

    self->view = (View){.on_event = on_event, .free = free_view};
    self->terminal = terminal;
    self->detail = detail;
    self->output_dir = g_strdup(output_dir);
    if (detail >= VIEW_NORMAL)
        self->tick = g_timeout_add_seconds(TICK_SECONDS, on_tick, self);
    return &self->view;
}

void
view_plain_show_warnings(View *view)
{
    ((PlainView *)view)->show_warnings = TRUE;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "run-footer.h"

#include "../base/text.h"
#include "bar.h"

#include <string.h>

enum {
    MAX_BAR = 24, /* columns */
    MAX_NAME = 48,
    WHOLE_PACKAGE = 100,
    PHASE_WIDTH = 9,
    MIN_CLOCK = 5,
    SHORT = 1000, /* milliseconds; a shorter time is not shown */
    MIN_OUTPUT = 12,
    WIDE = 90,   /* columns from which on everything is shown */
    MEDIUM = 70, /* … all but the number of waiting packages */
    SMALL = 50,  /* … and but how long the last build took */
};

static const char separator[] = " \xc2\xb7 "; /* a middle dot */

/* --- The status line --- */

static void
put_part(StyledLine *line, const TerminalSpace *space, Style style, const char *text)
{
    const char *between = space->unicode ? separator : ", ";

    /* A part that does not fit is left out. */
    if (text_width(between) + text_width(text) > styled_line_get_rest(line))
        return;
    styled_line_put(line, STYLE_FAINT, between);
    styled_line_put(line, style, text);
}

static void
put_status_count(StyledLine *line,
                 const TerminalSpace *space,
                 const RunState *state,
                 PackageStatus status,
                 const char *word,
                 Style style)
{
    guint count = run_state_count(state, status);
    g_autofree char *text = g_strdup_printf("%u %s", count, word);

    if (count > 0 || space->columns >= WIDE)
        put_part(line, space, count > 0 ? style : STYLE_FAINT, text);
}

static void
put_forecast(StyledLine *line, const TerminalSpace *space, const RunFooter *footer)
{
    g_autofree char *left = text_clock(footer->forecast.remaining);
    g_autofree char *text = g_strdup_printf("about %s left", left);

    if (!footer->forecast.known && footer->state->finished < footer->state->total)
        put_part(line, space, STYLE_FAINT, "first build");
    else if (footer->forecast.known && footer->forecast.remaining >= SHORT)
        put_part(line, space, STYLE_STRONG, text);
}

static void
put_keys(StyledLine *line, const RunFooter *footer)
{
    const char *text =
        footer->all_output ? "  l: less output  q: stop" : "  l: all output  q: stop";

    if (footer->has_keys && strlen(text) < styled_line_get_rest(line))
        styled_line_put(line, STYLE_FAINT, text);
}

static guint
bar_width(const TerminalSpace *space)
{
    return MIN(MAX_BAR, space->columns / 5);
}

/* What is done of a package that is being built: by the duration of its last build, or by what make
 * prints. */
static gint64
get_part(const Package *package, gint64 now)
{
    gint64 part = MAX(package->percent, 0);

    if (package->measured && package->expected > 0)
        part = (now - package->started) * WHOLE_PACKAGE / package->expected;
    return CLAMP(part, 0, WHOLE_PACKAGE - 1);
}

/* The packages that are done, in hundredths. */
static gint64
count_done(const RunState *state, gint64 now)
{
    gint64 done = state->finished * WHOLE_PACKAGE;

    for (guint i = 0; i < state->working->len; i++)
        done += get_part(state->working->pdata[i], now);
    return done;
}

/* How many targets are done. */
static void
put_targets(StyledLine *line, const TerminalSpace *space, const RunState *state)
{
    guint finished = 0;
    g_autofree char *text = NULL;

    if (state->targets->len == 0)
        return;
    for (guint i = 0; i < state->targets->len; i++)
        finished += run_target_is_finished(state->targets->pdata[i]);
    text = g_strdup_printf("%u/%u targets", finished, state->targets->len);
    put_part(line, space, STYLE_PLAIN, text);
}

static void
put_packages(StyledLine *line, const TerminalSpace *space, const RunFooter *footer)
{
    const RunState *state = footer->state;
    g_autofree char *elapsed = text_clock(footer->now - footer->started);

    bar_put(line, space, bar_width(space), count_done(state, footer->now),
            state->total * WHOLE_PACKAGE);
    styled_line_printf(line, STYLE_STRONG, " %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
                       state->finished, state->total);
    put_status_count(line, space, state, PACKAGE_BUILT, "built", STYLE_GOOD);
    put_status_count(line, space, state, PACKAGE_CACHED, "unchanged", STYLE_PLAIN);
    put_status_count(line, space, state, PACKAGE_FAILED, "failed", STYLE_BAD);
    put_status_count(line, space, state, PACKAGE_SKIPPED, "skipped", STYLE_WARNING);
    put_targets(line, space, state);
    put_part(line, space, STYLE_PLAIN, elapsed);
    put_forecast(line, space, footer);
}

/* A stage other than that of the packages. @state: of the run, or of a target. */
static void
put_stage(StyledLine *line, const TerminalSpace *space, const RunState *state, gint64 now)
{
    g_autofree char *elapsed = text_clock(now - state->stage_started);
    g_autofree char *count = bar_count(state->step, state->steps, state->in_bytes);

    if (state->steps > 0)
        bar_put(line, space, bar_width(space), state->step, state->steps);
    styled_line_printf(line, STYLE_STRONG, "%s%s", state->steps > 0 ? " " : "", state->stage);
    put_part(line, space, STYLE_PLAIN, elapsed);
    if (state->steps > 0)
        put_part(line, space, STYLE_PLAIN, count);
    if (state->message != NULL) {
        styled_line_put(line, STYLE_PLAIN, "  ");
        styled_line_put(line, STYLE_FAINT, state->message);
    }
}

/* Whether something else than packages is to be shown. */
static gboolean
is_in_stage(const RunState *state)
{
    return state->stage != NULL && !g_str_equal(state->stage, "build");
}

static void
put_working(StyledLine *line, const TerminalSpace *space, const RunState *state)
{
    styled_line_put(line, STYLE_FAINT, "working");
    put_targets(line, space, state);
}

static char *
compose_status(const RunFooter *footer, const TerminalSpace *space)
{
    const RunState *state = footer->state;
    g_autoptr(StyledLine) line = styled_line_new(space->columns, space->colour);

    if (is_in_stage(state))
        put_stage(line, space, state, footer->now);
    else if (state->stage != NULL || state->slots > 0)
        put_packages(line, space, footer);
    else
        put_working(line, space, state);
    put_keys(line, footer);
    return styled_line_take(line);
}

/* --- A target in a stage of its own --- */

static char *
compose_target(const RunFooter *footer, const TerminalSpace *space, const RunTarget *target)
{
    g_autoptr(StyledLine) line = styled_line_new(space->columns, space->colour);
    g_autofree char *name = text_ellipsize_middle(target->name, MAX_NAME);

    styled_line_put(line, STYLE_PLAIN, "  ");
    styled_line_put(line, STYLE_ACTIVE, name);
    styled_line_put(line, STYLE_PLAIN, "  ");
    put_stage(line, space, target->state, footer->now);
    return styled_line_take(line);
}

static void
compose_targets(const RunFooter *footer, GPtrArray *rows, const TerminalSpace *space)
{
    for (guint i = 0; i < footer->state->targets->len; i++) {
        const RunTarget *target = footer->state->targets->pdata[i];

        if (target->status == TARGET_RUNNING && is_in_stage(target->state))
            g_ptr_array_add(rows, compose_target(footer, space, target));
    }
}

/* --- A package that is being built --- */

typedef struct {
    guint name;
    guint clock;
} Widths;

static guint
clock_width(gint64 milliseconds)
{
    g_autofree char *clock = text_clock(milliseconds);

    return text_width(clock);
}

/* One width for all packages, so that the columns stand below each other. */
static Widths
measure(const RunFooter *footer, const TerminalSpace *space)
{
    const GPtrArray *working = footer->state->working;
    Widths widths = {.clock = MIN_CLOCK};

    for (guint i = 0; i < working->len; i++) {
        const Package *package = working->pdata[i];

        widths.name = MAX(widths.name, text_width(package->name));
        widths.clock = MAX(widths.clock, clock_width(footer->now - package->started));
        if (package->measured)
            widths.clock = MAX(widths.clock, clock_width(package->expected));
    }
    widths.name = MIN(widths.name, MIN(MAX_NAME, space->columns * 2 / 5));
    return widths;
}

static void
put_name(StyledLine *line, const Package *package, guint width)
{
    g_autofree char *name = text_ellipsize_middle(package->name, width);

    styled_line_put(line, STYLE_PLAIN, "  ");
    styled_line_put(line, STYLE_ACTIVE, name);
    styled_line_pad(line, 2 + width + 2);
}

static void
put_phase(StyledLine *line, const Package *package)
{
    guint start = styled_line_get_width(line);
    g_autofree char *phase =
        text_ellipsize(package->phase != NULL ? package->phase : "", PHASE_WIDTH);

    styled_line_put(line, STYLE_PLAIN, phase);
    styled_line_pad(line, start + PHASE_WIDTH);
    if (package->percent >= 0)
        styled_line_printf(line, STYLE_STRONG, " %3" G_GINT64_FORMAT "%%", package->percent);
    styled_line_pad(line, start + PHASE_WIDTH + (guint)strlen(" 100%"));
}

static void
put_clock(StyledLine *line,
          const TerminalSpace *space,
          const Package *package,
          gint64 elapsed,
          guint width)
{
    guint start = styled_line_get_width(line);
    g_autofree char *clock = elapsed >= SHORT ? text_clock(elapsed) : g_strdup("");
    g_autofree char *former = package->measured ? text_clock(package->expected) : g_strdup("");

    styled_line_printf(line, STYLE_PLAIN, " %*s", (int)width, clock);
    if (space->columns < SMALL)
        return;
    if (package->measured)
        styled_line_printf(line, STYLE_FAINT, " last %s", former);
    styled_line_pad(line, start + 1 + width + (guint)strlen(" last ") + width);
}

static guint
index_of(const RunState *state, const Package *package)
{
    guint number = 0;

    return g_ptr_array_find(state->packages, package, &number) ? number : G_MAXUINT;
}

static void
put_waiting(StyledLine *line, const RunFooter *footer, const Package *package)
{
    guint start = styled_line_get_width(line);
    guint number = index_of(footer->state, package);
    guint waiting = footer->graph != NULL && number < run_graph_get_n_packages(footer->graph)
                        ? run_graph_count_waiting(footer->graph, footer->state, number)
                        : 0;

    if (waiting > 0)
        styled_line_printf(line, STYLE_FAINT, " %3u waiting", waiting);
    styled_line_pad(line, start + (guint)strlen(" 999 waiting"));
}

static char *
compose_package(const RunFooter *footer,
                const TerminalSpace *space,
                const Package *package,
                const Widths *widths)
{
    g_autoptr(StyledLine) line = styled_line_new(space->columns, space->colour);

    put_name(line, package, widths->name);
    put_phase(line, package);
    put_clock(line, space, package, footer->now - package->started, widths->clock);
    if (space->columns >= MEDIUM)
        put_waiting(line, footer, package);
    if (package->line != NULL && styled_line_get_rest(line) >= MIN_OUTPUT) {
        styled_line_put(line, STYLE_PLAIN, "  ");
        styled_line_put(line, STYLE_FAINT, package->line);
    }
    return styled_line_take(line);
}

/* As many as fit into @room rows; returns how many do not. */
static guint
compose_packages(const RunFooter *footer, GPtrArray *rows, const TerminalSpace *space, guint room)
{
    const GPtrArray *working = footer->state->working;
    Widths widths = measure(footer, space);
    guint shown = 0;

    for (; shown < working->len && rows->len < room; shown++)
        g_ptr_array_add(rows, compose_package(footer, space, working->pdata[shown], &widths));
    return working->len - shown;
}

static char *
compose_rest(const TerminalSpace *space, guint hidden)
{
    g_autoptr(StyledLine) line = styled_line_new(space->columns, space->colour);

    styled_line_printf(line, STYLE_FAINT, "  and %u more", hidden);
    return styled_line_take(line);
}

void
run_footer_compose(const RunFooter *footer, GPtrArray *lines, const TerminalSpace *space)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(g_free);
    guint room = space->rows > 2 ? space->rows - 2 : 0;
    guint hidden = 0;

    g_ptr_array_add(lines, compose_status(footer, space));
    compose_targets(footer, rows, space);
    hidden = compose_packages(footer, rows, space, room);
    if (rows->len > room) {
        hidden += rows->len - room;
        g_ptr_array_set_size(rows, (int)room);
    }
    g_ptr_array_extend_and_steal(lines, g_steal_pointer(&rows));
    if (hidden > 0)
        g_ptr_array_add(lines, compose_rest(space, hidden));
}

int
run_footer_get_percent(const RunState *state, gint64 now)
{
    if (state->slots == 0 || state->total == 0)
        return -1;
    return (int)CLAMP(count_done(state, now) / state->total, 0, 100);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "run-pulse.h"

#include "../base/text.h"
#include "bar.h"

enum {
    TICK_SECONDS = 1,
    SILENCE = 30 * 1000, /* milliseconds: some CI systems end a job that is silent for minutes */
};

struct RunPulse {
    Terminal *terminal;
    const RunState *state; /* of the last event; NULL before */
    guint tick;
};

/* The packages that are being built, the longest first. */
static void
put_working(const RunPulse *pulse, gint64 now)
{
    const RunState *state = pulse->state;

    terminal_printf(pulse->terminal, STYLE_PLAIN, "[%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "] ",
                    state->finished, state->total);
    for (guint i = 0; i < state->working->len; i++) {
        const Package *package = state->working->pdata[i];
        g_autofree char *elapsed = text_clock(now - package->started);

        terminal_printf(pulse->terminal, STYLE_PLAIN, "%s%s", i > 0 ? ", " : "", package->name);
        if (package->phase != NULL)
            terminal_printf(pulse->terminal, STYLE_PLAIN, " %s", package->phase);
        if (package->percent >= 0)
            terminal_printf(pulse->terminal, STYLE_PLAIN, " %" G_GINT64_FORMAT "%%",
                            package->percent);
        terminal_printf(pulse->terminal, STYLE_PLAIN, " %s", elapsed);
    }
    terminal_put(pulse->terminal, STYLE_PLAIN, "  |  ");
}

static void
put_stage(const RunPulse *pulse, const RunState *state, gint64 now)
{
    g_autofree char *elapsed = text_clock(now - state->stage_started);
    g_autofree char *count = bar_count(state->step, state->steps, state->in_bytes);

    terminal_printf(pulse->terminal, STYLE_PLAIN, "%s %s", state->stage, elapsed);
    if (state->steps > 0)
        terminal_printf(pulse->terminal, STYLE_PLAIN, "  %s", count);
    if (state->message != NULL)
        terminal_printf(pulse->terminal, STYLE_PLAIN, "  %s", state->message);
}

/* The targets that are in a stage other than that of the packages. Returns whether there are any.
 */
static gboolean
put_targets(const RunPulse *pulse, gint64 now)
{
    const GPtrArray *targets = pulse->state->targets;
    gboolean any = FALSE;

    for (guint i = 0; i < targets->len; i++) {
        const RunTarget *target = targets->pdata[i];
        const char *stage = target->state->stage;

        if (target->status != TARGET_RUNNING || stage == NULL || g_str_equal(stage, "build"))
            continue;
        terminal_printf(pulse->terminal, STYLE_PLAIN, "%s%s: ", any ? "  |  " : "", target->name);
        put_stage(pulse, target->state, now);
        any = TRUE;
    }
    return any;
}

/* Shows that work goes on, and what. Between stages the host reads the sources, or publishes. */
static void
print_status(const RunPulse *pulse, gint64 now)
{
    const RunState *state = pulse->state;

    terminal_put(pulse->terminal, STYLE_PLAIN, "    ... ");
    if (state->working->len > 0)
        put_working(pulse, now);
    if (state->stage != NULL)
        put_stage(pulse, state, now);
    else if (!put_targets(pulse, now))
        terminal_put(pulse->terminal, STYLE_PLAIN, "working");
    terminal_end_line(pulse->terminal);
}

static gboolean
on_tick(gpointer user_data)
{
    const RunPulse *pulse = user_data;

    if (pulse->state != NULL && terminal_get_silence(pulse->terminal) >= SILENCE)
        print_status(pulse, terminal_now(pulse->terminal));
    return G_SOURCE_CONTINUE;
}

RunPulse *
run_pulse_new(Terminal *terminal)
{
    RunPulse *pulse = g_new0(RunPulse, 1);

    pulse->terminal = terminal;
    pulse->tick = g_timeout_add_seconds(TICK_SECONDS, on_tick, pulse);
    return pulse;
}

void
run_pulse_free(RunPulse *pulse)
{
    if (pulse == NULL)
        return;
    g_source_remove(pulse->tick);
    g_free(pulse);
}

void
run_pulse_set_state(RunPulse *pulse, const RunState *state)
{
    if (pulse != NULL)
        pulse->state = state;
}

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/terminal.h"
#include "../events/run-forecast.h"

/* What stands below the lines of a live view: a status line, and a line for each package that is
 * being built. */
typedef struct {
    const RunState *state;
    const RunGraph *graph; /* NULL if there are no packages yet */
    RunForecast forecast;
    gint64 started; /* when the run began, by the clock of run_state_apply() */
    gint64 now;
    gboolean all_output; /* all output is being printed */
    gboolean has_keys;   /* keys are read */
} RunFooter;

/* Appends the lines to @lines, as a TerminalFooter does. */
void run_footer_compose(const RunFooter *footer, GPtrArray *lines, const TerminalSpace *space);

/* How much of the run is done, in percent; -1 if that is unknown. */
int run_footer_get_percent(const RunState *state, gint64 now);

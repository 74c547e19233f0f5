/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/terminal.h"
#include "../events/run-state.h"

/* A line in a log every 30 seconds while nothing else is printed: it shows that work goes on, and
 * what. */
typedef struct RunPulse RunPulse;

/* @terminal is borrowed. */
RunPulse *run_pulse_new(Terminal *terminal);
void run_pulse_free(RunPulse *pulse);

/* @state: of the last event, borrowed; NULL after the end. Ignores NULL in the place of @pulse. */
void run_pulse_set_state(RunPulse *pulse, const RunState *state);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "run-graph.h"

/* How long the packages of a run will still take. */
typedef struct {
    gboolean known;   /* the last builds of some packages tell; else it is a first build */
    gint64 remaining; /* milliseconds */
} RunForecast;

/*
 * The longest chain of packages that wait for each other bounds what is left, and so does all the
 * work together, divided by the slots. The larger one is the forecast. @now: by the clock of
 * run_state_apply().
 */
RunForecast run_forecast(const RunGraph *graph, const RunState *state, gint64 now);

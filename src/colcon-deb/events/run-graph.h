/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "run-state.h"

/*
 * Which package of a run needs which. Packages are numbered as in RunState.packages, and a package
 * comes after those that it needs; what contradicts that is left out, and what is said twice counts
 * once.
 */
enum {
    RUN_GRAPH_MAX_NEEDS = 200000 /* of all packages together; further ones are left out */
};

typedef struct RunGraph RunGraph;

/* Of the packages that @state has now. */
RunGraph *run_graph_new(const RunState *state);
void run_graph_free(RunGraph *graph);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunGraph, run_graph_free)

guint run_graph_get_n_packages(const RunGraph *graph);

/* Numbers (guint) of the packages that @package needs, or that need it, without those in between.
 * Borrowed. */
const GArray *run_graph_get_needs(const RunGraph *graph, guint package);
const GArray *run_graph_get_dependents(const RunGraph *graph, guint package);

/* How many packages need @package, directly or not, and are not finished. */
guint run_graph_count_waiting(const RunGraph *graph, const RunState *state, guint package);

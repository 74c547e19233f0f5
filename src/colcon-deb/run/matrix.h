/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/interrupt.h"
#include "../config/config.h"
#include "../events/run-state.h"
#include "../view/view.h"

/* A build of several targets. Strings are borrowed. */
typedef struct {
    const Config *config;         /* of the top level; its directories must exist */
    char *const *targets;         /* their names */
    const char *const *arguments; /* of the build of each: all but target, jobs and PATH */
    const char *workspace;        /* PATH, or NULL */
    View *view;
    Interrupt *interrupt;
} MatrixRequest;

/*
 * Builds the targets side by side, each in a process of its own, and writes summary.json of the
 * whole. @state: a new one; gets what all of them report. A target that fails leaves the others
 * running; it is an error at the end.
 */
gboolean matrix_run(const MatrixRequest *request, RunState *state, GError **error);

/* How the builds share @jobs compile jobs (0: the processors): at most so many builds run at a
 * time. */
guint matrix_count_builds(guint jobs, guint n_targets);

/* The jobs of the build in place @place, counted from 0, of @builds. */
guint matrix_count_jobs(guint jobs, guint builds, guint place);

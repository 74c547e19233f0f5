/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "view.h"

/* The lines that the views for people print and that stay. */
typedef struct {
    Terminal *terminal; /* borrowed */
    ViewSetup setup;
    gboolean starts; /* also a line for each package that begins */
} RunLines;

/* Prints what is to be said of the event. */
void run_lines_event(const RunLines *lines, const RunState *state, const CddBuildEvent *event);

/* Prints a line of a build's output. @name: of the package. */
void run_lines_output(const RunLines *lines, const char *name, const char *text);

/* What a message is about: a package, else a target; NULL for the run. */
const char *run_lines_get_subject(const RunState *state, const CddBuildEvent *event);

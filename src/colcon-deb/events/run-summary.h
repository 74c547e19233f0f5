/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "run-state.h"

/* The content of summary.json. Strings are borrowed; NULL for what the run did not reach. */
typedef struct {
    gboolean running; /* the run has not ended, or was killed */
    gboolean success;
    gboolean interrupted;
    const char *error; /* NULL for a success */
    const char *workspace;
    const char *ros_distro;
    const char *image_reference;
    const CddImageInfo *image;
    const CddEngineInfo *engine;
    gint64 started;  /* wall clock, microseconds */
    gint64 duration; /* milliseconds */
    const RunState *state;
} RunSummary;

/* The whole file's text. */
char *run_summary_to_json(const RunSummary *summary);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "config.h"
#include "interrupt.h"
#include "state.h"
#include "view.h"

typedef struct {
    const Config *config;
    CddBuildMode mode;
    View *view; /* NULL for none */
    Interrupt *interrupt;
    gboolean verbose; /* all output of the packages' builds, as it comes */
} RunRequest;

/*
 * Runs the container side to its end: engine, image, architecture, container, reports. A build's
 * directories are there already. @state holds what the run said, also when it failed.
 */
gboolean run(const RunRequest *request, RunState *state, GError **error);

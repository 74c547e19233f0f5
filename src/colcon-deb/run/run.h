/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/interrupt.h"
#include "../config/config.h"
#include "../config/selection.h"
#include "../events/run-state.h"
#include "../view/view.h"

typedef struct {
    const Config *config;
    CddBuildMode mode;
    View *view; /* NULL for none */
    Interrupt *interrupt;
    gboolean verbose;           /* all output of the packages' builds, as it comes */
    const Selection *selection; /* NULL for all packages */
    gboolean force;             /* build what is up to date, too */
} RunRequest;

/*
 * Runs the container side to its end: engine, image, architecture, container, reports. A build of
 * which everything is up to date ends without a container. A build's directories are there already.
 * @state holds what the run said, also when it failed.
 */
gboolean run(const RunRequest *request, RunState *state, GError **error);

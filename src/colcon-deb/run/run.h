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
    gboolean verbose;           /* show all output of the builds */
    const Selection *selection; /* NULL for all packages */
    gboolean force;             /* also build what is up to date */
    guint memory_share;         /* of CddBuildConfig; 0 for a build that is alone */
} RunRequest;

/*
 * Runs a build, a check or a list to its end: engine, image, architecture, container, reports. A
 * build ends without a container if everything is up to date. The directories of a build must
 * exist. @state: gets what the run reported, also on failure.
 */
gboolean run(const RunRequest *request, RunState *state, GError **error);

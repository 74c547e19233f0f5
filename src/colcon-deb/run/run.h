/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/interrupt.h"
#include "../config/config.h"
#include "../config/selection.h"
#include "../events/run-state.h"
#include "../view/view.h"

/* What a run of CDD_BUILD_MODE_SHELL opens in its container. */
typedef struct {
    const char *const *command; /* NULL for an interactive shell */
    gboolean as_root;           /* otherwise as the build user */
    gint64 exit_code;           /* of the shell or the command, once run() has succeeded */
} RunShell;

typedef struct {
    const Config *config;
    CddBuildMode mode;
    View *view; /* NULL for none */
    Interrupt *interrupt;
    gboolean verbose;           /* show all output of the builds */
    const Selection *selection; /* NULL for all packages */
    gboolean force;             /* also build what is up to date */
    guint memory_share;         /* of CddBuildConfig; 0 for a build that is alone */
    RunShell *shell;            /* only of CDD_BUILD_MODE_SHELL; otherwise NULL */
} RunRequest;

/*
 * Runs a build, a check, a list or a shell to its end: engine, image, architecture, container,
 * reports. A build ends without a container if everything is up to date. The directories of a build
 * must exist. @state: gets what the run reported, also on failure.
 */
gboolean run(const RunRequest *request, RunState *state, GError **error);

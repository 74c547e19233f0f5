/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "run.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

/* A shell or a command in a container that has said that it is ready for one. */
typedef struct {
    CddService *service;
    const char *container;
    RunShell *shell;   /* gets the exit code */
    gboolean rootless; /* of the engine: see cdd_user_setup_from_current_user() */
    GCancellable *cancellable;
} ShellSession;

/* Connects it with the standard streams of this program and waits for its end. If standard input
 * and output are terminals, it has a terminal of its own, and gets every key. */
gboolean shell_session_run(const ShellSession *session, GError **error);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "session.h"

/*
 * Serves moby.sshforward.v1.SSH: ssh agents of this machine for `RUN --mount=type=ssh`. A
 * description has the format of Docker's --ssh: NAME for the agent at SSH_AUTH_SOCK, or
 * NAME=SOCKET. Key files are not supported, only agents. An error names the description.
 */
gboolean
cdd_build_ssh_serve(CddBuildSession *session, const char *const *descriptions, GError **error);

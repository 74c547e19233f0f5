/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "session.h"

/*
 * moby.sshforward.v1.SSH: agents of this machine that a `RUN --mount=type=ssh` may ask. Each is
 * described as docker's own --ssh has it: NAME for the one at SSH_AUTH_SOCK, or NAME=SOCKET. Keys
 * themselves are not served: an agent has them. An error names the description.
 */
gboolean
cdd_build_ssh_serve(CddBuildSession *session, const char *const *descriptions, GError **error);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "session.h"

/*
 * moby.buildkit.secrets.v1.Secrets: what a `RUN --mount=type=secret` may read. Each is described
 * as docker's own --secret has it: "id=NAME,src=FILE" or "id=NAME,env=VARIABLE"; "id=NAME" alone
 * is the variable of that name if there is one, else the file. A file is read when it is asked
 * for, and overwritten in memory when it has been sent. An error names the description.
 */
gboolean
cdd_build_secrets_serve(CddBuildSession *session, const char *const *descriptions, GError **error);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "session.h"

/*
 * Serves moby.buildkit.secrets.v1.Secrets: the secrets of `RUN --mount=type=secret`. A description
 * has the format of Docker's --secret: "id=NAME,src=FILE" or "id=NAME,env=VARIABLE"; "id=NAME"
 * alone means the variable of that name if it is set, else the file. A file is read on request, and
 * its contents in memory are overwritten after sending. An error names the description.
 */
gboolean
cdd_build_secrets_serve(CddBuildSession *session, const char *const *descriptions, GError **error);

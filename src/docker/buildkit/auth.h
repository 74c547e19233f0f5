/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "session.h"

/*
 * Serves moby.filesync.v1.Auth: the credentials of registries that a build pulls from. @credentials
 * (transfer full; registry as in Docker's files -> CddCredentials) come first, then the result of
 * cdd_credentials_find_async(). If that fails, a note is added and no credentials are sent.
 */
void cdd_build_auth_serve(CddBuildSession *session, GHashTable *credentials);

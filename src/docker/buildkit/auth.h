/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "session.h"

/*
 * moby.filesync.v1.Auth: the credentials of registries that a build pulls from. Those in
 * credentials (what Docker's files call a registry -> CddCredentials; taken) come first, then what
 * cdd_credentials_find_async() finds. A fault in looking is noted, and the registry asked without.
 */
void cdd_build_auth_serve(CddBuildSession *session, GHashTable *credentials);

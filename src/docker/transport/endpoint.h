/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "address.h"

/* What the caller says of which engine is meant; each may be NULL. Strings are borrowed. */
typedef struct {
    const char *socket_path;
    const char *host;
    const char *context;
    const char *cert_path;
} CddEndpointChoice;

/*
 * The engine that is meant, by the precedence of Docker's own client: the caller's context or
 * host, DOCKER_HOST, DOCKER_CONTEXT, the current context of config.json, the default socket.
 */
CddAddress *cdd_endpoint_resolve(const CddEndpointChoice *choice, GError **error);

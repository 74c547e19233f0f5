/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "address.h"

/* The caller's choice of an engine. Each string may be NULL; strings are borrowed. */
typedef struct {
    const char *socket_path;
    const char *host;
    const char *context;
    const char *cert_path;
} CddEndpointChoice;

/*
 * Returns the engine's address, with the precedence of Docker's client: the caller's context or
 * host, DOCKER_HOST, DOCKER_CONTEXT, the current context of config.json, the default socket.
 */
CddAddress *cdd_endpoint_resolve(const CddEndpointChoice *choice, GError **error);

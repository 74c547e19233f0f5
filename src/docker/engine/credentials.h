/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../wire/json.h"

#include <colcon-deb-docker/cdd-credentials.h>

/* Sets how many milliseconds a credential helper may take; for tests. */
void cdd_credentials_set_helper_timeout(guint milliseconds);

/* Returns the value of X-Registry-Auth. */
char *cdd_credentials_to_header(const CddCredentials *credentials);

/*
 * Helpers for such values: the first adds one object; the second encodes the result as engines
 * require it, in base64url with padding.
 */
void cdd_credentials_add(JsonBuilder *builder, const CddCredentials *credentials);
char *cdd_credentials_encode(JsonBuilder *builder);

/* Returns the name of a domain's registry in Docker's files. */
const char *cdd_credentials_server_of(const char *domain);

/* Returns the domain of the images on a registry host that BuildKit names: Docker Hub differs. */
const char *cdd_credentials_domain_of_host(const char *host);

/* Overwrites and frees a secret (nullable). */
void cdd_secret_free(char *secret);

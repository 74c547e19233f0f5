/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../wire/json.h"

#include <colcon-deb-docker/cdd-credentials.h>

/* The value of X-Registry-Auth. */
char *cdd_credentials_to_header(const CddCredentials *credentials);

/* Parts of such values: one object, and what has been built as an engine takes it, which is JSON in
 * base64url with padding and nothing else. */
void cdd_credentials_add(JsonBuilder *builder, const CddCredentials *credentials);
char *cdd_credentials_encode(JsonBuilder *builder);

/* What Docker's files call the registry of a domain. */
const char *cdd_credentials_server_of(const char *domain);

/* The domain of the images on a host that BuildKit asks about: Docker Hub is at another one. */
const char *cdd_credentials_domain_of_host(const char *host);

/* Overwrites a secret before it is freed; NULL is fine. */
void cdd_secret_free(char *secret);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-macros.h>

G_BEGIN_DECLS

/**
 * CddCredentials:
 * @server_address: the registry, e.g. `registry.example.org:5000`; for Docker Hub
 *   `https://index.docker.io/v1/`
 * @username: (nullable): the user's name
 * @password: (nullable): the user's password
 * @identity_token: (nullable): a token that the registry issued instead of a password
 * @registry_token: (nullable): a bearer token that is sent to the registry unchanged
 *
 * The credentials for one registry.
 *
 * Since: 0.1
 */
typedef struct {
    char *server_address;
    char *username;
    char *password;
    char *identity_token;
    char *registry_token;
} CddCredentials;

#define CDD_TYPE_CREDENTIALS (cdd_credentials_get_type())
CDD_API GType cdd_credentials_get_type(void);

/**
 * cdd_credentials_copy:
 * @credentials: credentials
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddCredentials *cdd_credentials_copy(const CddCredentials *credentials);

/**
 * cdd_credentials_free:
 * @credentials: (transfer full) (nullable): credentials; the secrets are overwritten first
 *
 * Since: 0.1
 */
CDD_API void cdd_credentials_free(CddCredentials *credentials);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddCredentials, cdd_credentials_free)

/**
 * cdd_credentials_find_async:
 * @registry: the domain of an image, e.g. #CddImageReference.domain
 * @cancellable: (nullable): cancelling kills a running credential helper
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Looks up credentials as Docker's client does: first in `DOCKER_AUTH_CONFIG`, which counts
 * as unset if it is malformed, then in `config.json` in `DOCKER_CONFIG` or ~/.docker. An empty
 * `config.json` is one without settings; a malformed one is an error. There it uses the helper that
 * `credHelpers` names for the registry, else the helper that `credsStore` names, else the entry in
 * `auths`. A helper
 * (`docker-credential-NAME`) gets the registry on its standard input and must answer within 30 s.
 *
 * Since: 0.1
 */
CDD_API void cdd_credentials_find_async(const char *registry,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);

/**
 * cdd_credentials_find_finish:
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC if the file cannot be read, %CDD_ERROR_FAILED if
 *   a helper fails, %CDD_ERROR_TIMEOUT if a helper does not answer
 *
 * Finishes cdd_credentials_find_async().
 *
 * Returns: (transfer full) (nullable): the credentials; %NULL without an error if there are none
 *
 * Since: 0.1
 */
CDD_API CddCredentials *cdd_credentials_find_finish(GAsyncResult *result, GError **error);

G_END_DECLS

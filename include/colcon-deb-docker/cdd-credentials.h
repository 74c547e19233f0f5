/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-macros.h>

G_BEGIN_DECLS

/**
 * CddCredentials:
 * @server_address: the registry that they are for, e.g. `registry.example.org:5000`; for Docker Hub
 *   `https://index.docker.io/v1/`
 * @username: (nullable): a user's name
 * @password: (nullable): its password
 * @identity_token: (nullable): what a registry gave instead of a password
 * @registry_token: (nullable): what is sent to a registry as it is
 *
 * What a registry wants to know before it lets anybody pull.
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
 */
CDD_API CddCredentials *cdd_credentials_copy(const CddCredentials *credentials);

/**
 * cdd_credentials_free:
 * @credentials: (transfer full) (nullable): credentials; the secrets are overwritten first
 */
CDD_API void cdd_credentials_free(CddCredentials *credentials);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddCredentials, cdd_credentials_free)

/**
 * cdd_credentials_find_async:
 * @registry: the domain of an image, e.g. #CddImageReference.domain
 * @cancellable: (nullable): ends a helper that is at work
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Looks credentials up as Docker's own client does: in `DOCKER_AUTH_CONFIG`, then in
 * `config.json` below `DOCKER_CONFIG` or ~/.docker: the helper that `credHelpers` names for the
 * registry, else the one that `credsStore` names, else what `auths` holds. A helper
 * (`docker-credential-NAME`) gets the registry on its standard input and has 30 s.
 */
CDD_API void cdd_credentials_find_async(const char *registry,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);

/**
 * cdd_credentials_find_finish:
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for a file that cannot be read,
 * %CDD_ERROR_FAILED for a helper that fails, %CDD_ERROR_TIMEOUT for one that does not answer
 *
 * Ends cdd_credentials_find_async().
 *
 * Returns: (transfer full) (nullable): the credentials; %NULL without an error when there are none
 */
CDD_API CddCredentials *cdd_credentials_find_finish(GAsyncResult *result, GError **error);

G_END_DECLS

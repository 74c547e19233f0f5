/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "service.h"

/*
 * Finds the credentials for the registry of @domain: those that were set for the service, else
 * those of this machine. A mock engine's service has only the first.
 */
void cdd_registry_credentials_async(CddService *service,
                                    const char *domain,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
/* Returns NULL without an error if there are none. */
CddCredentials *cdd_registry_credentials_finish(GAsyncResult *result, GError **error);

/*
 * The same for an operation (see operation.h) that asks the registry through the engine: its
 * refusals become UNAUTHORIZED. @func is called also if nothing was found, and if the lookup
 * failed: public images need no credentials. If the operation fails then, its error has this as a
 * hint.
 */
typedef void (*CddWithCredentialsFunc)(GTask *task, const CddCredentials *credentials);
void cdd_registry_credentials_use(GTask *task, const char *domain, CddWithCredentialsFunc func);

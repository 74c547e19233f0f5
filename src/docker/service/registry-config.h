/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../api/service.h"

/*
 * Makes the value of X-Registry-Config: the credentials for the registries of all images in a
 * Dockerfile. The classic builder needs them in advance; BuildKit requests them when needed.
 */
void cdd_registry_config_async(CddService *service,
                               const char *dockerfile,
                               gssize length,
                               const char *const *build_args,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
/* Returns NULL without an error if there are none. Free it with cdd_secret_free(). */
char *cdd_registry_config_finish(GAsyncResult *result, GError **error);

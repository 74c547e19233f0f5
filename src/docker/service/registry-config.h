/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../api/service.h"

/*
 * The value of X-Registry-Config: credentials for the registries of the images that a Dockerfile
 * names. BuildKit asks for them when it needs them; the classic builder has to be told beforehand.
 */
void cdd_registry_config_async(CddService *service,
                               const char *dockerfile,
                               gssize length,
                               const char *const *build_args,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
/* NULL without an error for none; cdd_secret_free() frees it. */
char *cdd_registry_config_finish(GAsyncResult *result, GError **error);

/* SPDX-License-Identifier: Apache-2.0 */
/* Tries credentials at their registry. */
#include "../engine/credentials.h"
#include "../wire/json-build.h"
#include "operation.h"

#include <colcon-deb-docker/cdd-error.h>
#include <colcon-deb-docker/cdd-image.h>
#include <colcon-deb-docker/cdd-system.h>

/* A token that the registry gives instead of the password is used from then on. */
static void
on_answered(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    CddCredentials *credentials = g_task_get_task_data(task);
    GError *error = NULL;
    g_autoptr(JsonNode) node = cdd_client_call_finish(CDD_CLIENT(source), result, &error);
    const char *token = cdd_json_get_string(cdd_json_as_object(node), "IdentityToken");

    if (error != NULL) {
        cdd_operation_return_error(task, error);
        return;
    }
    if (token != NULL && *token != '\0') {
        cdd_secret_free(g_steal_pointer(&credentials->password));
        cdd_secret_free(credentials->identity_token);
        credentials->identity_token = g_strdup(token);
    }
    cdd_service_set_credentials(g_task_get_source_object(task), credentials);
    cdd_operation_return_true(task);
}

void
cdd_service_login_async(CddService *self,
                        const CddCredentials *credentials,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();
    g_autoptr(JsonNode) body = NULL;
    CddCall call = {.method = "POST", .path = "/auth"};
    const char *server = credentials != NULL ? credentials->server_address : NULL;
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data, "logging in to %s",
                             server != NULL ? server : "a registry");
    cdd_operation_set_asks_registry(task);
    cdd_operation_require(task, "credentials", credentials, NULL);
    if (cdd_operation_lacks_argument(task))
        return;
    if (server == NULL || *server == '\0') {
        cdd_operation_return_error(task, g_error_new_literal(CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                                                             "the registry's address is missing"));
        return;
    }
    g_task_set_task_data(task, cdd_credentials_copy(credentials),
                         (GDestroyNotify)cdd_credentials_free);
    cdd_credentials_add(builder, credentials);
    body = json_builder_get_root(builder);
    call.body = body;
    cdd_client_call_async(cdd_operation_get_client(task), &call,
                          cdd_operation_get_cancellable(task), on_answered, task);
}

gboolean
cdd_service_login_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

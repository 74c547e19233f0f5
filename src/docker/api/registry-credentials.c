/* SPDX-License-Identifier: Apache-2.0 */
#include "registry-credentials.h"

#include "../engine/credentials.h"
#include "../value/error.h"
#include "operation.h"

static void
on_found(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    GError *error = NULL;
    CddCredentials *credentials = cdd_credentials_find_finish(result, &error);

    if (error != NULL)
        g_task_return_error(task, error);
    else
        g_task_return_pointer(task, credentials, (GDestroyNotify)cdd_credentials_free);
}

void
cdd_registry_credentials_async(CddService *service,
                               const char *domain,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(service, cancellable, callback, user_data);
    const CddCredentials *set =
        g_hash_table_lookup(service->credentials, cdd_credentials_server_of(domain));

    if (set == NULL && !service->is_mock)
        cdd_credentials_find_async(domain, cancellable, on_found, g_steal_pointer(&task));
    else
        g_task_return_pointer(task, set != NULL ? cdd_credentials_copy(set) : NULL,
                              (GDestroyNotify)cdd_credentials_free);
}

CddCredentials *
cdd_registry_credentials_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}

typedef struct {
    GTask *task;
    CddWithCredentialsFunc func;
} Use;

static void
on_credentials(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    g_autofree Use *use = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(CddCredentials) credentials = cdd_registry_credentials_finish(result, &error);

    if (error != NULL && !cdd_error_is_cancelled(error)) {
        g_autofree char *hint = g_strdup_printf(
            "no credentials were sent, because looking them up failed: %s", error->message);

        cdd_operation_set_hint(use->task, hint);
    }
    use->func(use->task, credentials);
}

void
cdd_registry_credentials_use(GTask *task, const char *domain, CddWithCredentialsFunc func)
{
    Use *use = g_new0(Use, 1);

    *use = (Use){task, func};
    cdd_operation_set_asks_registry(task);
    cdd_registry_credentials_async(g_task_get_source_object(task), domain,
                                   cdd_operation_get_cancellable(task), on_credentials, use);
}

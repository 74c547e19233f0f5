/* SPDX-License-Identifier: Apache-2.0 */
/* Requests whose answer is one JSON value, or only a status. */
#include "../wire/json.h"
#include "client.h"

enum {
    MAX_ANSWER_LENGTH = 32 * 1024 * 1024,
};

static void
on_answer_read(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    GError *error = NULL;
    g_autoptr(GBytes) body = cdd_response_read_all_finish(CDD_RESPONSE(source), result, &error);

    if (body == NULL)
        g_task_return_error(task, error);
    else
        g_task_return_pointer(task, g_steal_pointer(&body), (GDestroyNotify)g_bytes_unref);
}

static void
on_answered(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    GError *error = NULL;
    g_autoptr(CddResponse) response = cdd_client_send_finish(CDD_CLIENT(source), result, &error);

    if (response == NULL) {
        g_task_return_error(task, error);
        g_object_unref(task);
        return;
    }
    cdd_response_read_all_async(response, MAX_ANSWER_LENGTH, g_task_get_cancellable(task),
                                on_answer_read, task);
}

void
cdd_client_call_async(CddClient *self,
                      const CddCall *call,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
    GTask *task = g_task_new(self, cancellable, callback, user_data);

    cdd_client_send_async(self, call, cancellable, on_answered, task);
}

JsonNode *
cdd_client_call_finish(CddClient *self G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
    g_autoptr(GBytes) body = g_task_propagate_pointer(G_TASK(result), error);
    gsize length = 0;
    const char *text = body != NULL ? g_bytes_get_data(body, &length) : NULL;

    return length == 0 ? NULL : cdd_json_parse(text, length, error);
}

/* Podman answers "OK" where Docker's answer is empty, so the body is ignored. */
gboolean
cdd_client_call_finish_ok(CddClient *self G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
    g_autoptr(GBytes) body = g_task_propagate_pointer(G_TASK(result), error);

    return body != NULL;
}

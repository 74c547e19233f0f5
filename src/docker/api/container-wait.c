/* SPDX-License-Identifier: Apache-2.0 */
#include "container-wait.h"

#include "../wire/text.h"
#include "operation.h"

#include <colcon-deb-docker/cdd-container.h>
#include <string.h>

#define MAX_WAIT_LENGTH (64 * 1024)

void
cdd_container_wait_async(CddClient *client,
                         const char *id,
                         const char *condition,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
    g_autofree char *path = cdd_path("/containers/%s/wait?condition=%s", id, condition);
    CddCall call = {.method = "POST", .path = path, .endless = TRUE};

    cdd_client_send_async(client, &call, cancellable, callback, user_data);
}

CddResponse *
cdd_container_wait_finish(CddClient *client, GAsyncResult *result, GError **error)
{
    return cdd_client_send_finish(client, result, error);
}

typedef struct {
    gint64 exit_code;
} Exit;

/* {"StatusCode": 7, "Error": null or {"Message": …}} */
static gboolean
parse_exit(GBytes *body, gint64 *exit_code, GError **error)
{
    gsize length = 0;
    const char *text = g_bytes_get_data(body, &length);
    g_autoptr(JsonNode) node = cdd_json_parse(text == NULL ? "" : text, length, error);
    JsonObject *object = cdd_json_as_object(node);
    const char *message = cdd_json_get_string(cdd_json_get_object(object, "Error"), "Message");

    if (node == NULL)
        return FALSE;
    if (message != NULL && *message != '\0') {
        g_autofree char *clean =
            cdd_text_clean(message, strlen(message), MAX_WAIT_LENGTH, CDD_TEXT_ONE_LINE);

        g_set_error(error, CDD_ERROR, CDD_ERROR_FAILED, "the engine lost the container: %s", clean);
        return FALSE;
    }
    if (object == NULL || !json_object_has_member(object, "StatusCode")) {
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_PROTOCOL, "the engine named no exit code");
        return FALSE;
    }
    *exit_code = cdd_json_get_int(object, "StatusCode");
    return TRUE;
}

static void
on_wait_read(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    Exit *exit = g_task_get_task_data(task);
    GError *error = NULL;
    g_autoptr(GBytes) body = cdd_response_read_all_finish(CDD_RESPONSE(source), result, &error);

    if (body != NULL && parse_exit(body, &exit->exit_code, &error))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

void
cdd_container_wait_read_async(CddResponse *wait,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
    GTask *task = g_task_new(wait, cancellable, callback, user_data);

    g_task_set_task_data(task, g_new0(Exit, 1), g_free);
    cdd_response_read_all_async(wait, MAX_WAIT_LENGTH, cancellable, on_wait_read, task);
}

gboolean
cdd_container_wait_read_finish(CddResponse *wait G_GNUC_UNUSED,
                               GAsyncResult *result,
                               gint64 *exit_code,
                               GError **error)
{
    Exit *exit = g_task_get_task_data(G_TASK(result));

    *exit_code = exit->exit_code;
    return g_task_propagate_boolean(G_TASK(result), error);
}

/* The public operation: both steps in one. */
static void
on_exit_known(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    gint64 *exit_code = g_task_get_task_data(task);
    GError *error = NULL;

    if (cdd_container_wait_read_finish(CDD_RESPONSE(source), result, exit_code, &error))
        cdd_operation_return_true(task);
    else
        cdd_operation_return_error(task, error);
}

static void
on_watched(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    GError *error = NULL;
    g_autoptr(CddResponse) wait = cdd_container_wait_finish(CDD_CLIENT(source), result, &error);

    if (wait == NULL)
        cdd_operation_return_error(task, error);
    else
        cdd_container_wait_read_async(wait, cdd_operation_get_cancellable(task), on_exit_known,
                                      task);
}

void
cdd_service_wait_container_async(CddService *self,
                                 const char *container,
                                 CddWaitCondition condition,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    static const char *const names[] = {
        [CDD_WAIT_NOT_RUNNING] = "not-running",
        [CDD_WAIT_NEXT_EXIT] = "next-exit",
        [CDD_WAIT_REMOVED] = "removed",
    };
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    g_return_if_fail((guint)condition < G_N_ELEMENTS(names));
    task = cdd_operation_new(self, cancellable, callback, user_data, "waiting for the container %s",
                             container);
    g_task_set_task_data(task, g_new0(gint64, 1), g_free);
    cdd_container_wait_async(cdd_operation_get_client(task), container, names[condition],
                             cdd_operation_get_cancellable(task), on_watched, task);
}

gboolean
cdd_service_wait_container_finish(CddService *self,
                                  GAsyncResult *result,
                                  gint64 *exit_code,
                                  GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, self), FALSE);
    if (exit_code != NULL)
        *exit_code = *(gint64 *)g_task_get_task_data(G_TASK(result));
    return cdd_operation_finish(self, result, error);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "container.h"

#include "../wire/error.h"
#include "../wire/json.h"
#include "../wire/text.h"

#define MAX_WAIT_LENGTH (64 * 1024)

static void
on_created(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    GError *error = NULL;
    g_autoptr(JsonNode) node = cdd_client_call_finish(CDD_CLIENT(source), result, &error);
    const char *id = cdd_json_get_string(cdd_json_as_object(node), "Id");

    if (error != NULL)
        g_task_return_error(task, error);
    else if (id == NULL || *id == '\0')
        g_task_return_new_error(task, CDD_ERROR, CDD_ERROR_PROTOCOL,
                                "the engine named no id for the container");
    else
        g_task_return_pointer(task, g_strdup(id), g_free);
}

void
cdd_container_create_async(CddClient *client,
                           JsonNode *config,
                           const char *name,
                           const char *platform,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
    GTask *task = g_task_new(client, cancellable, callback, user_data);
    g_autofree char *escaped_name = name == NULL ? NULL : cdd_escape(name);
    g_autofree char *escaped_platform = platform == NULL ? NULL : cdd_escape(platform);
    g_autofree char *path = g_strdup_printf(
        "/containers/create?%s%s%s%s%s",
        name == NULL ? "" : "name=", name == NULL ? "" : escaped_name,
        name == NULL || platform == NULL ? "" : "&",
        platform == NULL ? "" : "platform=", platform == NULL ? "" : escaped_platform);
    CddCall call = {.method = "POST", .path = path, .body = config};

    cdd_client_call_async(client, &call, cancellable, on_created, task);
}

char *
cdd_container_create_finish(CddClient *client G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}

void
cdd_container_attach_async(CddClient *client,
                           const char *id,
                           gboolean with_stdin,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
    g_autofree char *escaped = cdd_escape(id);
    /* Podman takes a parameter that is absent for true, so each is there. */
    g_autofree char *path =
        g_strdup_printf("/containers/%s/attach?logs=0&stream=1&stdin=%d&stdout=1&stderr=1", escaped,
                        with_stdin ? 1 : 0);
    CddCall call = {.method = "POST", .path = path, .upgrade = TRUE};

    cdd_client_send_async(client, &call, cancellable, callback, user_data);
}

GIOStream *
cdd_container_attach_finish(CddClient *client,
                            GAsyncResult *result,
                            GBytes **leftover,
                            GError **error)
{
    g_autoptr(CddResponse) response = cdd_client_send_finish(client, result, error);

    return response == NULL ? NULL : cdd_response_steal_stream(response, leftover);
}

void
cdd_container_wait_async(CddClient *client,
                         const char *id,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
    g_autofree char *escaped = cdd_escape(id);
    g_autofree char *path = g_strdup_printf("/containers/%s/wait?condition=removed", escaped);
    CddCall call = {.method = "POST", .path = path};

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

static void
post_async(CddClient *client,
           const char *id,
           const char *action,
           guint header_timeout,
           GCancellable *cancellable,
           GAsyncReadyCallback callback,
           gpointer user_data)
{
    g_autofree char *escaped = cdd_escape(id);
    g_autofree char *path = g_strdup_printf("/containers/%s/%s", escaped, action);
    CddCall call = {.method = "POST", .path = path, .header_timeout = header_timeout};

    cdd_client_call_async(client, &call, cancellable, callback, user_data);
}

void
cdd_container_start_async(CddClient *client,
                          const char *id,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
    post_async(client, id, "start", 0, cancellable, callback, user_data);
}

void
cdd_container_stop_async(CddClient *client,
                         const char *id,
                         guint timeout,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
    g_autofree char *action = g_strdup_printf("stop?t=%u", timeout);

    /* The answer comes when the container has ended, so its own timeout is on top of the usual. */
    post_async(client, id, action, timeout * 1000 + 30000, cancellable, callback, user_data);
}

void
cdd_container_kill_async(CddClient *client,
                         const char *id,
                         const char *signal,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
    g_autofree char *escaped = cdd_escape(signal);
    g_autofree char *action = g_strdup_printf("kill?signal=%s", escaped);

    post_async(client, id, action, 0, cancellable, callback, user_data);
}

void
cdd_container_remove_async(CddClient *client,
                           const char *id,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
    g_autofree char *escaped = cdd_escape(id);
    g_autofree char *path = g_strdup_printf("/containers/%s?force=1&v=1", escaped);
    CddCall call = {.method = "DELETE", .path = path};

    cdd_client_call_async(client, &call, cancellable, callback, user_data);
}

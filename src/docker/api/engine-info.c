/* SPDX-License-Identifier: Apache-2.0 */
#include "operation.h"

#include <colcon-deb-docker/cdd-architecture.h>

void
cdd_engine_info_free(CddEngineInfo *info)
{
    if (info == NULL)
        return;
    g_free(info->name);
    g_free(info->version);
    g_free(info->api_version);
    g_free(info->architecture);
    g_free(info->root_dir);
    g_free(info);
}

static gint64
parse_time(const char *text)
{
    g_autoptr(GDateTime) time = text != NULL ? g_date_time_new_from_iso8601(text, NULL) : NULL;

    if (time == NULL)
        return 0;
    return g_date_time_to_unix(time) * G_USEC_PER_SEC + g_date_time_get_microsecond(time);
}

static void
on_info(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    CddEngineInfo *info = g_task_get_task_data(task);
    GError *error = NULL;
    g_autoptr(JsonNode) node = cdd_client_call_finish(CDD_CLIENT(source), result, &error);
    JsonObject *object = cdd_json_as_object(node);

    if (error != NULL) {
        cdd_operation_return_error(task, error);
        return;
    }
    info->root_dir = g_strdup(cdd_json_get_string(object, "DockerRootDir"));
    /* Docker has the first, Podman the second. */
    info->rootless = cdd_json_array_has_prefix(object, "SecurityOptions", "name=rootless") ||
                     cdd_json_get_boolean(object, "Rootless");
    info->system_time = parse_time(cdd_json_get_string(object, "SystemTime"));
    cdd_operation_return_pointer(task, cdd_engine_info_copy(info),
                                 (GDestroyNotify)cdd_engine_info_free);
}

CddEngineInfo *
cdd_engine_info_copy(const CddEngineInfo *info)
{
    CddEngineInfo *copy = g_new0(CddEngineInfo, 1);

    copy->name = g_strdup(info->name);
    copy->version = g_strdup(info->version);
    copy->api_version = g_strdup(info->api_version);
    copy->architecture = g_strdup(info->architecture);
    copy->root_dir = g_strdup(info->root_dir);
    copy->rootless = info->rootless;
    copy->system_time = info->system_time;
    return copy;
}

/* Podman is recognised only by the components of its version. */
static gboolean
is_podman(JsonObject *version)
{
    JsonNode *components = version != NULL ? json_object_get_member(version, "Components") : NULL;
    JsonArray *array = components != NULL && JSON_NODE_HOLDS_ARRAY(components)
                           ? json_node_get_array(components)
                           : NULL;

    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
        JsonObject *component = cdd_json_as_object(json_array_get_element(array, i));
        const char *name = cdd_json_get_string(component, "Name");

        if (name != NULL && g_str_has_prefix(name, "Podman"))
            return TRUE;
    }
    return FALSE;
}

static void
on_version(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    CddClient *client = CDD_CLIENT(source);
    CddCall call = {.method = "GET", .path = "/info"};
    GError *error = NULL;
    g_autoptr(JsonNode) node = cdd_client_call_finish(client, result, &error);
    JsonObject *object = cdd_json_as_object(node);
    const char *architecture = cdd_json_get_string(object, "Arch");
    CddEngineInfo *info;

    if (error != NULL) {
        cdd_operation_return_error(task, error);
        return;
    }
    info = g_new0(CddEngineInfo, 1);
    g_task_set_task_data(task, info, (GDestroyNotify)cdd_engine_info_free);
    info->name = g_strdup(is_podman(object) ? "Podman" : "Docker");
    info->version = cdd_json_dup_string(object, "Version");
    info->api_version = g_strdup(cdd_client_get_api_version(client));
    info->architecture =
        g_strdup(cdd_architecture_normalize(architecture != NULL ? architecture : ""));
    cdd_client_call_async(client, &call, cdd_operation_get_cancellable(task), on_info, task);
}

void
cdd_service_get_engine_info_async(CddService *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    CddCall call = {.method = "GET", .path = "/version"};
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data,
                             "getting the engine's description");
    cdd_client_call_async(self->client, &call, cdd_operation_get_cancellable(task), on_version,
                          task);
}

CddEngineInfo *
cdd_service_get_engine_info_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The engine as a whole: a sign of life, its disk, its plugins. */
#include "../value/plain.h"
#include "operation.h"

#include <colcon-deb-docker/cdd-system.h>

static const CddMember disk_usage_members[] = {
    CDD_STRING(CddDiskUsage, json),
    {0},
};
CDD_DEFINE_PLAIN_COPY(, CddDiskUsage, cdd_disk_usage, disk_usage_members)
G_DEFINE_BOXED_TYPE(CddDiskUsage, cdd_disk_usage, cdd_disk_usage_copy, cdd_disk_usage_free)

static const CddMember plugin_members[] = {
    CDD_STRING(CddPlugin, id),
    CDD_STRING(CddPlugin, name),
    CDD_STRING(CddPlugin, description),
    {0},
};
CDD_DEFINE_PLAIN_COPY(, CddPlugin, cdd_plugin, plugin_members)
G_DEFINE_BOXED_TYPE(CddPlugin, cdd_plugin, cdd_plugin_copy, cdd_plugin_free)

static void
on_pinged(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    GError *error = NULL;

    if (cdd_client_ping_finish(CDD_CLIENT(source), result, &error))
        cdd_operation_return_true(task);
    else
        cdd_operation_return_error(task, error);
}

void
cdd_service_ping_async(CddService *self,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data,
                             "asking the engine for a sign of life");
    cdd_client_ping_async(self->client, cdd_operation_get_cancellable(task), on_pinged, task);
}

gboolean
cdd_service_ping_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

/* Adds up a member of the objects in an array, and counts them. A size of -1 means unknown. */
static void
add_up(JsonArray *array, const char *inner, const char *name, gint64 *count, gint64 *sum)
{
    *count = array != NULL ? json_array_get_length(array) : 0;
    for (guint i = 0; i < (guint)*count; i++) {
        JsonObject *object = cdd_json_as_object(json_array_get_element(array, i));

        if (inner != NULL)
            object = cdd_json_get_object(object, inner);
        *sum += MAX(0, cdd_json_get_int(object, name));
    }
}

static gpointer
parse_disk_usage(JsonNode *node, GError **error)
{
    JsonObject *object = cdd_operation_expect_object(node, "disk", error);
    gint64 sum = 0;
    CddDiskUsage *usage;

    if (object == NULL)
        return NULL;
    usage = g_new0(CddDiskUsage, 1);
    add_up(cdd_json_get_array(object, "Images"), NULL, "Size", &usage->n_images, &sum);
    add_up(cdd_json_get_array(object, "Containers"), NULL, "SizeRw", &usage->n_containers,
           &usage->containers_size);
    add_up(cdd_json_get_array(object, "Volumes"), "UsageData", "Size", &usage->n_volumes,
           &usage->volumes_size);
    add_up(cdd_json_get_array(object, "BuildCache"), NULL, "Size", &usage->n_build_cache,
           &usage->build_cache_size);
    /* Images share layers, so the sum of their sizes is too large. Podman 4 says nothing else. */
    usage->images_size = cdd_json_get_int(object, "LayersSize");
    if (usage->images_size <= 0)
        usage->images_size = sum;
    usage->json = cdd_json_to_text(node);
    return usage;
}

void
cdd_service_get_disk_usage_async(CddService *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    CddCall call = {.method = "GET", .path = "/system/df", .header_timeout = CDD_NO_TIMEOUT};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_call_for(
        cdd_operation_new(self, cancellable, callback, user_data, "measuring the engine's disk"),
        &call, parse_disk_usage, (GDestroyNotify)cdd_disk_usage_free);
}

CddDiskUsage *
cdd_service_get_disk_usage_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

static gpointer
new_plugin(JsonObject *object)
{
    CddPlugin *plugin = g_new0(CddPlugin, 1);

    plugin->id = cdd_json_dup_string(object, "Id");
    plugin->name = cdd_json_dup_string(object, "Name");
    plugin->description = cdd_json_dup_string(cdd_json_get_object(object, "Config"), "Description");
    plugin->enabled = cdd_json_get_boolean(object, "Enabled");
    return plugin;
}

static gpointer
parse_plugins(JsonNode *node, GError **error G_GNUC_UNUSED)
{
    return cdd_json_dup_array(cdd_json_as_array(node), new_plugin, (GDestroyNotify)cdd_plugin_free);
}

void
cdd_service_list_plugins_async(CddService *self,
                               const char *const *filters,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_list(cdd_operation_new(self, cancellable, callback, user_data, "listing plugins"),
                       "/plugins", FALSE, filters, parse_plugins,
                       (GDestroyNotify)g_ptr_array_unref);
}

GPtrArray *
cdd_service_list_plugins_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

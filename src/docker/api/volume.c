/* SPDX-License-Identifier: Apache-2.0 */
#include "../value/plain.h"
#include "../wire/json-build.h"
#include "faults.h"
#include "operation.h"

#include <colcon-deb-docker/cdd-volume.h>

static const CddMember volume_members[] = {
    CDD_STRING(CddVolume, name),
    CDD_STRING(CddVolume, driver),
    CDD_STRING(CddVolume, mountpoint),
    CDD_LIST(CddVolume, labels),
    {0},
};
CDD_DEFINE_PLAIN_COPY(, CddVolume, cdd_volume, volume_members)

static gpointer
new_volume(JsonObject *object)
{
    CddVolume *volume = g_new0(CddVolume, 1);
    JsonObject *usage = cdd_json_get_object(object, "UsageData");

    volume->name = cdd_json_dup_string(object, "Name");
    volume->driver = cdd_json_dup_string(object, "Driver");
    volume->mountpoint = cdd_json_dup_string(object, "Mountpoint");
    volume->labels = cdd_json_dup_pairs(object, "Labels");
    volume->size = usage != NULL ? cdd_json_get_int(usage, "Size") : -1;
    return volume;
}

static gpointer
parse(JsonNode *node, GError **error)
{
    JsonObject *object = cdd_operation_expect_object(node, "volume", error);

    return object != NULL ? new_volume(object) : NULL;
}

static gboolean
check_spec(const CddVolumeSpec *spec, GError **error)
{
    g_autoptr(GString) faults = g_string_new(NULL);

    /* Without a name, the engine makes one. */
    if (spec->name != NULL && *spec->name != '\0' && !cdd_faults_is_name(spec->name))
        cdd_faults_add(faults, "\"%s\" is not the name of a volume", spec->name);
    cdd_faults_check_word(faults, "the name of a driver", spec->driver);
    cdd_faults_check_entries(faults, "option of the driver", spec->driver_options);
    cdd_faults_check_entries(faults, "label", spec->labels);
    cdd_faults_check_reserved(faults, spec);
    return cdd_faults_conclude(faults, "the volume's specification is not valid", error);
}

static JsonNode *
spec_to_json(const CddVolumeSpec *spec)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();

    json_builder_begin_object(builder);
    cdd_json_add_string(builder, "Name", spec->name);
    cdd_json_add_string(builder, "Driver", spec->driver);
    cdd_json_add_pairs(builder, "DriverOpts", spec->driver_options);
    cdd_json_add_pairs(builder, "Labels", spec->labels);
    json_builder_end_object(builder);
    return json_builder_get_root(builder);
}

void
cdd_service_create_volume_async(CddService *self,
                                const CddVolumeSpec *spec,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
    static const CddVolumeSpec none;
    const CddVolumeSpec *from = spec != NULL ? spec : &none;
    g_autoptr(JsonNode) body = NULL;
    CddCall call = {.method = "POST", .path = "/volumes/create"};
    GError *error = NULL;
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data, "creating the volume %s",
                             from->name != NULL ? from->name : "");
    if (!check_spec(from, &error)) {
        cdd_operation_return_error(task, error);
        return;
    }
    body = spec_to_json(from);
    call.body = body;
    cdd_operation_call_for(task, &call, parse, (GDestroyNotify)cdd_volume_free);
}

CddVolume *
cdd_service_create_volume_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

void
cdd_service_inspect_volume_async(CddService *self,
                                 const char *name,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    g_autofree char *path = cdd_path("/volumes/%s", name);
    CddCall call = {.method = "GET", .path = path};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_call_for(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "inspecting the volume %s", name),
                              "name", name, NULL),
        &call, parse, (GDestroyNotify)cdd_volume_free);
}

CddVolume *
cdd_service_inspect_volume_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

static gpointer
parse_list(JsonNode *node, GError **error G_GNUC_UNUSED)
{
    return cdd_json_dup_array(cdd_json_get_array(cdd_json_as_object(node), "Volumes"), new_volume,
                              (GDestroyNotify)cdd_volume_free);
}

void
cdd_service_list_volumes_async(CddService *self,
                               const char *const *filters,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_list(cdd_operation_new(self, cancellable, callback, user_data, "listing volumes"),
                       "/volumes", FALSE, filters, parse_list, (GDestroyNotify)g_ptr_array_unref);
}

GPtrArray *
cdd_service_list_volumes_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

void
cdd_service_measure_volumes_async(CddService *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    CddCall call = {
        .method = "GET", .path = "/system/df?type=volume", .header_timeout = CDD_NO_TIMEOUT};
    GTask *task = NULL;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data, "measuring the volumes");
    cdd_operation_set_unbounded(task);
    cdd_operation_call_for(task, &call, parse_list, (GDestroyNotify)g_ptr_array_unref);
}

GPtrArray *
cdd_service_measure_volumes_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

void
cdd_service_remove_volume_async(CddService *self,
                                const char *name,
                                gboolean force,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
    g_autofree char *path = cdd_path("/volumes/%s?force=%u", name, force ? 1U : 0U);
    CddCall call = {.method = "DELETE", .path = path};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_call(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "removing the volume %s", name),
                              "name", name, NULL),
        &call);
}

gboolean
cdd_service_remove_volume_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

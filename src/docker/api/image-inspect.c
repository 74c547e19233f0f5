/* SPDX-License-Identifier: Apache-2.0 */
#include "operation.h"

#include <colcon-deb-docker/cdd-architecture.h>

void
cdd_image_info_free(CddImageInfo *info)
{
    if (info == NULL)
        return;
    g_free(info->id);
    g_free(info->os);
    g_free(info->architecture);
    g_free(info->variant);
    g_strfreev(info->environment);
    g_free(info);
}

CddImageInfo *
cdd_image_info_copy(const CddImageInfo *info)
{
    CddImageInfo *copy = g_new0(CddImageInfo, 1);

    copy->id = g_strdup(info->id);
    copy->os = g_strdup(info->os);
    copy->architecture = g_strdup(info->architecture);
    copy->variant = g_strdup(info->variant);
    copy->size = info->size;
    copy->environment = g_strdupv(info->environment);
    return copy;
}

static gpointer
parse(JsonNode *node, GError **error)
{
    JsonObject *object = cdd_json_as_object(node);
    CddImageInfo *info;
    g_autofree char *architecture = cdd_json_dup_string(object, "Architecture");

    if (object == NULL) {
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                            "the engine did not describe the image");
        return NULL;
    }
    info = g_new0(CddImageInfo, 1);
    info->id = cdd_json_dup_string(object, "Id");
    info->os = cdd_json_dup_string(object, "Os");
    info->architecture = g_strdup(cdd_architecture_normalize(architecture));
    info->variant = cdd_json_dup_string(object, "Variant");
    info->size = (guint64)MAX(0, cdd_json_get_int(object, "Size"));
    info->environment = cdd_json_dup_strv(cdd_json_get_object(object, "Config"), "Env");
    return info;
}

void
cdd_service_inspect_image_async(CddService *self,
                                const char *image,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
    g_autofree char *path = cdd_path("/images/%r/json", image);
    CddCall call = {.method = "GET", .path = path};
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data, "looking for the image %s",
                             image);
    cdd_operation_set_not_found(task, CDD_ERROR_IMAGE_NOT_FOUND);
    cdd_operation_call_for(task, &call, parse, (GDestroyNotify)cdd_image_info_free);
}

CddImageInfo *
cdd_service_inspect_image_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

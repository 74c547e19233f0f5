/* SPDX-License-Identifier: Apache-2.0 */
#include "../engine/image.h"
#include "../wire/error.h"
#include "../wire/json.h"
#include "service.h"

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

static CddImageInfo *
parse(JsonObject *object)
{
    CddImageInfo *info = g_new0(CddImageInfo, 1);
    g_autofree char *architecture = cdd_json_dup_string(object, "Architecture");

    info->id = cdd_json_dup_string(object, "Id");
    info->os = cdd_json_dup_string(object, "Os");
    info->architecture = g_strdup(cdd_architecture_normalize(architecture));
    info->variant = cdd_json_dup_string(object, "Variant");
    info->size = (guint64)MAX(0, cdd_json_get_int(object, "Size"));
    info->environment = cdd_json_dup_strv(cdd_json_get_object(object, "Config"), "Env");
    return info;
}

static void
on_inspected(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    const char *image = g_task_get_task_data(task);
    GError *error = NULL;
    g_autoptr(JsonNode) node = cdd_client_call_finish(CDD_CLIENT(source), result, &error);

    if (error == NULL && cdd_json_as_object(node) == NULL)
        g_set_error_literal(&error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                            "the engine did not describe the image");
    if (error == NULL) {
        g_task_return_pointer(task, parse(cdd_json_as_object(node)),
                              (GDestroyNotify)cdd_image_info_free);
        return;
    }
    if (g_error_matches(error, CDD_ERROR, CDD_ERROR_NOT_FOUND))
        error->code = CDD_ERROR_IMAGE_NOT_FOUND;
    g_prefix_error(&error, "looking for the image %s: ", image);
    g_task_return_error(task, error);
}

void
cdd_service_inspect_image_async(CddService *self,
                                const char *image,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = g_task_new(self, cancellable, callback, user_data);
    g_task_set_task_data(task, g_strdup(image), g_free);
    cdd_image_inspect_async(cdd_service_get_client(self), image, cancellable, on_inspected, task);
}

CddImageInfo *
cdd_service_inspect_image_finish(CddService *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, self), NULL);
    return g_task_propagate_pointer(G_TASK(result), error);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What a container has written into its file system. */
#include "../value/plain.h"
#include "operation.h"

#include <colcon-deb-docker/cdd-container-changes.h>

static const CddMember change_members[] = {
    CDD_STRING(CddFilesystemChange, path),
    {0},
};
CDD_DEFINE_PLAIN_COPY(, CddFilesystemChange, cdd_filesystem_change, change_members)
G_DEFINE_BOXED_TYPE(CddFilesystemChange,
                    cdd_filesystem_change,
                    cdd_filesystem_change_copy,
                    cdd_filesystem_change_free)

static gpointer
new_change(JsonObject *object)
{
    gint64 kind = cdd_json_get_int(object, "Kind");
    CddFilesystemChange *change;

    if (kind < CDD_CHANGE_MODIFIED || kind > CDD_CHANGE_DELETED)
        return NULL;
    change = g_new0(CddFilesystemChange, 1);
    change->path = cdd_json_dup_string(object, "Path");
    change->kind = (CddFilesystemChangeKind)kind;
    return change;
}

/* The answer is null if nothing was changed. */
static gpointer
parse_changes(JsonNode *node, GError **error G_GNUC_UNUSED)
{
    return cdd_json_dup_array(cdd_json_as_array(node), new_change,
                              (GDestroyNotify)cdd_filesystem_change_free);
}

void
cdd_service_get_container_changes_async(CddService *self,
                                        const char *container,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
    g_autofree char *path = cdd_path("/containers/%s/changes", container);
    CddCall call = {.method = "GET", .path = path};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_call_for(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "listing the changes of the container %s",
                                                container),
                              "container", container, NULL),
        &call, parse_changes, (GDestroyNotify)g_ptr_array_unref);
}

GPtrArray *
cdd_service_get_container_changes_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

void
cdd_service_export_container_async(CddService *self,
                                   const char *container,
                                   GOutputStream *archive,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
    g_autofree char *path = cdd_path("/containers/%s/export", container);
    CddCall call = {.method = "GET", .path = path, .header_timeout = CDD_NO_TIMEOUT};

    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_download(
        cdd_operation_require(cdd_operation_new(self, cancellable, callback, user_data,
                                                "exporting the container %s", container),
                              "container", container, NULL),
        &call, archive);
}

gboolean
cdd_service_export_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

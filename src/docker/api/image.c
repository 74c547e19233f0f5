/* SPDX-License-Identifier: Apache-2.0 */
#include "../value/plain.h"
#include "image-name.h"
#include "operation.h"

#include <colcon-deb-docker/cdd-architecture.h>
#include <colcon-deb-docker/cdd-error.h>
#include <colcon-deb-docker/cdd-image.h>

static const CddMember image_info_members[] = {
    CDD_STRING(CddImageInfo, id),
    CDD_STRING(CddImageInfo, os),
    CDD_STRING(CddImageInfo, architecture),
    CDD_STRING(CddImageInfo, variant),
    CDD_LIST(CddImageInfo, environment),
    CDD_LIST(CddImageInfo, entrypoint),
    CDD_LIST(CddImageInfo, command),
    CDD_LIST(CddImageInfo, labels),
    CDD_STRING(CddImageInfo, created_at),
    CDD_STRING(CddImageInfo, tagged_at),
    {0},
};
CDD_DEFINE_PLAIN_COPY(, CddImageInfo, cdd_image_info, image_info_members)

static gpointer
parse(JsonNode *node, GError **error)
{
    JsonObject *object = cdd_operation_expect_object(node, "image", error);
    JsonObject *config = cdd_json_get_object(object, "Config");
    CddImageInfo *info;
    g_autofree char *architecture = cdd_json_dup_string(object, "Architecture");

    if (object == NULL)
        return NULL;
    info = g_new0(CddImageInfo, 1);
    info->id = cdd_json_dup_string(object, "Id");
    info->os = cdd_json_dup_string(object, "Os");
    info->architecture = g_strdup(cdd_architecture_normalize(architecture));
    info->variant = cdd_json_dup_string(object, "Variant");
    info->size = (guint64)MAX(0, cdd_json_get_int(object, "Size"));
    info->environment = cdd_json_dup_strv(config, "Env");
    info->entrypoint = cdd_json_dup_strv(config, "Entrypoint");
    info->command = cdd_json_dup_strv(config, "Cmd");
    info->labels = cdd_json_dup_pairs(config, "Labels");
    info->created_at = cdd_json_dup_string(object, "Created");
    info->tagged_at = cdd_json_dup_string(cdd_json_get_object(object, "Metadata"), "LastTagTime");
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
    task =
        cdd_operation_new(self, cancellable, callback, user_data, "inspecting the image %s", image);
    cdd_operation_require(task, "image", image, NULL);
    cdd_operation_set_not_found(task, CDD_ERROR_IMAGE_NOT_FOUND);
    cdd_operation_call_for(task, &call, parse, (GDestroyNotify)cdd_image_info_free);
}

CddImageInfo *
cdd_service_inspect_image_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

void
cdd_service_tag_image_async(CddService *self,
                            const char *image,
                            const char *reference,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
    g_autofree char *plain = cdd_path("/images/%r/tag", image);
    g_autoptr(GString) path = g_string_new(plain);
    CddCall call = {.method = "POST"};
    GError *error = NULL;
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data, "tagging the image %s as %s",
                             image, reference);
    cdd_operation_require(task, "image", image, "reference", reference, NULL);
    cdd_operation_set_not_found(task, CDD_ERROR_IMAGE_NOT_FOUND);
    if (!cdd_image_add_name(path, "repo", reference, &error)) {
        cdd_operation_return_error(task, error);
        return;
    }
    call.path = path->str;
    cdd_operation_call(task, &call);
}

gboolean
cdd_service_tag_image_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

void
cdd_removed_images_free(CddRemovedImages *images)
{
    if (images == NULL)
        return;
    g_strfreev(images->untagged);
    g_strfreev(images->deleted);
    g_free(images);
}

CddRemovedImages *
cdd_removed_images_copy(const CddRemovedImages *images)
{
    CddRemovedImages *copy = g_new0(CddRemovedImages, 1);

    copy->untagged = g_strdupv(images->untagged);
    copy->deleted = g_strdupv(images->deleted);
    copy->space_reclaimed = images->space_reclaimed;
    return copy;
}

/* [{"Untagged": "debian:12"}, {"Deleted": "sha256:…"}] */
static CddRemovedImages *
new_removed(JsonArray *array)
{
    g_autoptr(GStrvBuilder) untagged = g_strv_builder_new();
    g_autoptr(GStrvBuilder) deleted = g_strv_builder_new();
    CddRemovedImages *images = g_new0(CddRemovedImages, 1);

    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
        JsonObject *entry = cdd_json_as_object(json_array_get_element(array, i));
        const char *name = cdd_json_get_string(entry, "Untagged");
        const char *id = cdd_json_get_string(entry, "Deleted");

        if (name != NULL)
            g_strv_builder_add(untagged, name);
        if (id != NULL)
            g_strv_builder_add(deleted, id);
    }
    images->untagged = g_strv_builder_end(untagged);
    images->deleted = g_strv_builder_end(deleted);
    return images;
}

static gpointer
parse_removed(JsonNode *node, GError **error G_GNUC_UNUSED)
{
    return new_removed(cdd_json_as_array(node));
}

void
cdd_service_remove_image_async(CddService *self,
                               const char *image,
                               gboolean force,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
    g_autofree char *path = cdd_path("/images/%r?force=%u", image, force ? 1U : 0U);
    /* Layers are removed one by one before the answer; measured: over a minute on a busy disk. */
    CddCall call = {.method = "DELETE", .path = path, .header_timeout = CDD_NO_TIMEOUT};
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task =
        cdd_operation_new(self, cancellable, callback, user_data, "removing the image %s", image);
    cdd_operation_require(task, "image", image, NULL);
    cdd_operation_set_not_found(task, CDD_ERROR_IMAGE_NOT_FOUND);
    cdd_operation_call_for(task, &call, parse_removed, (GDestroyNotify)cdd_removed_images_free);
}

CddRemovedImages *
cdd_service_remove_image_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

static gpointer
parse_pruned(JsonNode *node, GError **error G_GNUC_UNUSED)
{
    JsonObject *object = cdd_json_as_object(node);
    CddRemovedImages *images = new_removed(cdd_json_get_array(object, "ImagesDeleted"));

    images->space_reclaimed = (guint64)MAX(0, cdd_json_get_int(object, "SpaceReclaimed"));
    return images;
}

void
cdd_service_prune_images_async(CddService *self,
                               const char *const *filters,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_prune(cdd_operation_new(self, cancellable, callback, user_data, "pruning images"),
                        "/images/prune", filters, parse_pruned,
                        (GDestroyNotify)cdd_removed_images_free);
}

CddRemovedImages *
cdd_service_prune_images_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

static const CddMember image_summary_members[] = {
    CDD_STRING(CddImageSummary, id),
    CDD_LIST(CddImageSummary, references),
    CDD_LIST(CddImageSummary, digests),
    CDD_LIST(CddImageSummary, labels),
    {0},
};
CDD_DEFINE_PLAIN_COPY(, CddImageSummary, cdd_image_summary, image_summary_members)

/* Old engines report an image without a name as "<none>:<none>". */
static char **
dup_names(JsonObject *object, const char *member)
{
    g_auto(GStrv) all = cdd_json_dup_strv(object, member);
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();

    for (char **name = all; *name != NULL; name++) {
        if (!g_str_has_prefix(*name, "<none>"))
            g_strv_builder_add(names, *name);
    }
    return g_strv_builder_end(names);
}

static gpointer
new_summary(JsonObject *object)
{
    CddImageSummary *summary = g_new0(CddImageSummary, 1);

    summary->id = cdd_json_dup_string(object, "Id");
    summary->references = dup_names(object, "RepoTags");
    summary->digests = dup_names(object, "RepoDigests");
    summary->created_at = cdd_json_get_time(object, "Created");
    summary->size = (guint64)MAX(0, cdd_json_get_int(object, "Size"));
    summary->labels = cdd_json_dup_pairs(object, "Labels");
    return summary;
}

static int
compare_age(gconstpointer a, gconstpointer b)
{
    const CddImageSummary *first = *(CddImageSummary *const *)a;
    const CddImageSummary *second = *(CddImageSummary *const *)b;

    return (first->created_at < second->created_at) - (first->created_at > second->created_at);
}

/* Podman's list has no order. */
static gpointer
parse_list(JsonNode *node, GError **error G_GNUC_UNUSED)
{
    GPtrArray *images = cdd_json_dup_array(cdd_json_as_array(node), new_summary,
                                           (GDestroyNotify)cdd_image_summary_free);

    g_ptr_array_sort(images, compare_age);
    return images;
}

void
cdd_service_list_images_async(CddService *self,
                              gboolean all,
                              const char *const *filters,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
    g_return_if_fail(CDD_IS_SERVICE(self));
    cdd_operation_list(cdd_operation_new(self, cancellable, callback, user_data, "listing images"),
                       "/images/json", all, filters, parse_list, (GDestroyNotify)g_ptr_array_unref);
}

GPtrArray *
cdd_service_list_images_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

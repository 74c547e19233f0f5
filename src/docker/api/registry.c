/* SPDX-License-Identifier: Apache-2.0 */
/* What registries say, asked through the engine. */
#include "../engine/credentials.h"
#include "../value/plain.h"
#include "image-name.h"
#include "operation.h"
#include "registry-credentials.h"

#include <colcon-deb-docker/cdd-image-reference.h>
#include <colcon-deb-docker/cdd-registry.h>

static const CddMember history_item_members[] = {
    CDD_STRING(CddImageHistoryItem, id),
    CDD_STRING(CddImageHistoryItem, created_by),
    CDD_LIST(CddImageHistoryItem, tags),
    CDD_STRING(CddImageHistoryItem, comment),
    {0},
};
CDD_DEFINE_PLAIN_COPY(, CddImageHistoryItem, cdd_image_history_item, history_item_members)
G_DEFINE_BOXED_TYPE(CddImageHistoryItem,
                    cdd_image_history_item,
                    cdd_image_history_item_copy,
                    cdd_image_history_item_free)

static const CddMember search_result_members[] = {
    CDD_STRING(CddImageSearchResult, name),
    CDD_STRING(CddImageSearchResult, description),
    {0},
};
CDD_DEFINE_PLAIN_COPY(, CddImageSearchResult, cdd_image_search_result, search_result_members)
G_DEFINE_BOXED_TYPE(CddImageSearchResult,
                    cdd_image_search_result,
                    cdd_image_search_result_copy,
                    cdd_image_search_result_free)

static const CddMember distribution_members[] = {
    CDD_STRING(CddDistribution, media_type),
    CDD_STRING(CddDistribution, digest),
    CDD_LIST(CddDistribution, platforms),
    {0},
};
CDD_DEFINE_PLAIN_COPY(, CddDistribution, cdd_distribution, distribution_members)
G_DEFINE_BOXED_TYPE(CddDistribution, cdd_distribution, cdd_distribution_copy, cdd_distribution_free)

static gpointer
new_history_item(JsonObject *object)
{
    CddImageHistoryItem *item = g_new0(CddImageHistoryItem, 1);

    item->id = cdd_json_dup_string(object, "Id");
    item->created_at = cdd_json_get_time(object, "Created");
    item->created_by = cdd_json_dup_string(object, "CreatedBy");
    item->tags = cdd_json_dup_strv(object, "Tags");
    item->size = (guint64)MAX(0, cdd_json_get_int(object, "Size"));
    item->comment = cdd_json_dup_string(object, "Comment");
    return item;
}

static gpointer
parse_history(JsonNode *node, GError **error G_GNUC_UNUSED)
{
    return cdd_json_dup_array(cdd_json_as_array(node), new_history_item,
                              (GDestroyNotify)cdd_image_history_item_free);
}

void
cdd_service_get_image_history_async(CddService *self,
                                    const char *image,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
    g_autofree char *path = cdd_path("/images/%r/history", image);
    CddCall call = {.method = "GET", .path = path};
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data,
                             "getting the history of the image %s", image);
    cdd_operation_require(task, "image", image, NULL);
    cdd_operation_set_not_found(task, CDD_ERROR_IMAGE_NOT_FOUND);
    cdd_operation_call_for(task, &call, parse_history, (GDestroyNotify)g_ptr_array_unref);
}

GPtrArray *
cdd_service_get_image_history_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

static gpointer
new_search_result(JsonObject *object)
{
    CddImageSearchResult *found = g_new0(CddImageSearchResult, 1);

    found->name = cdd_json_dup_string(object, "name");
    found->description = cdd_json_dup_string(object, "description");
    found->star_count = cdd_json_get_int(object, "star_count");
    found->is_official = cdd_json_get_boolean(object, "is_official");
    return found;
}

static gpointer
parse_search(JsonNode *node, GError **error G_GNUC_UNUSED)
{
    return cdd_json_dup_array(cdd_json_as_array(node), new_search_result,
                              (GDestroyNotify)cdd_image_search_result_free);
}

void
cdd_service_search_images_async(CddService *self,
                                const char *term,
                                guint limit,
                                const char *const *filters,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
    g_autofree char *text = NULL;
    g_autofree char *number = limit > 0 ? g_strdup_printf("%u", limit) : NULL;
    g_autoptr(GString) path = g_string_new("/images/search");
    CddCall call = {.method = "GET"};
    GError *error = NULL;
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data,
                             "searching for images called %s", term);
    cdd_operation_require(task, "term", term, NULL);
    if (!cdd_filters_check(filters, &error)) {
        cdd_operation_return_error(task, error);
        return;
    }
    text = cdd_filters_to_text(filters);
    cdd_path_add(path, "term", term);
    cdd_path_add(path, "limit", number);
    cdd_path_add(path, "filters", text);
    call.path = path->str;
    cdd_operation_call_for(task, &call, parse_search, (GDestroyNotify)g_ptr_array_unref);
}

GPtrArray *
cdd_service_search_images_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

static char *
dup_platform(JsonObject *object)
{
    const char *variant = cdd_json_get_string(object, "variant");
    const char *os = cdd_json_get_string(object, "os");
    const char *architecture = cdd_json_get_string(object, "architecture");

    if (os == NULL || architecture == NULL)
        return NULL;
    return variant != NULL && *variant != '\0'
               ? g_strconcat(os, "/", architecture, "/", variant, NULL)
               : g_strconcat(os, "/", architecture, NULL);
}

static gpointer
parse_distribution(JsonNode *node, GError **error)
{
    JsonObject *object = cdd_operation_expect_object(node, "image in the registry", error);
    JsonObject *descriptor = cdd_json_get_object(object, "Descriptor");
    JsonArray *platforms = cdd_json_get_array(object, "Platforms");
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();
    CddDistribution *distribution;

    if (object == NULL)
        return NULL;
    for (guint i = 0; platforms != NULL && i < json_array_get_length(platforms); i++) {
        g_autofree char *name =
            dup_platform(cdd_json_as_object(json_array_get_element(platforms, i)));

        if (name != NULL)
            g_strv_builder_add(names, name);
    }
    distribution = g_new0(CddDistribution, 1);
    distribution->media_type = cdd_json_dup_string(descriptor, "mediaType");
    distribution->digest = cdd_json_dup_string(descriptor, "digest");
    distribution->size = cdd_json_get_int(descriptor, "size");
    distribution->platforms = g_strv_builder_end(names);
    return distribution;
}

static void
inspect_with(GTask *task, const CddCredentials *credentials)
{
    g_autofree char *path =
        cdd_path("/distribution/%r/json", (const char *)g_task_get_task_data(task));
    char *header = credentials != NULL ? cdd_credentials_to_header(credentials) : NULL;
    CddCall call = {.method = "GET", .path = path, .registry_auth = header};

    cdd_operation_call_for(task, &call, parse_distribution, (GDestroyNotify)cdd_distribution_free);
    cdd_secret_free(header);
}

void
cdd_service_inspect_distribution_async(CddService *self,
                                       const char *image,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
    g_autoptr(CddImageReference) reference = NULL;
    GError *error = NULL;
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data,
                             "asking the registry for the image %s", image);
    cdd_operation_require(task, "image", image, NULL);
    if (cdd_operation_lacks_argument(task))
        return;
    cdd_operation_set_not_found(task, CDD_ERROR_IMAGE_NOT_FOUND);
    reference = cdd_image_reference_parse(image, &error);
    if (reference == NULL) {
        cdd_operation_return_error(task, error);
        return;
    }
    g_task_set_task_data(task, cdd_image_reference_to_string(reference), g_free);
    cdd_registry_credentials_use(task, reference->domain, inspect_with);
}

CddDistribution *
cdd_service_inspect_distribution_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish_pointer(self, result, error);
}

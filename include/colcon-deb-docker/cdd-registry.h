/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

G_BEGIN_DECLS

/**
 * CddImageHistoryItem:
 * @id: the image that this step made; `<missing>` if the engine does not know it
 * @created_at: time of the step, in microseconds since 1970
 * @created_by: the instruction or command
 * @tags: (array zero-terminated=1): names of that image
 * @size: bytes that the step added
 * @comment: a comment, often of the builder
 *
 * A step in which an image was made; the newest is the first.
 *
 * Since: 0.1
 */
typedef struct {
    char *id;
    gint64 created_at;
    char *created_by;
    char **tags;
    guint64 size;
    char *comment;
} CddImageHistoryItem;

#define CDD_TYPE_IMAGE_HISTORY_ITEM (cdd_image_history_item_get_type())
CDD_API GType cdd_image_history_item_get_type(void);

/**
 * cdd_image_history_item_copy:
 * @item: a step
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddImageHistoryItem *cdd_image_history_item_copy(const CddImageHistoryItem *item);

/**
 * cdd_image_history_item_free:
 * @item: (transfer full) (nullable): a step
 *
 * Since: 0.1
 */
CDD_API void cdd_image_history_item_free(CddImageHistoryItem *item);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddImageHistoryItem, cdd_image_history_item_free)

/**
 * CddImageSearchResult:
 * @name: its name, e.g. `library/debian`
 * @description: what it is for
 * @star_count: how many people marked it
 * @is_official: whether the registry vouches for it
 *
 * An image that a search in a registry found.
 *
 * Since: 0.1
 */
typedef struct {
    char *name;
    char *description;
    gint64 star_count;
    gboolean is_official;
} CddImageSearchResult;

#define CDD_TYPE_IMAGE_SEARCH_RESULT (cdd_image_search_result_get_type())
CDD_API GType cdd_image_search_result_get_type(void);

/**
 * cdd_image_search_result_copy:
 * @result: an image that was found
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddImageSearchResult *cdd_image_search_result_copy(const CddImageSearchResult *result);

/**
 * cdd_image_search_result_free:
 * @result: (transfer full) (nullable): an image that was found
 *
 * Since: 0.1
 */
CDD_API void cdd_image_search_result_free(CddImageSearchResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddImageSearchResult, cdd_image_search_result_free)

/**
 * CddDistribution:
 * @media_type: the media type of what the name means: a manifest, or a list with one for each
 *   platform
 * @digest: its digest
 * @size: its size in bytes, without the layers
 * @platforms: (array zero-terminated=1): `os/arch[/variant]` of each image; empty if the registry
 *   does not say
 *
 * What a registry has under a name.
 *
 * Since: 0.1
 */
typedef struct {
    char *media_type;
    char *digest;
    gint64 size;
    char **platforms;
} CddDistribution;

#define CDD_TYPE_DISTRIBUTION (cdd_distribution_get_type())
CDD_API GType cdd_distribution_get_type(void);

/**
 * cdd_distribution_copy:
 * @distribution: what a registry has
 *
 * Returns: (transfer full): a copy
 *
 * Since: 0.1
 */
CDD_API CddDistribution *cdd_distribution_copy(const CddDistribution *distribution);

/**
 * cdd_distribution_free:
 * @distribution: (transfer full) (nullable): what a registry has
 *
 * Since: 0.1
 */
CDD_API void cdd_distribution_free(CddDistribution *distribution);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddDistribution, cdd_distribution_free)

/**
 * cdd_service_get_image_history_async:
 * @self: a service
 * @image: an image
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Gets the steps in which an image was made (`GET /images/{name}/history`).
 *
 * Since: 0.1
 */
CDD_API void cdd_service_get_image_history_async(CddService *self,
                                                 const char *image,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback,
                                                 gpointer user_data);

/**
 * cdd_service_get_image_history_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND
 *
 * Finishes cdd_service_get_image_history_async().
 *
 * Returns: (transfer full) (element-type CddImageHistoryItem): the steps, the newest first, or
 *   %NULL
 *
 * Since: 0.1
 */
CDD_API GPtrArray *
cdd_service_get_image_history_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_search_images_async:
 * @self: a service
 * @term: what to look for; `HOST/TERM` in another registry than Docker Hub
 * @limit: maximum number of results; 0 for the default of the engine, 25
 * @filters: (nullable) (array zero-terminated=1): `name=value` entries, e.g. `is-official=true`,
 *   `stars=3`
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Searches a registry (`GET /images/search`). Not every registry can be searched.
 *
 * Since: 0.1
 */
CDD_API void cdd_service_search_images_async(CddService *self,
                                             const char *term,
                                             guint limit,
                                             const char *const *filters,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

/**
 * cdd_service_search_images_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_FAILED if the registry does not answer
 *
 * Finishes cdd_service_search_images_async().
 *
 * Returns: (transfer full) (element-type CddImageSearchResult): the images, or %NULL
 *
 * Since: 0.1
 */
CDD_API GPtrArray *
cdd_service_search_images_finish(CddService *self, GAsyncResult *result, GError **error);

/**
 * cdd_service_inspect_distribution_async:
 * @self: a service
 * @image: the name of an image in a registry
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Asks the registry of an image for its digest and platforms, without pulling it (`GET
 * /distribution/{name}/json`). The credentials are those of cdd_service_pull_image_async().
 *
 * Since: 0.1
 */
CDD_API void cdd_service_inspect_distribution_async(CddService *self,
                                                    const char *image,
                                                    GCancellable *cancellable,
                                                    GAsyncReadyCallback callback,
                                                    gpointer user_data);

/**
 * cdd_service_inspect_distribution_finish:
 * @self: a service
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND, %CDD_ERROR_UNAUTHORIZED
 *
 * Finishes cdd_service_inspect_distribution_async().
 *
 * Returns: (transfer full): what the registry has, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddDistribution *
cdd_service_inspect_distribution_finish(CddService *self, GAsyncResult *result, GError **error);

G_END_DECLS

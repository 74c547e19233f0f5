/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-docker-client.h>

G_BEGIN_DECLS

/**
 * CddPullPolicy:
 * @CDD_PULL_MISSING: pull images that the engine does not have
 * @CDD_PULL_ALWAYS: pull every image; an unchanged image costs only a query to its registry
 * @CDD_PULL_NEVER: never pull; a missing image is an error
 *
 * When images are pulled.
 *
 * Since: 0.1
 */
typedef enum {
    CDD_PULL_MISSING,
    CDD_PULL_ALWAYS,
    CDD_PULL_NEVER,
} CddPullPolicy;

#define CDD_TYPE_PULL_POLICY (cdd_pull_policy_get_type())
CDD_API GType cdd_pull_policy_get_type(void);

/**
 * CddImageCache:
 *
 * Makes sure that images are on the engine, and remembers what it has looked up.
 *
 * Since: 0.1
 */
#define CDD_TYPE_IMAGE_CACHE (cdd_image_cache_get_type())
CDD_API G_DECLARE_FINAL_TYPE(CddImageCache, cdd_image_cache, CDD, IMAGE_CACHE, GObject)

/**
 * cdd_image_cache_new:
 * @client: the client of the engine
 * @policy: when images are pulled
 *
 * Returns: (transfer full): an empty cache
 *
 * Since: 0.1
 */
CDD_API CddImageCache *cdd_image_cache_new(CddDockerClient *client, CddPullPolicy policy);

/**
 * cdd_image_cache_get_or_pull_async:
 * @self: a cache
 * @image: a reference, or an id; an id is never pulled
 * @platform: (nullable): `os/arch[/variant]`; %NULL for the engine's platform
 * @handler: (nullable): receives on_progress; copied, its user_data must live until @callback
 * @cancellable: (nullable): cancelling ends this call; a pull goes on if other calls wait for it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Looks up an image and pulls it as the policy says. Overlapping calls for the same image and
 * platform share one pull, and each handler gets its progress. The cache remembers the 64 images
 * used last until cdd_image_cache_forget().
 *
 * Since: 0.1
 */
CDD_API void cdd_image_cache_get_or_pull_async(CddImageCache *self,
                                               const char *image,
                                               const char *platform,
                                               const CddOutputHandler *handler,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);

/**
 * cdd_image_cache_get_or_pull_finish:
 * @self: a cache
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND, %CDD_ERROR_UNAUTHORIZED…;
 *   %CDD_ERROR_INCOMPATIBLE if the image is for another platform than @platform
 *
 * Finishes cdd_image_cache_get_or_pull_async().
 *
 * Returns: (transfer full): the image, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddImageInfo *
cdd_image_cache_get_or_pull_finish(CddImageCache *self, GAsyncResult *result, GError **error);

/**
 * cdd_image_cache_forget:
 * @self: a cache
 *
 * Empties the cache, so that the next call for each image asks the engine again.
 *
 * Since: 0.1
 */
CDD_API void cdd_image_cache_forget(CddImageCache *self);

G_END_DECLS

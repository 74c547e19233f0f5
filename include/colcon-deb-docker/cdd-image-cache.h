/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-docker-client.h>

G_BEGIN_DECLS

/**
 * CddPullPolicy:
 * @CDD_PULL_MISSING: an image that the engine does not have is pulled
 * @CDD_PULL_ALWAYS: every image is pulled, which for an unchanged one asks its registry and no more
 * @CDD_PULL_NEVER: an image that the engine does not have is an error
 *
 * When images are pulled.
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
 * Images as whoever runs containers wants them: there, and looked up once.
 */
#define CDD_TYPE_IMAGE_CACHE (cdd_image_cache_get_type())
CDD_API G_DECLARE_FINAL_TYPE(CddImageCache, cdd_image_cache, CDD, IMAGE_CACHE, GObject)

/**
 * cdd_image_cache_new:
 * @client: what has the images
 * @policy: when they are pulled
 *
 * Returns: (transfer full): a cache, empty
 */
CDD_API CddImageCache *cdd_image_cache_new(CddDockerClient *client, CddPullPolicy policy);

/**
 * cdd_image_cache_get_or_pull_async:
 * @self: a cache
 * @image: a reference, or an id, which is never pulled
 * @platform: (nullable): `os/arch[/variant]`; %NULL for the engine's own
 * @handler: (nullable): gets on_progress; copied, its user_data must live until @callback
 * @cancellable: (nullable): ends this call; a pull goes on if other calls wait for it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Looks an image up, and pulls it as the policy says. Calls for the same image and platform that
 * overlap share one pull, whose progress goes to the handler of each. What has been found is
 * remembered, the 64 images used last, until cdd_image_cache_forget().
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
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND, %CDD_ERROR_UNAUTHORIZED…; for an image of
 *   another platform than was asked for %CDD_ERROR_INCOMPATIBLE
 *
 * Ends cdd_image_cache_get_or_pull_async().
 *
 * Returns: (transfer full): the image, or %NULL
 */
CDD_API CddImageInfo *
cdd_image_cache_get_or_pull_finish(CddImageCache *self, GAsyncResult *result, GError **error);

/**
 * cdd_image_cache_forget:
 * @self: a cache
 *
 * Forgets what has been found, so that the next call of each image asks again.
 */
CDD_API void cdd_image_cache_forget(CddImageCache *self);

G_END_DECLS

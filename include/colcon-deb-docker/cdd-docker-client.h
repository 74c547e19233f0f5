/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-image.h>
#include <colcon-deb-docker/cdd-run.h>

G_BEGIN_DECLS

/**
 * CddDockerClient:
 *
 * What programs that run containers need of an engine, so that they can be tested without one:
 * #CddService is the real one, #CddMockDockerClient plays what it was told.
 */
#define CDD_TYPE_DOCKER_CLIENT (cdd_docker_client_get_type())
CDD_API G_DECLARE_INTERFACE(CddDockerClient, cdd_docker_client, CDD, DOCKER_CLIENT, GObject)

/**
 * CddDockerClientInterface:
 * @parent: the parent
 * @inspect_image_async: begins cdd_docker_client_inspect_image_async()
 * @inspect_image_finish: ends it
 * @pull_image_async: begins cdd_docker_client_pull_image_async()
 * @pull_image_finish: ends it
 * @run_container_async: begins cdd_docker_client_run_container_async()
 * @run_container_finish: ends it
 *
 * What an implementation provides: all of it.
 */
struct _CddDockerClientInterface {
    GTypeInterface parent;

    void (*inspect_image_async)(CddDockerClient *self,
                                const char *image,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
    CddImageInfo *(*inspect_image_finish)(CddDockerClient *self,
                                          GAsyncResult *result,
                                          GError **error);
    void (*pull_image_async)(CddDockerClient *self,
                             const char *image,
                             const char *platform,
                             const CddOutputHandler *handler,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
    gboolean (*pull_image_finish)(CddDockerClient *self, GAsyncResult *result, GError **error);
    void (*run_container_async)(CddDockerClient *self,
                                const CddContainerSpec *spec,
                                const CddOutputHandler *handler,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
    CddContainerResult *(*run_container_finish)(CddDockerClient *self,
                                                GAsyncResult *result,
                                                GError **error);
};

/**
 * cdd_docker_client_inspect_image_async:
 * @self: a client
 * @image: a reference or an id
 * @cancellable: (nullable): leaves nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * As cdd_service_inspect_image_async().
 */
CDD_API void cdd_docker_client_inspect_image_async(CddDockerClient *self,
                                                   const char *image,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);

/**
 * cdd_docker_client_inspect_image_finish:
 * @self: a client
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND when the engine does not have it
 *
 * Ends cdd_docker_client_inspect_image_async().
 *
 * Returns: (transfer full): the image, or %NULL
 */
CDD_API CddImageInfo *
cdd_docker_client_inspect_image_finish(CddDockerClient *self, GAsyncResult *result, GError **error);

/**
 * cdd_docker_client_pull_image_async:
 * @self: a client
 * @image: a reference
 * @platform: (nullable): `os/arch[/variant]`
 * @handler: (nullable): gets what there is to see; copied, its user_data must live until
 *   @callback
 * @cancellable: (nullable): stops the pull
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * As cdd_service_pull_image_async().
 */
CDD_API void cdd_docker_client_pull_image_async(CddDockerClient *self,
                                                const char *image,
                                                const char *platform,
                                                const CddOutputHandler *handler,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);

/**
 * cdd_docker_client_pull_image_finish:
 * @self: a client
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND, %CDD_ERROR_UNAUTHORIZED…
 *
 * Ends cdd_docker_client_pull_image_async().
 *
 * Returns: whether the image is there now
 */
CDD_API gboolean cdd_docker_client_pull_image_finish(CddDockerClient *self,
                                                     GAsyncResult *result,
                                                     GError **error);

/**
 * cdd_docker_client_run_container_async:
 * @self: a client
 * @spec: what to run; copied
 * @handler: (nullable): gets what there is to see; copied, its user_data must live until
 *   @callback
 * @cancellable: (nullable): stops the container and removes it
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * As cdd_service_run_container_async().
 */
CDD_API void cdd_docker_client_run_container_async(CddDockerClient *self,
                                                   const CddContainerSpec *spec,
                                                   const CddOutputHandler *handler,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);

/**
 * cdd_docker_client_run_container_finish:
 * @self: a client
 * @result: what @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC, %CDD_ERROR_IMAGE_NOT_FOUND…
 *
 * Ends cdd_docker_client_run_container_async().
 *
 * Returns: (transfer full): how the container ended, or %NULL
 */
CDD_API CddContainerResult *
cdd_docker_client_run_container_finish(CddDockerClient *self, GAsyncResult *result, GError **error);

G_END_DECLS

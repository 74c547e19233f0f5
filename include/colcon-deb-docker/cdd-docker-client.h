/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-image.h>
#include <colcon-deb-docker/cdd-run.h>

G_BEGIN_DECLS

/**
 * CddDockerClient:
 *
 * What a #CddContainerPool and a #CddImageCache need of an engine. #CddService implements it. A
 * program may implement it to see, change or share their calls. For tests without an engine, the
 * service of a #CddMockEngine plays these and all other operations.
 *
 * Since: 0.1
 */
#define CDD_TYPE_DOCKER_CLIENT (cdd_docker_client_get_type())
CDD_API G_DECLARE_INTERFACE(CddDockerClient, cdd_docker_client, CDD, DOCKER_CLIENT, GObject)

/**
 * CddDockerClientInterface:
 * @parent: the parent interface
 * @inspect_image_async: implements cdd_docker_client_inspect_image_async()
 * @inspect_image_finish: implements cdd_docker_client_inspect_image_finish()
 * @pull_image_async: implements cdd_docker_client_pull_image_async()
 * @pull_image_finish: implements cdd_docker_client_pull_image_finish()
 * @run_container_async: implements cdd_docker_client_run_container_async()
 * @run_container_finish: implements cdd_docker_client_run_container_finish()
 *
 * The interface. An implementation provides every function.
 *
 * Since: 0.1
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
 * @cancellable: (nullable): cancelling changes nothing on the engine
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Looks up an image, see cdd_service_inspect_image_async().
 *
 * Since: 0.1
 */
CDD_API void cdd_docker_client_inspect_image_async(CddDockerClient *self,
                                                   const char *image,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);

/**
 * cdd_docker_client_inspect_image_finish:
 * @self: a client
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND if the engine does not have it
 *
 * Finishes cdd_docker_client_inspect_image_async().
 *
 * Returns: (transfer full): the image, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddImageInfo *
cdd_docker_client_inspect_image_finish(CddDockerClient *self, GAsyncResult *result, GError **error);

/**
 * cdd_docker_client_pull_image_async:
 * @self: a client
 * @image: a reference
 * @platform: (nullable): `os/arch[/variant]`
 * @handler: (nullable): receives progress and output; copied, its user_data must live until
 *   @callback
 * @cancellable: (nullable): cancelling stops the pull
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Pulls an image, see cdd_service_pull_image_async().
 *
 * Since: 0.1
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
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_IMAGE_NOT_FOUND, %CDD_ERROR_UNAUTHORIZED…
 *
 * Finishes cdd_docker_client_pull_image_async().
 *
 * Returns: whether the image was pulled
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_docker_client_pull_image_finish(CddDockerClient *self,
                                                     GAsyncResult *result,
                                                     GError **error);

/**
 * cdd_docker_client_run_container_async:
 * @self: a client
 * @spec: the container to run; copied
 * @handler: (nullable): receives progress and output; copied, its user_data must live until
 *   @callback
 * @cancellable: (nullable): cancelling stops and removes the container
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Runs a container, see cdd_service_run_container_async().
 *
 * Since: 0.1
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
 * @result: the result that @callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC, %CDD_ERROR_IMAGE_NOT_FOUND…
 *
 * Finishes cdd_docker_client_run_container_async().
 *
 * Returns: (transfer full): the result of the container, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddContainerResult *
cdd_docker_client_run_container_finish(CddDockerClient *self, GAsyncResult *result, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: Apache-2.0 */
#include <colcon-deb-docker/cdd-docker-client.h>

G_DEFINE_INTERFACE(CddDockerClient, cdd_docker_client, G_TYPE_OBJECT)

static void
cdd_docker_client_default_init(CddDockerClientInterface *interface G_GNUC_UNUSED)
{
}

void
cdd_docker_client_inspect_image_async(CddDockerClient *self,
                                      const char *image,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
    g_return_if_fail(CDD_IS_DOCKER_CLIENT(self));
    CDD_DOCKER_CLIENT_GET_IFACE(self)->inspect_image_async(self, image, cancellable, callback,
                                                           user_data);
}

CddImageInfo *
cdd_docker_client_inspect_image_finish(CddDockerClient *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(CDD_IS_DOCKER_CLIENT(self), NULL);
    return CDD_DOCKER_CLIENT_GET_IFACE(self)->inspect_image_finish(self, result, error);
}

void
cdd_docker_client_pull_image_async(CddDockerClient *self,
                                   const char *image,
                                   const char *platform,
                                   const CddOutputHandler *handler,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
    g_return_if_fail(CDD_IS_DOCKER_CLIENT(self));
    CDD_DOCKER_CLIENT_GET_IFACE(self)->pull_image_async(self, image, platform, handler, cancellable,
                                                        callback, user_data);
}

gboolean
cdd_docker_client_pull_image_finish(CddDockerClient *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(CDD_IS_DOCKER_CLIENT(self), FALSE);
    return CDD_DOCKER_CLIENT_GET_IFACE(self)->pull_image_finish(self, result, error);
}

void
cdd_docker_client_run_container_async(CddDockerClient *self,
                                      const CddContainerSpec *spec,
                                      const CddOutputHandler *handler,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
    g_return_if_fail(CDD_IS_DOCKER_CLIENT(self));
    CDD_DOCKER_CLIENT_GET_IFACE(self)->run_container_async(self, spec, handler, cancellable,
                                                           callback, user_data);
}

CddContainerResult *
cdd_docker_client_run_container_finish(CddDockerClient *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(CDD_IS_DOCKER_CLIENT(self), NULL);
    return CDD_DOCKER_CLIENT_GET_IFACE(self)->run_container_finish(self, result, error);
}

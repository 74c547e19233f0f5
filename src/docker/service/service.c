/* SPDX-License-Identifier: Apache-2.0 */
#include "../api/service.h"
#include "../api/faults.h"

#include "../engine/credentials.h"
#include "../transport/endpoint.h"

#include <colcon-deb-docker/cdd-docker-client.h>

enum {
    DEFAULT_CONNECT_TIMEOUT = 10000,
    DEFAULT_HEADER_TIMEOUT = 60000,
    DEFAULT_MAX_CONCURRENT_PULLS = 3,
};

static void docker_client_init(CddDockerClientInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE(CddService,
                              cdd_service,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(CDD_TYPE_DOCKER_CLIENT, docker_client_init))

static void
cdd_service_init(CddService *self)
{
    g_rec_mutex_init(&self->blocking_lock);
    self->credentials = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                              (GDestroyNotify)cdd_credentials_free);
}

static void
cdd_service_finalize(GObject *object)
{
    CddService *self = CDD_SERVICE(object);

    g_clear_object(&self->client);
    g_clear_pointer(&self->pull_turns, cdd_turns_unref);
    g_hash_table_unref(self->credentials);
    g_clear_pointer(&self->blocking_context, g_main_context_unref);
    g_rec_mutex_clear(&self->blocking_lock);
    G_OBJECT_CLASS(cdd_service_parent_class)->finalize(object);
}

static void
cdd_service_class_init(CddServiceClass *class)
{
    G_OBJECT_CLASS(class)->finalize = cdd_service_finalize;
}

static guint
or_default(guint value, guint fallback)
{
    return value == 0 ? fallback : value;
}

CddService *
cdd_service_new_for_address(CddAddress *address, const CddConfig *config)
{
    CddTimeouts timeouts = {
        .connect = or_default(config->connect_timeout, DEFAULT_CONNECT_TIMEOUT),
        .header = or_default(config->header_timeout, DEFAULT_HEADER_TIMEOUT),
        .idle = config->idle_timeout,
    };
    CddService *self = g_object_new(CDD_TYPE_SERVICE, NULL);

    self->client = cdd_client_new(address, &timeouts);
    self->is_mock = address->kind == CDD_ADDRESS_MOCK;
    self->operation_timeout = config->operation_timeout;
    self->pull_turns =
        cdd_turns_new(or_default(config->max_concurrent_pulls, DEFAULT_MAX_CONCURRENT_PULLS));
    return self;
}

CddService *
cdd_service_new(const CddConfig *config, GError **error)
{
    static const CddConfig no_config;
    const CddConfig *from = config != NULL ? config : &no_config;
    const CddEndpointChoice choice = {
        .socket_path = from->socket_path,
        .host = from->host,
        .context = from->context,
        .cert_path = from->cert_path,
    };
    g_autoptr(CddAddress) address =
        cdd_check_reserved(config, error) ? cdd_endpoint_resolve(&choice, error) : NULL;

    return address != NULL ? cdd_service_new_for_address(address, from) : NULL;
}

gboolean
cdd_service_is_local(CddService *self)
{
    g_return_val_if_fail(CDD_IS_SERVICE(self), FALSE);
    return self->is_mock || cdd_client_get_address(self->client)->kind == CDD_ADDRESS_UNIX;
}

const char *
cdd_service_get_address_origin(CddService *self)
{
    g_return_val_if_fail(CDD_IS_SERVICE(self), NULL);
    return cdd_client_get_address(self->client)->origin;
}

const char *
cdd_service_get_address(CddService *self)
{
    g_return_val_if_fail(CDD_IS_SERVICE(self), NULL);
    return cdd_client_get_address(self->client)->uri;
}

void
cdd_service_set_credentials(CddService *self, const CddCredentials *credentials)
{
    g_return_if_fail(CDD_IS_SERVICE(self));
    g_return_if_fail(credentials != NULL && credentials->server_address != NULL);
    g_hash_table_insert(self->credentials,
                        g_strdup(cdd_credentials_server_of(credentials->server_address)),
                        cdd_credentials_copy(credentials));
}

GHashTable *
cdd_service_copy_credentials(CddService *self)
{
    GHashTable *copy = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                             (GDestroyNotify)cdd_credentials_free);
    GHashTableIter each;
    gpointer server;
    gpointer credentials;

    g_hash_table_iter_init(&each, self->credentials);
    while (g_hash_table_iter_next(&each, &server, &credentials))
        g_hash_table_insert(copy, g_strdup(server), cdd_credentials_copy(credentials));
    return copy;
}

static void
inspect_image_async(CddDockerClient *self,
                    const char *image,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
    cdd_service_inspect_image_async(CDD_SERVICE(self), image, cancellable, callback, user_data);
}

static CddImageInfo *
inspect_image_finish(CddDockerClient *self, GAsyncResult *result, GError **error)
{
    return cdd_service_inspect_image_finish(CDD_SERVICE(self), result, error);
}

static void
pull_image_async(CddDockerClient *self,
                 const char *image,
                 const char *platform,
                 const CddOutputHandler *handler,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer user_data)
{
    cdd_service_pull_image_async(CDD_SERVICE(self), image, platform, handler, cancellable, callback,
                                 user_data);
}

static gboolean
pull_image_finish(CddDockerClient *self, GAsyncResult *result, GError **error)
{
    return cdd_service_pull_image_finish(CDD_SERVICE(self), result, error);
}

static void
run_container_async(CddDockerClient *self,
                    const CddContainerSpec *spec,
                    const CddOutputHandler *handler,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
    cdd_service_run_container_async(CDD_SERVICE(self), spec, handler, cancellable, callback,
                                    user_data);
}

static CddContainerResult *
run_container_finish(CddDockerClient *self, GAsyncResult *result, GError **error)
{
    return cdd_service_run_container_finish(CDD_SERVICE(self), result, error);
}

static void
docker_client_init(CddDockerClientInterface *interface)
{
    interface->inspect_image_async = inspect_image_async;
    interface->inspect_image_finish = inspect_image_finish;
    interface->pull_image_async = pull_image_async;
    interface->pull_image_finish = pull_image_finish;
    interface->run_container_async = run_container_async;
    interface->run_container_finish = run_container_finish;
}

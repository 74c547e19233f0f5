/* SPDX-License-Identifier: Apache-2.0 */
#include "service.h"

#include "../engine/container.h"
#include "../transport/endpoint.h"
#include "pull.h"
#include "run.h"

#define DEFAULT_CONNECT_TIMEOUT 10000
#define DEFAULT_HEADER_TIMEOUT 60000
#define DEFAULT_MAX_CONCURRENT_PULLS 3

struct _CddService {
    GObject parent_instance;
    CddClient *client;
    guint max_concurrent_pulls;
    guint n_pulls;
    GQueue waiting_pulls; /* of GTask, in the order in which they came */
};

G_DEFINE_FINAL_TYPE(CddService, cdd_service, G_TYPE_OBJECT)

static void
cdd_service_init(CddService *self)
{
    g_queue_init(&self->waiting_pulls);
}

static void
cdd_service_finalize(GObject *object)
{
    CddService *self = CDD_SERVICE(object);

    g_clear_object(&self->client);
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
cdd_service_new(const CddConfig *config, GError **error)
{
    static const CddConfig no_config;
    const CddConfig *from = config == NULL ? &no_config : config;
    const CddEndpointChoice choice = {
        .socket_path = from->socket_path,
        .host = from->host,
        .context = from->context,
        .cert_path = from->cert_path,
    };
    g_autoptr(CddAddress) address = cdd_endpoint_resolve(&choice, error);
    CddTimeouts timeouts = {
        .connect = or_default(from->connect_timeout, DEFAULT_CONNECT_TIMEOUT),
        .header = or_default(from->header_timeout, DEFAULT_HEADER_TIMEOUT),
        .idle = from->idle_timeout,
    };
    CddService *self;

    if (address == NULL)
        return NULL;
    self = g_object_new(CDD_TYPE_SERVICE, NULL);
    self->client = cdd_client_new(address, &timeouts);
    self->max_concurrent_pulls =
        or_default(from->max_concurrent_pulls, DEFAULT_MAX_CONCURRENT_PULLS);
    return self;
}

gboolean
cdd_service_is_local(CddService *self)
{
    g_return_val_if_fail(CDD_IS_SERVICE(self), FALSE);
    return cdd_client_get_address(self->client)->kind == CDD_ADDRESS_UNIX;
}

const char *
cdd_service_get_address(CddService *self)
{
    g_return_val_if_fail(CDD_IS_SERVICE(self), NULL);
    return cdd_client_get_address(self->client)->uri;
}

CddClient *
cdd_service_get_client(CddService *self)
{
    return self->client;
}

/* A pull that runs or waits for its turn. */
typedef struct {
    char *image;
    char *platform;
    CddOutputHandler handler;
} PullRequest;

static void
pull_request_free(gpointer data)
{
    PullRequest *request = data;

    g_free(request->image);
    g_free(request->platform);
    g_free(request);
}

static void start_pulls(CddService *self);

static void
on_pulled(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    CddService *self = g_task_get_source_object(task);
    GError *error = NULL;

    self->n_pulls--;
    start_pulls(self);
    if (cdd_pull_finish(result, &error))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

static void
start_pulls(CddService *self)
{
    while (self->n_pulls < self->max_concurrent_pulls && self->waiting_pulls.length > 0) {
        GTask *task = g_queue_pop_head(&self->waiting_pulls);
        PullRequest *request = g_task_get_task_data(task);

        self->n_pulls++;
        cdd_pull_async(self->client, request->image, request->platform, &request->handler,
                       g_task_get_cancellable(task), on_pulled, task);
    }
}

void
cdd_service_pull_image_async(CddService *self,
                             const char *image,
                             const char *platform,
                             const CddOutputHandler *handler,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
    GTask *task;
    PullRequest *request;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = g_task_new(self, cancellable, callback, user_data);
    request = g_new0(PullRequest, 1);
    request->image = g_strdup(image);
    request->platform = g_strdup(platform);
    if (handler != NULL)
        request->handler = *handler;
    g_task_set_task_data(task, request, pull_request_free);
    g_queue_push_tail(&self->waiting_pulls, task);
    start_pulls(self);
}

gboolean
cdd_service_pull_image_finish(CddService *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, self), FALSE);
    return g_task_propagate_boolean(G_TASK(result), error);
}

static void
on_run(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    GError *error = NULL;
    CddContainerResult *container = cdd_run_finish(result, &error);

    if (container != NULL)
        g_task_return_pointer(task, container, (GDestroyNotify)cdd_container_result_free);
    else
        g_task_return_error(task, error);
}

void
cdd_service_run_container_async(CddService *self,
                                const CddContainerSpec *spec,
                                const CddOutputHandler *handler,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = g_task_new(self, cancellable, callback, user_data);
    /* A container that came to its end in spite of a late cancel has a result worth having. */
    g_task_set_check_cancellable(task, FALSE);
    cdd_run_async(self->client, spec, handler, cancellable, on_run, task);
}

CddContainerResult *
cdd_service_run_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, self), NULL);
    return g_task_propagate_pointer(G_TASK(result), error);
}

static void
on_killed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    GError *error = NULL;

    if (cdd_client_call_finish_ok(CDD_CLIENT(source), result, &error)) {
        g_task_return_boolean(task, TRUE);
        return;
    }
    g_prefix_error(&error, "sending a signal to the container: ");
    g_task_return_error(task, error);
}

void
cdd_service_kill_container_async(CddService *self,
                                 const char *container,
                                 const char *signal,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    GTask *task;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = g_task_new(self, cancellable, callback, user_data);
    cdd_container_kill_async(self->client, container, signal == NULL ? "SIGKILL" : signal,
                             cancellable, on_killed, task);
}

gboolean
cdd_service_kill_container_finish(CddService *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, self), FALSE);
    return g_task_propagate_boolean(G_TASK(result), error);
}

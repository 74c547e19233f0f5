/* SPDX-License-Identifier: Apache-2.0 */
/* Pulls and pushes images, with the credentials of their registries. */
#include "../engine/credentials.h"
#include "../value/platform.h"
#include "image-name.h"
#include "image-progress.h"
#include "operation.h"
#include "output-handler.h"
#include "registry-credentials.h"

#include <colcon-deb-docker/cdd-image-reference.h>
#include <colcon-deb-docker/cdd-image.h>

/* A push must send credentials, even if there are none: {} in base64url. */
#define NOBODY "e30="

typedef struct {
    CddImageReference *reference;
    char *platform;
    gboolean is_push;
    CddOutputHandler handler;
    CddTurns *turns;       /* set once it is this transfer's turn */
    GSource *cancel_watch; /* set while it waits for its turn */
    gboolean ended;
} Transfer;

static void on_turn(gpointer user_data);
static void send_request(GTask *task, const CddCredentials *credentials);

static void
transfer_free(gpointer data)
{
    Transfer *transfer = data;

    g_clear_pointer(&transfer->reference, cdd_image_reference_free);
    g_free(transfer->platform);
    if (transfer->turns != NULL) {
        cdd_turns_give_back(transfer->turns);
        cdd_turns_unref(transfer->turns);
    }
    g_free(transfer);
}

static void
stop_watching(Transfer *transfer)
{
    if (transfer->cancel_watch == NULL)
        return;
    g_source_destroy(transfer->cancel_watch);
    g_clear_pointer(&transfer->cancel_watch, g_source_unref);
}

/* Ends a waiting transfer. When its turn comes, the turn is given back at once. */
static gboolean
on_cancelled(GCancellable *cancellable G_GNUC_UNUSED, gpointer user_data)
{
    GTask *task = user_data;
    Transfer *transfer = g_task_get_task_data(task);

    stop_watching(transfer);
    transfer->ended = TRUE;
    cdd_operation_return_error(
        g_object_ref(task),
        g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled before its turn came"));
    return G_SOURCE_REMOVE;
}

static GTask *
transfer_new(CddService *self,
             const char *image,
             gboolean is_push,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
    GTask *task = cdd_operation_new_in(
        is_push ? "cdd_service_push_image_async" : "cdd_service_pull_image_async", self,
        cancellable, callback, user_data, "%s %s", is_push ? "pushing" : "pulling", image);
    Transfer *transfer = g_new0(Transfer, 1);

    cdd_operation_set_not_found(task, CDD_ERROR_IMAGE_NOT_FOUND);
    cdd_operation_require(task, "image", image, NULL);
    transfer->is_push = is_push;
    g_task_set_task_data(task, transfer, transfer_free);
    return task;
}

static void
begin(GTask *task, const char *image, const char *platform, const CddOutputHandler *handler)
{
    Transfer *transfer = g_task_get_task_data(task);
    GError *error = NULL;

    if (cdd_operation_lacks_argument(task))
        return;
    if (cdd_output_handler_take(&transfer->handler, handler, task, &error))
        transfer->reference = cdd_image_reference_parse(image, &error);
    if (transfer->reference == NULL ||
        !cdd_platform_normalize(platform, &transfer->platform, &error)) {
        cdd_operation_return_error(task, error);
        return;
    }
    transfer->cancel_watch = g_cancellable_source_new(cdd_operation_get_cancellable(task));
    g_source_set_callback(transfer->cancel_watch, G_SOURCE_FUNC(on_cancelled), task, NULL);
    g_source_attach(transfer->cancel_watch, g_main_context_get_thread_default());
    cdd_turns_take(CDD_SERVICE(g_task_get_source_object(task))->pull_turns, on_turn, task);
}

static void
on_turn(gpointer user_data)
{
    GTask *task = user_data;
    Transfer *transfer = g_task_get_task_data(task);
    CddService *service = g_task_get_source_object(task);

    transfer->turns = cdd_turns_ref(service->pull_turns);
    stop_watching(transfer);
    if (transfer->ended)
        g_object_unref(task);
    else
        cdd_registry_credentials_use(task, transfer->reference->domain, send_request);
}

static gboolean
on_value(GTask *task, JsonObject *value, GError **error G_GNUC_UNUSED)
{
    Transfer *transfer = g_task_get_task_data(task);

    cdd_image_progress(value, &transfer->handler);
    return TRUE;
}

static char *
pull_path(const Transfer *transfer)
{
    g_autofree char *whole = cdd_image_name_to_pull(transfer->reference);
    GString *path = g_string_new("/images/create");

    cdd_path_add(path, "fromImage", whole);
    cdd_path_add(path, "platform", transfer->platform);
    return g_string_free(path, FALSE);
}

static char *
push_path(const Transfer *transfer)
{
    const CddImageReference *reference = transfer->reference;
    g_autofree char *repository = g_strdup_printf("%s/%s", reference->domain, reference->path);

    return cdd_path("/images/%r/push?tag=%s", repository,
                    reference->tag != NULL ? reference->tag : "latest");
}

static void
send_request(GTask *task, const CddCredentials *credentials)
{
    const Transfer *transfer = g_task_get_task_data(task);
    g_autofree char *path = transfer->is_push ? push_path(transfer) : pull_path(transfer);
    char *header = credentials != NULL ? cdd_credentials_to_header(credentials) : NULL;
    CddCall call = {.method = "POST", .path = path, .header_timeout = CDD_NO_TIMEOUT};

    call.registry_auth = header == NULL && transfer->is_push ? NOBODY : header;
    cdd_operation_stream(task, &call, on_value);
    cdd_secret_free(header);
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
    g_return_if_fail(CDD_IS_SERVICE(self));
    begin(transfer_new(self, image, FALSE, cancellable, callback, user_data), image, platform,
          handler);
}

gboolean
cdd_service_pull_image_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

void
cdd_service_push_image_async(CddService *self,
                             const char *image,
                             const CddOutputHandler *handler,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
    g_return_if_fail(CDD_IS_SERVICE(self));
    begin(transfer_new(self, image, TRUE, cancellable, callback, user_data), image, NULL, handler);
}

gboolean
cdd_service_push_image_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

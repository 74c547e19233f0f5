/* SPDX-License-Identifier: Apache-2.0 */
#include "pull.h"

#include "../engine/image.h"
#include "../wire/error.h"
#include "../wire/json.h"
#include "../wire/text.h"
#include <string.h>

#define MAX_MESSAGE_LENGTH 4096

typedef struct {
    char *image;
    CddOutputHandler handler;
    CddResponse *response;
    CddJsonStream stream;
} Pull;

static void read_on(GTask *task);
static void on_piece(GObject *source, GAsyncResult *result, gpointer user_data);

static void
pull_free(gpointer data)
{
    Pull *pull = data;

    g_free(pull->image);
    g_clear_object(&pull->response);
    cdd_json_stream_clear(&pull->stream);
    g_free(pull);
}

static char *
clean(const char *text)
{
    return cdd_text_clean(text, strlen(text), MAX_MESSAGE_LENGTH, CDD_TEXT_ONE_LINE);
}

/* Docker answers a missing image with 404 and a refusal too; the text tells them apart. */
static void
sharpen(Pull *pull, GError **error)
{
    if (g_error_matches(*error, CDD_ERROR, CDD_ERROR_NOT_FOUND))
        (*error)->code = CDD_ERROR_IMAGE_NOT_FOUND;
    g_prefix_error(error, "pulling %s: ", pull->image);
}

static void
on_answered(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Pull *pull = g_task_get_task_data(task);
    GError *error = NULL;

    pull->response = cdd_client_send_finish(CDD_CLIENT(source), result, &error);
    if (pull->response != NULL) {
        read_on(task);
        return;
    }
    sharpen(pull, &error);
    g_task_return_error(task, error);
    g_object_unref(task);
}

static void
read_on(GTask *task)
{
    Pull *pull = g_task_get_task_data(task);

    cdd_response_read_async(pull->response, g_task_get_cancellable(task), on_piece, task);
}

/* {"status": "Downloading", "id": "a1b2", "progressDetail": {"current": 1, "total": 2}} */
static void
report(Pull *pull, JsonObject *object)
{
    const char *status = cdd_json_get_string(object, "status");
    const char *id = cdd_json_get_string(object, "id");
    JsonObject *detail = cdd_json_get_object(object, "progressDetail");
    g_autofree char *message = NULL;
    g_autofree char *clean_id = id == NULL ? NULL : clean(id);
    CddBuildProgress progress;

    if (status == NULL || pull->handler.on_progress == NULL)
        return;
    message = clean(status);
    progress = (CddBuildProgress){
        .message = message,
        .id = clean_id,
        .current = (guint64)MAX(0, cdd_json_get_int(detail, "current")),
        .total = (guint64)MAX(0, cdd_json_get_int(detail, "total")),
    };
    pull->handler.on_progress(&progress, pull->handler.user_data);
}

/* The status is sent before the pull is done, so its failure comes as a value in the stream. */
static gboolean
on_value(JsonNode *value, gpointer user_data, GError **error)
{
    Pull *pull = user_data;
    JsonObject *object = cdd_json_as_object(value);
    const char *message =
        cdd_json_get_string(cdd_json_get_object(object, "errorDetail"), "message");
    g_autofree char *text = NULL;

    if (message == NULL)
        message = cdd_json_get_string(object, "error");
    if (message == NULL) {
        report(pull, object);
        return TRUE;
    }
    text = clean(message);
    g_set_error(error, CDD_ERROR, CDD_ERROR_FAILED, "%s", text);
    return FALSE;
}

static gboolean
take(Pull *pull, GBytes *piece, GError **error)
{
    gsize length;
    const char *data = g_bytes_get_data(piece, &length);

    return cdd_json_stream_feed(&pull->stream, data, length, on_value, pull, error);
}

static void
on_piece(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    Pull *pull = g_task_get_task_data(task);
    GError *error = NULL;
    g_autoptr(GBytes) piece = cdd_response_read_finish(CDD_RESPONSE(source), result, &error);

    if (piece != NULL && take(pull, piece, &error)) {
        read_on(g_steal_pointer(&task));
        return;
    }
    if (error == NULL && !cdd_json_stream_is_complete(&pull->stream))
        g_set_error_literal(&error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                            "the engine's report ended in the middle of a value");
    if (error == NULL) {
        g_task_return_boolean(task, TRUE);
        return;
    }
    sharpen(pull, &error);
    g_task_return_error(task, error);
}

void
cdd_pull_async(CddClient *client,
               const char *image,
               const char *platform,
               const CddOutputHandler *handler,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
    GTask *task = g_task_new(client, cancellable, callback, user_data);
    Pull *pull = g_new0(Pull, 1);
    g_autoptr(CddImageReference) reference = NULL;
    GError *error = NULL;

    pull->image = g_strdup(image);
    if (handler != NULL)
        pull->handler = *handler;
    cdd_json_stream_init(&pull->stream);
    g_task_set_task_data(task, pull, pull_free);
    reference = cdd_image_reference_parse(image, &error);
    if (reference == NULL) {
        g_task_return_error(task, error);
        g_object_unref(task);
        return;
    }
    cdd_image_pull_async(client, reference, platform, cancellable, on_answered, task);
}

gboolean
cdd_pull_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean(G_TASK(result), error);
}

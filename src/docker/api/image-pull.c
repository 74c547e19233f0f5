/* SPDX-License-Identifier: Apache-2.0 */
#include "../wire/text.h"
#include "operation.h"

#include <colcon-deb-docker/cdd-image-reference.h>
#include <string.h>

#define MAX_MESSAGE_LENGTH 4096

typedef struct {
    CddImageReference *reference;
    char *platform;
    CddOutputHandler handler;
    CddTurns *turns; /* once it is this pull's turn */
} Pull;

static void
pull_free(gpointer data)
{
    Pull *pull = data;

    cdd_image_reference_free(pull->reference);
    g_free(pull->platform);
    if (pull->turns != NULL) {
        cdd_turns_give_back(pull->turns);
        cdd_turns_unref(pull->turns);
    }
    g_free(pull);
}

static char *
clean(const char *text)
{
    return cdd_text_clean(text, strlen(text), MAX_MESSAGE_LENGTH, CDD_TEXT_ONE_LINE);
}

/* {"status": "Downloading", "id": "a1b2", "progressDetail": {"current": 1, "total": 2}} */
static gboolean
on_value(GTask *task, JsonObject *value, GError **error G_GNUC_UNUSED)
{
    Pull *pull = g_task_get_task_data(task);
    const char *status = cdd_json_get_string(value, "status");
    const char *id = cdd_json_get_string(value, "id");
    JsonObject *detail = cdd_json_get_object(value, "progressDetail");
    g_autofree char *message = NULL;
    g_autofree char *clean_id = id == NULL ? NULL : clean(id);
    CddBuildProgress progress;

    if (status == NULL || pull->handler.on_progress == NULL)
        return TRUE;
    message = clean(status);
    progress = (CddBuildProgress){
        .message = message,
        .id = clean_id,
        .current = (guint64)MAX(0, cdd_json_get_int(detail, "current")),
        .total = (guint64)MAX(0, cdd_json_get_int(detail, "total")),
    };
    pull->handler.on_progress(&progress, pull->handler.user_data);
    return TRUE;
}

static void
on_turn(gpointer user_data)
{
    GTask *task = user_data;
    Pull *pull = g_task_get_task_data(task);
    gboolean named = pull->reference->tag != NULL || pull->reference->digest != NULL;
    g_autofree char *name = cdd_image_reference_to_string(pull->reference);
    /* Where neither is there the engine would pull every tag of the name. */
    g_autofree char *whole = g_strconcat(name, named ? "" : ":latest", NULL);
    g_autoptr(GString) path = g_string_new("/images/create");
    CddCall call = {.method = "POST", .header_timeout = CDD_NO_TIMEOUT};

    pull->turns = cdd_turns_ref(cdd_service_get_pull_turns(g_task_get_source_object(task)));
    cdd_path_add(path, "fromImage", whole);
    cdd_path_add(path, "platform", pull->platform);
    call.path = path->str;
    cdd_operation_stream(task, &call, on_value);
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
    Pull *pull;
    GError *error = NULL;

    g_return_if_fail(CDD_IS_SERVICE(self));
    task = cdd_operation_new(self, cancellable, callback, user_data, "pulling %s", image);
    cdd_operation_set_not_found(task, CDD_ERROR_IMAGE_NOT_FOUND);
    pull = g_new0(Pull, 1);
    pull->platform = g_strdup(platform);
    if (handler != NULL)
        pull->handler = *handler;
    g_task_set_task_data(task, pull, pull_free);
    pull->reference = cdd_image_reference_parse(image, &error);
    if (pull->reference == NULL)
        cdd_operation_return_error(task, error);
    else
        cdd_turns_take(cdd_service_get_pull_turns(self), on_turn, task);
}

gboolean
cdd_service_pull_image_finish(CddService *self, GAsyncResult *result, GError **error)
{
    return cdd_operation_finish(self, result, error);
}

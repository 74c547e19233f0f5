/* SPDX-License-Identifier: Apache-2.0 */
#include "image-progress.h"

#include "../value/text.h"
#include "../wire/json.h"

#include <string.h>

enum {
    MAX_MESSAGE_LENGTH = 4096,
};

static char *
clean(const char *text)
{
    return cdd_text_clean(text, strlen(text), MAX_MESSAGE_LENGTH, CDD_TEXT_ONE_LINE);
}

/* {"status": "Downloading", "id": "a1b2", "progressDetail": {"current": 1, "total": 2}} */
void
cdd_image_progress(JsonObject *value, const CddOutputHandler *handler)
{
    const char *status = cdd_json_get_string(value, "status");
    const char *id = cdd_json_get_string(value, "id");
    JsonObject *detail = cdd_json_get_object(value, "progressDetail");
    g_autofree char *message = NULL;
    g_autofree char *clean_id = id != NULL ? clean(id) : NULL;
    CddBuildProgress progress;

    if (status == NULL || handler->on_progress == NULL)
        return;
    message = clean(status);
    progress = (CddBuildProgress){
        .message = message,
        .id = clean_id,
        .current = (guint64)MAX(0, cdd_json_get_int(detail, "current")),
        .total = (guint64)MAX(0, cdd_json_get_int(detail, "total")),
    };
    handler->on_progress(&progress, handler->user_data);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "layer-record.h"

#include "../base/digest.h"
#include "../base/json.h"
#include "../base/state-folder.h"

enum {
    MAX_LENGTH = 1024 /* bytes */
};

static const char file_name[] = "layer.json";

char *
layer_record_read(const char *output_dir)
{
    g_autoptr(StateFolder) state = state_folder_find(output_dir);
    gsize length = 0;
    g_autofree char *text =
        state != NULL ? state_folder_read(state, file_name, MAX_LENGTH, &length) : NULL;
    g_autoptr(JsonObject) record = text != NULL ? json_text_parse_object(text, length) : NULL;
    const char *key = record != NULL ? json_text_get_string(record, "key") : NULL;

    return digest_is_valid(key) ? g_strdup(key) : NULL;
}

static char *
print(const char *key)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();

    json_builder_begin_object(builder);
    json_add_number(builder, "version", 1);
    json_add_string(builder, "key", key);
    json_builder_end_object(builder);
    return json_print(builder, FALSE);
}

gboolean
layer_record_write(const char *output_dir, const Owner *owner, const char *key, GError **error)
{
    g_autoptr(StateFolder) state = state_folder_open(output_dir, owner, error);
    g_autofree char *text = NULL;

    if (state == NULL)
        return FALSE;
    if (key == NULL)
        return state_folder_remove(state, file_name, error);
    text = print(key);
    return state_folder_write(state, file_name, text, error);
}

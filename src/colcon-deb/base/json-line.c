/* SPDX-License-Identifier: Apache-2.0 */
#include "json-line.h"

#include "../events/event-json.h"

JsonBuilder *
json_line_begin(void)
{
    return json_builder_begin_object(json_builder_new());
}

void
json_line_add_text(JsonBuilder *line, const char *name, const char *value)
{
    g_autofree char *valid = value != NULL ? g_utf8_make_valid(value, -1) : NULL;

    if (valid == NULL)
        return;
    json_builder_set_member_name(line, name);
    json_builder_add_string_value(line, valid);
}

void
json_line_add_number(JsonBuilder *line, const char *name, gint64 value)
{
    json_builder_set_member_name(line, name);
    json_builder_add_int_value(line, value);
}

void
json_line_add_truth(JsonBuilder *line, const char *name, gboolean value)
{
    json_builder_set_member_name(line, name);
    json_builder_add_boolean_value(line, value);
}

void
json_line_add_texts(JsonBuilder *line, const char *name, const char *const *values)
{
    if (values == NULL)
        return;
    json_builder_set_member_name(line, name);
    json_builder_begin_array(line);
    for (; *values != NULL; values++)
        json_builder_add_string_value(line, *values);
    json_builder_end_array(line);
}

void
json_line_end(JsonBuilder *line, FILE *out)
{
    g_autoptr(JsonNode) root = NULL;
    g_autofree char *text = NULL;

    json_builder_end_object(line);
    root = json_builder_get_root(line);
    text = event_json_print(root, FALSE);
    fprintf(out, "%s\n", text);
    fflush(out);
    g_object_unref(line);
}

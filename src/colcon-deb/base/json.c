/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"

#include <string.h>

enum {
    MAX_DEPTH = 32
};

/* json-glib also reads comments and 'strings', in which a bracket or a quote means something else.
 */
static gboolean
is_json(char c)
{
    return g_ascii_isalnum(c) || (c != '\0' && strchr(" \t\r\n{}[]:,\"+-.", c) != NULL);
}

static gboolean
is_shallow(const char *text, gsize length)
{
    gboolean in_string = FALSE;
    guint depth = 0;

    for (gsize i = 0; i < length; i++) {
        if (!in_string && !is_json(text[i]))
            return FALSE;
        if (in_string && text[i] == '\\')
            i++;
        else if (text[i] == '"')
            in_string = !in_string;
        else if (!in_string && (text[i] == '{' || text[i] == '['))
            depth++;
        else if (!in_string && (text[i] == '}' || text[i] == ']') && depth > 0)
            depth--;
        if (depth > MAX_DEPTH)
            return FALSE;
    }
    return TRUE;
}

JsonObject *
json_text_parse_object(const char *text, gsize length)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    JsonNode *root = NULL;

    if (length > G_MAXSSIZE || !is_shallow(text, length) ||
        !json_parser_load_from_data(parser, text, (gssize)length, NULL))
        return NULL;
    root = json_parser_get_root(parser);
    return root != NULL && JSON_NODE_HOLDS_OBJECT(root) ? json_node_dup_object(root) : NULL;
}

/* The member; NULL if it is not of that type. */
static JsonNode *
get(JsonObject *object, const char *member, JsonNodeType type)
{
    JsonNode *node = json_object_get_member(object, member);

    return node != NULL && JSON_NODE_TYPE(node) == type ? node : NULL;
}

const char *
json_text_get_string(JsonObject *object, const char *member)
{
    JsonNode *node = get(object, member, JSON_NODE_VALUE);

    return node != NULL && json_node_get_value_type(node) == G_TYPE_STRING
               ? json_node_get_string(node)
               : NULL;
}

JsonObject *
json_text_get_object(JsonObject *object, const char *member)
{
    JsonNode *node = get(object, member, JSON_NODE_OBJECT);

    return node != NULL ? json_node_get_object(node) : NULL;
}

JsonArray *
json_text_get_array(JsonObject *object, const char *member)
{
    JsonNode *node = get(object, member, JSON_NODE_ARRAY);

    return node != NULL ? json_node_get_array(node) : NULL;
}

gint64
json_text_get_count(JsonObject *object, const char *member)
{
    JsonNode *node = get(object, member, JSON_NODE_VALUE);

    return node != NULL && json_node_get_value_type(node) == G_TYPE_INT64
               ? MAX(json_node_get_int(node), -1)
               : -1;
}

gboolean
json_text_get_boolean(JsonObject *object, const char *member)
{
    JsonNode *node = get(object, member, JSON_NODE_VALUE);

    return node != NULL && json_node_get_value_type(node) == G_TYPE_BOOLEAN &&
           json_node_get_boolean(node);
}

JsonObject *
json_text_get_element(JsonArray *array, guint index)
{
    JsonNode *node = json_array_get_element(array, index);

    return JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

void
json_add_element(JsonBuilder *builder, const char *value)
{
    g_autofree char *valid = g_utf8_make_valid(value, -1);

    json_builder_add_string_value(builder, valid);
}

void
json_add_string(JsonBuilder *builder, const char *name, const char *value)
{
    if (value == NULL)
        return;
    json_builder_set_member_name(builder, name);
    json_add_element(builder, value);
}

void
json_add_string_or_null(JsonBuilder *builder, const char *name, const char *value)
{
    if (value != NULL) {
        json_add_string(builder, name, value);
        return;
    }
    json_builder_set_member_name(builder, name);
    json_builder_add_null_value(builder);
}

void
json_add_number(JsonBuilder *builder, const char *name, gint64 value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_int_value(builder, value);
}

void
json_add_boolean(JsonBuilder *builder, const char *name, gboolean value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_boolean_value(builder, value);
}

void
json_begin_object(JsonBuilder *builder, const char *name)
{
    json_builder_set_member_name(builder, name);
    json_builder_begin_object(builder);
}

void
json_begin_array(JsonBuilder *builder, const char *name)
{
    json_builder_set_member_name(builder, name);
    json_builder_begin_array(builder);
}

void
json_add_strings(JsonBuilder *builder, const char *name, const char *const *values)
{
    if (values == NULL)
        return;
    json_begin_array(builder, name);
    for (; *values != NULL; values++)
        json_add_element(builder, *values);
    json_builder_end_array(builder);
}

void
json_add_variables(JsonBuilder *builder, const char *const *entries)
{
    for (; entries != NULL && *entries != NULL; entries++) {
        const char *equals = strchr(*entries, '=');
        g_autofree char *name = g_strndup(*entries, (gsize)(equals - *entries));

        json_add_string(builder, name, equals + 1);
    }
}

char *
json_print(JsonBuilder *builder, gboolean pretty)
{
    g_autoptr(JsonNode) root = json_builder_get_root(builder);
    g_autofree char *text = json_to_string(root, pretty);
    GString *out = g_string_new(text);

    g_string_replace(out, "\x1f", "\\u001f", 0);
    return g_string_free(out, FALSE);
}

JsonBuilder *
json_line_begin(void)
{
    return json_builder_begin_object(json_builder_new());
}

void
json_line_end(JsonBuilder *line, FILE *out)
{
    g_autofree char *text = NULL;

    json_builder_end_object(line);
    text = json_print(line, FALSE);
    fprintf(out, "%s\n", text);
    fflush(out);
    g_object_unref(line);
}

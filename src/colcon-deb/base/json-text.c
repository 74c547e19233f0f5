/* SPDX-License-Identifier: Apache-2.0 */
#include "json-text.h"

enum {
    MAX_DEPTH = 32
};

static gboolean
is_shallow(const char *text, gsize length)
{
    gboolean in_string = FALSE;
    guint depth = 0;

    for (gsize i = 0; i < length; i++) {
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

/* The member if it is of that kind. */
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

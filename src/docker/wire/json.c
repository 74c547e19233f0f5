/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"

#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

#define NUL_ESCAPE "\\u0000"

enum {
    MAX_DEPTH = 64,
};

/* Tracks strings and brackets only. The parser checks the rest. */
static void
scan_byte(char c, guint *depth, gboolean *in_string, gboolean *escaped)
{
    if (*in_string) {
        if (*escaped)
            *escaped = FALSE;
        else if (c == '\\')
            *escaped = TRUE;
        else if (c == '"')
            *in_string = FALSE;
    } else if (c == '"') {
        *in_string = TRUE;
    } else if (c == '{' || c == '[') {
        (*depth)++;
    } else if ((c == '}' || c == ']') && *depth > 0) {
        (*depth)--;
    }
}

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
    guint depth = 0;
    gboolean in_string = FALSE;
    gboolean escaped = FALSE;

    for (gsize i = 0; i < length; i++) {
        if (!in_string && !is_json(text[i]))
            return FALSE;
        scan_byte(text[i], &depth, &in_string, &escaped);
        if (depth > MAX_DEPTH)
            return FALSE;
    }
    return TRUE;
}

static gboolean
fail(GError **error, const char *what)
{
    g_set_error(error, CDD_ERROR, CDD_ERROR_PROTOCOL, "the answer is not valid JSON: %s", what);
    return FALSE;
}

JsonNode *
cdd_json_parse(const char *text, gsize length, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    g_autoptr(GError) reason = NULL;

    /* The data of an empty GBytes is NULL. */
    if (length == 0) {
        fail(error, "it is empty");
        return NULL;
    }
    if (!g_utf8_validate_len(text, length, NULL)) {
        fail(error, "it is not UTF-8, or has a NUL");
        return NULL;
    }
    if (!is_shallow(text, length)) {
        fail(error, "it is nested too deeply, or has characters that JSON does not have");
        return NULL;
    }
    if (!json_parser_load_from_data(parser, text, (gssize)length, &reason)) {
        fail(error, reason->message);
        return NULL;
    }
    if (json_parser_get_root(parser) == NULL) {
        fail(error, "it is empty");
        return NULL;
    }
    return json_parser_steal_root(parser);
}

JsonObject *
cdd_json_as_object(JsonNode *node)
{
    return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

static JsonNode *
get_member(JsonObject *object, const char *name)
{
    return object != NULL ? json_object_get_member(object, name) : NULL;
}

JsonObject *
cdd_json_get_object(JsonObject *object, const char *name)
{
    return cdd_json_as_object(get_member(object, name));
}

const char *
cdd_json_as_string(JsonNode *node)
{
    if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
        json_node_get_value_type(node) != G_TYPE_STRING)
        return NULL;
    return json_node_get_string(node);
}

const char *
cdd_json_get_string(JsonObject *object, const char *name)
{
    return cdd_json_as_string(get_member(object, name));
}

char *
cdd_json_dup_string(JsonObject *object, const char *name)
{
    const char *string = cdd_json_get_string(object, name);

    return g_strdup(string != NULL ? string : "");
}

gint64
cdd_json_get_int(JsonObject *object, const char *name)
{
    JsonNode *node = get_member(object, name);

    return node != NULL && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_int(node) : 0;
}

gint64
cdd_json_get_time(JsonObject *object, const char *name)
{
    const gint64 limit = G_MAXINT64 / G_USEC_PER_SEC;

    return CLAMP(cdd_json_get_int(object, name), -limit, limit) * G_USEC_PER_SEC;
}

gboolean
cdd_json_get_boolean(JsonObject *object, const char *name)
{
    JsonNode *node = get_member(object, name);

    return node != NULL && JSON_NODE_HOLDS_VALUE(node) && json_node_get_boolean(node);
}

JsonArray *
cdd_json_as_array(JsonNode *node)
{
    return node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

JsonArray *
cdd_json_get_array(JsonObject *object, const char *name)
{
    return cdd_json_as_array(get_member(object, name));
}

GPtrArray *
cdd_json_dup_array(JsonArray *array, CddJsonItemFunc new_item, GDestroyNotify free_item)
{
    GPtrArray *items = g_ptr_array_new_with_free_func(free_item);

    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
        JsonObject *object = cdd_json_as_object(json_array_get_element(array, i));
        gpointer item = object != NULL ? new_item(object) : NULL;

        if (item != NULL)
            g_ptr_array_add(items, item);
    }
    return items;
}

char **
cdd_json_dup_strv(JsonObject *object, const char *name)
{
    g_autoptr(GStrvBuilder) strings = g_strv_builder_new();
    JsonArray *array = cdd_json_get_array(object, name);

    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
        const char *string = cdd_json_as_string(json_array_get_element(array, i));

        if (string != NULL)
            g_strv_builder_add(strings, string);
    }
    return g_strv_builder_end(strings);
}

char **
cdd_json_dup_pairs(JsonObject *object, const char *name)
{
    JsonObject *pairs = cdd_json_get_object(object, name);
    g_autoptr(GStrvBuilder) strings = g_strv_builder_new();
    GList *names = pairs != NULL ? json_object_get_members(pairs) : NULL;

    names = g_list_sort(names, (GCompareFunc)strcmp);
    for (GList *at = names; at != NULL; at = at->next) {
        const char *value = cdd_json_get_string(pairs, at->data);
        g_autofree char *entry =
            g_strdup_printf("%s=%s", (const char *)at->data, value != NULL ? value : "");

        g_strv_builder_add(strings, entry);
    }
    g_list_free(names);
    return g_strv_builder_end(strings);
}

gboolean
cdd_json_array_has_prefix(JsonObject *object, const char *name, const char *prefix)
{
    g_auto(GStrv) strings = cdd_json_dup_strv(object, name);

    for (char **string = strings; *string != NULL; string++) {
        if (g_str_has_prefix(*string, prefix))
            return TRUE;
    }
    return FALSE;
}

gboolean
cdd_json_has_nul(const char *text, gsize length)
{
    for (gsize i = 0; i + strlen(NUL_ESCAPE) <= length; i++) {
        if (text[i] != '\\')
            continue;
        if (memcmp(text + i, NUL_ESCAPE, strlen(NUL_ESCAPE)) == 0)
            return TRUE;
        /* The escaped character may be a backslash, which begins no escape. */
        i++;
    }
    return FALSE;
}

char *
cdd_json_to_text(JsonNode *node)
{
    g_autofree char *text = json_to_string(node, FALSE);
    GString *out = g_string_new(text);

    g_string_replace(out, "\x1f", "\\u001f", 0);
    return g_string_free(out, FALSE);
}

void
cdd_json_stream_init(CddJsonStream *self)
{
    *self = (CddJsonStream){.value = g_string_new(NULL)};
}

void
cdd_json_stream_clear(CddJsonStream *self)
{
    if (self->value != NULL)
        g_string_free(self->value, TRUE);
    *self = (CddJsonStream){0};
}

gboolean
cdd_json_stream_is_complete(const CddJsonStream *self)
{
    return self->value->len == 0;
}

static gboolean
end_value(CddJsonStream *self, CddJsonFunc func, gpointer user_data, GError **error)
{
    g_autoptr(JsonNode) node = cdd_json_parse(self->value->str, self->value->len, error);

    g_string_truncate(self->value, 0);
    return node != NULL && func(node, user_data, error);
}

gboolean
cdd_json_stream_feed(CddJsonStream *self,
                     const char *data,
                     gsize length,
                     CddJsonFunc func,
                     gpointer user_data,
                     GError **error)
{
    for (gsize i = 0; i < length; i++) {
        /* An engine's stream consists of objects, separated by white space. */
        if (self->depth == 0 && data[i] != '{') {
            if (!g_ascii_isspace(data[i]))
                return fail(error, "the stream has something other than an object");
            continue;
        }
        if (self->value->len == CDD_MAX_JSON_VALUE_LENGTH)
            return fail(error, "a value in the stream is too long");
        g_string_append_c(self->value, data[i]);
        scan_byte(data[i], &self->depth, &self->in_string, &self->escaped);
        if (self->depth == 0 && !end_value(self, func, user_data, error))
            return FALSE;
    }
    return TRUE;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "event-json.h"

#include "../base/json.h"
#include "event-fields.h"

#include <string.h>

enum {
    MAX_FIELDS = 64 /* of an event, by the protocol */
};

/* Numbers and truth values of the protocol. A script that tests "success" must not get the text
 * "false", which is true in many languages. */
static const char *const number_fields[] = {
    "attempt", "delay_ms", "built",     "cached",   "column", "cores",       "count",
    "cpu",     "current",  "exit_code", "failed",   "hits",   "interrupted", "line",
    "memory",  "misses",   "ms",        "percent",  "proto",  "size",        "skipped",
    "slots",   "tests",    "total",     "warnings", NULL,
};
static const char *const boolean_fields[] = {"changed", "foreign", "measured", "signed",
                                             "stopped", "success", NULL};

/* Members of the line itself; an event's field of the same name is renamed. */
static const char *const own_members[] = {"ts", "marker", NULL};

static gboolean
is_decimal(const char *value)
{
    guint64 number = 0;

    return g_ascii_string_to_unsigned(value, 10, 0, G_MAXINT64, &number, NULL);
}

static void
add_field(JsonBuilder *builder, const char *key, const char *value)
{
    gboolean is_number = g_strv_contains(number_fields, key);
    gboolean is_boolean = g_strv_contains(boolean_fields, key);
    g_autofree char *renamed =
        g_strv_contains(own_members, key) ? g_strconcat("event_", key, NULL) : NULL;

    if (renamed != NULL)
        key = renamed;
    if (is_number && is_decimal(value))
        json_add_number(builder, key, g_ascii_strtoll(value, NULL, 10));
    else if (is_boolean && (g_str_equal(value, "true") || g_str_equal(value, "false")))
        json_add_boolean(builder, key, g_str_equal(value, "true"));
    else
        json_add_string(builder, key, value);
}

static void
add_event(JsonBuilder *builder, const CddBuildEvent *event)
{
    CddBuildEventKind kind = cdd_build_event_get_kind(event);

    if (kind == CDD_BUILD_EVENT_OUTPUT) {
        gboolean is_stdout = cdd_build_event_get_stream(event) == CDD_OUTPUT_STDOUT;

        json_add_string(builder, "type", "output");
        json_add_string(builder, "stream", is_stdout ? "stdout" : "stderr");
        json_add_string(builder, "line", cdd_build_event_get_line(event));
        return;
    }
    json_add_string(builder, "marker", kind == CDD_BUILD_EVENT_LOG ? "log" : "progress");
    for (guint i = 0; i < cdd_build_event_get_n_fields(event); i++) {
        const char *value = NULL;
        const char *key = cdd_build_event_get_field(event, i, &value);

        add_field(builder, key, value);
    }
}

char *
event_to_json(const CddBuildEvent *event, gint64 timestamp)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autofree char *text = NULL;

    json_builder_begin_object(builder);
    json_add_number(builder, "ts", timestamp);
    add_event(builder, event);
    json_builder_end_object(builder);
    text = json_print(builder, FALSE);
    return g_strconcat(text, "\n", NULL);
}

/* Keys and values of an event under construction. */
typedef struct {
    const char *keys[MAX_FIELDS];
    const char *values[MAX_FIELDS];
    gsize n;
    GPtrArray *strings; /* what was made for them */
} Fields;

static gboolean
is_key(const char *text)
{
    gsize length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");

    return g_ascii_islower(text[0]) && text[length] == '\0';
}

static const char *
field_key(const char *member)
{
    const char *renamed = g_str_has_prefix(member, "event_") ? member + strlen("event_") : NULL;

    return renamed != NULL && g_strv_contains(own_members, renamed) ? renamed : member;
}

/* The text that add_field() has turned into the value of @node; NULL for any other value. */
static char *
field_text(JsonNode *node)
{
    GType type = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_INVALID;

    if (type == G_TYPE_STRING)
        return json_node_dup_string(node);
    if (type == G_TYPE_INT64)
        return g_strdup_printf("%" G_GINT64_FORMAT, json_node_get_int(node));
    if (type == G_TYPE_BOOLEAN)
        return g_strdup(json_node_get_boolean(node) ? "true" : "false");
    return NULL;
}

static gboolean
take_field(Fields *fields, const char *member, JsonNode *node)
{
    const char *key = field_key(member);
    char *text = field_text(node);

    if (text == NULL || !is_key(key) || fields->n == MAX_FIELDS) {
        g_free(text);
        return FALSE;
    }
    g_ptr_array_add(fields->strings, text);
    fields->keys[fields->n] = key;
    fields->values[fields->n++] = text;
    return TRUE;
}

/* The order of the protocol: @first is the first field, and `msg` of a log line the last. */
static gboolean
take_fields(Fields *fields, JsonObject *object, const char *first)
{
    gboolean is_log = g_str_equal(first, "level");
    JsonObjectIter iter;
    const char *member = NULL;
    JsonNode *node = NULL;

    if (json_text_get_string(object, first) == NULL || *json_text_get_string(object, first) == '\0')
        return FALSE;
    take_field(fields, first, json_object_get_member(object, first));
    json_object_iter_init(&iter, object);
    while (json_object_iter_next(&iter, &member, &node))
        if (!g_str_equal(member, first) && !g_strv_contains(own_members, member) &&
            !(is_log && g_str_equal(member, "msg")) && !take_field(fields, member, node))
            return FALSE;
    node = is_log ? json_object_get_member(object, "msg") : NULL;
    return node == NULL || take_field(fields, "msg", node);
}

static gboolean
has_repeated_key(const Fields *fields)
{
    for (gsize i = 0; i < fields->n; i++)
        for (gsize other = 0; other < i; other++)
            if (g_str_equal(fields->keys[i], fields->keys[other]))
                return TRUE;
    return FALSE;
}

static CddBuildEvent *
marked_event(JsonObject *object, gboolean is_log)
{
    Fields fields = {.strings = g_ptr_array_new_with_free_func(g_free)};
    CddBuildEvent *event = NULL;

    if (take_fields(&fields, object, is_log ? "level" : "type") && !has_repeated_key(&fields))
        event = cdd_build_event_new(is_log ? CDD_BUILD_EVENT_LOG : CDD_BUILD_EVENT_PROGRESS,
                                    fields.keys, fields.values, fields.n);
    g_ptr_array_unref(fields.strings);
    return event;
}

/* A line of output is never an event again, whatever it says. */
static CddBuildEvent *
output_event(JsonObject *object)
{
    const char *line = json_text_get_string(object, "line");
    gboolean is_stderr = g_strcmp0(json_text_get_string(object, "stream"), "stderr") == 0;
    CddBuildEvent *event = NULL;

    if (line == NULL || g_strcmp0(json_text_get_string(object, "type"), "output") != 0)
        return NULL;
    event = cdd_build_event_parse(line, strlen(line),
                                  is_stderr ? CDD_OUTPUT_STDERR : CDD_OUTPUT_STDOUT);
    if (cdd_build_event_get_kind(event) != CDD_BUILD_EVENT_OUTPUT)
        g_clear_pointer(&event, cdd_build_event_free);
    return event;
}

CddBuildEvent *
event_from_json(const char *line, gsize length, gint64 *timestamp)
{
    g_autoptr(JsonObject) object = json_text_parse_object(line, length);
    const char *marker = object != NULL ? json_text_get_string(object, "marker") : NULL;

    if (object == NULL)
        return NULL;
    *timestamp = json_text_get_count(object, "ts");
    if (*timestamp < 0 || *timestamp > EVENT_MAX_NUMBER)
        return NULL;
    if (marker == NULL)
        return output_event(object);
    if (g_str_equal(marker, "log") || g_str_equal(marker, "progress"))
        return marked_event(object, g_str_equal(marker, "log"));
    return NULL;
}

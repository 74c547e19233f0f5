/* SPDX-License-Identifier: Apache-2.0 */
#include "event-json.h"

#include <string.h>

/* By name alone: a script that tests "success" in a language where "false" is true must not be
 * led astray, whichever event it is a field of. */
static const char *const number_fields[] = {
    "attempt", "delay_ms", "built", "cached", "count",   "current", "failed", "hits",
    "misses",  "ms",       "proto", "size",   "skipped", "total",   NULL,
};
static const char *const boolean_fields[] = {"foreign", "signed", "success", NULL};

/* What the line itself says; an event's field of that name gets another. */
static const char *const own_members[] = {"ts", "marker", NULL};

char *
event_json_print(JsonNode *node, gboolean pretty)
{
    g_autofree char *text = json_to_string(node, pretty);
    GString *out = g_string_new(text);

    /* json-glib up to 1.6 leaves this one control character as it is, which JSON forbids. */
    g_string_replace(out, "\x1f", "\\u001f", 0);
    return g_string_free(out, FALSE);
}

static gboolean
is_decimal(const char *value)
{
    guint64 number = 0;

    return g_ascii_string_to_unsigned(value, 10, 0, G_MAXINT64, &number, NULL);
}

static void
add_field(JsonBuilder *builder, const char *key, const char *value)
{
    g_autofree char *renamed =
        g_strv_contains(own_members, key) ? g_strconcat("event_", key, NULL) : NULL;

    json_builder_set_member_name(builder, renamed != NULL ? renamed : key);
    if (g_strv_contains(number_fields, key) && is_decimal(value))
        json_builder_add_int_value(builder, g_ascii_strtoll(value, NULL, 10));
    else if (g_strv_contains(boolean_fields, key) && g_str_equal(value, "true"))
        json_builder_add_boolean_value(builder, TRUE);
    else if (g_strv_contains(boolean_fields, key) && g_str_equal(value, "false"))
        json_builder_add_boolean_value(builder, FALSE);
    else
        json_builder_add_string_value(builder, value);
}

static void
add_string(JsonBuilder *builder, const char *name, const char *value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_string_value(builder, value);
}

static void
add_event(JsonBuilder *builder, const CddBuildEvent *event)
{
    CddBuildEventKind kind = cdd_build_event_get_kind(event);

    if (kind == CDD_BUILD_EVENT_OUTPUT) {
        gboolean is_stdout = cdd_build_event_get_stream(event) == CDD_OUTPUT_STDOUT;

        add_string(builder, "type", "output");
        add_string(builder, "stream", is_stdout ? "stdout" : "stderr");
        add_string(builder, "line", cdd_build_event_get_line(event));
        return;
    }
    add_string(builder, "marker", kind == CDD_BUILD_EVENT_LOG ? "log" : "progress");
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
    g_autoptr(JsonNode) root = NULL;
    g_autofree char *text = NULL;

    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "ts");
    json_builder_add_int_value(builder, timestamp);
    add_event(builder, event);
    json_builder_end_object(builder);
    root = json_builder_get_root(builder);
    text = event_json_print(root, FALSE);
    return g_strconcat(text, "\n", NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "event-json.h"

#include "../base/json.h"

/* Numbers and truth values of the protocol. A script that tests "success" must not get the text
 * "false", which is true in many languages. */
static const char *const number_fields[] = {
    "attempt", "delay_ms", "built",   "cached", "column", "cores",  "count",    "cpu",
    "current", "failed",   "hits",    "line",   "memory", "misses", "ms",       "percent",
    "proto",   "size",     "skipped", "slots",  "tests",  "total",  "warnings", NULL,
};
static const char *const boolean_fields[] = {"foreign", "interrupted", "measured", "signed",
                                             "stopped", "success",     NULL};

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

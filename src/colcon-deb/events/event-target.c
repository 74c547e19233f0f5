/* SPDX-License-Identifier: Apache-2.0 */
#include "event-target.h"

#include "event-fields.h"

#include <string.h>

enum {
    MAX_FIELDS = 64,      /* of an event, by the protocol */
    MAX_DEPS = 32 * 1024, /* bytes: the longer names must fit into a line of the protocol */
};

/* What a value is. */
typedef enum {
    VALUE_OTHER,
    VALUE_PACKAGE,
    VALUE_PACKAGES, /* separated by spaces */
    VALUE_PATH,     /* relative to the output directory */
} ValueKind;

/* The values of docs/protocol.md that change. Every `name` is that of a package. */
static const struct {
    const char *type;
    const char *key;
    ValueKind kind;
} values[] = {
    {"plan_package", "deps", VALUE_PACKAGES}, {"package_skip", "cause", VALUE_PACKAGE},
    {"package_skip", "log", VALUE_PATH},      {"package_complete", "log", VALUE_PATH},
    {"artifact", "path", VALUE_PATH},         {"test_results", "path", VALUE_PATH},
};

static ValueKind
get_kind(const CddBuildEvent *event, const char *key)
{
    if (g_str_equal(key, "name"))
        return VALUE_PACKAGE;
    if (cdd_build_event_get_kind(event) != CDD_BUILD_EVENT_PROGRESS)
        return VALUE_OTHER;
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
        if (g_str_equal(cdd_build_event_get_name(event), values[i].type) &&
            g_str_equal(key, values[i].key))
            return values[i].kind;
    return VALUE_OTHER;
}

static char *
prefix_names(const char *names, const char *target)
{
    GString *out = g_string_new(NULL);
    g_auto(GStrv) words = g_strsplit(names, " ", -1);

    for (char **word = words; *word != NULL && out->len < MAX_DEPS; word++)
        if (**word != '\0')
            g_string_append_printf(out, "%s%s/%s", out->len > 0 ? " " : "", target, *word);
    return g_string_free(out, FALSE);
}

static char *
change(ValueKind kind, const char *value, const char *target, const char *directory)
{
    switch (kind) {
    case VALUE_PACKAGE:
        return g_strconcat(target, "/", value, NULL);
    case VALUE_PACKAGES:
        return prefix_names(value, target);
    case VALUE_PATH:
        return g_build_filename(directory, value, NULL);
    default:
        return g_strdup(value);
    }
}

/* Keys are borrowed from the event. */
typedef struct {
    const char *keys[MAX_FIELDS];
    char *values[MAX_FIELDS + 1];
    gsize n;
} Fields;

static void
fields_clear(Fields *fields)
{
    for (gsize i = 0; i < fields->n; i++)
        g_free(fields->values[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fields, fields_clear)

/* Takes over @value. */
static void
add(Fields *fields, const char *key, char *value)
{
    fields->keys[fields->n] = key;
    fields->values[fields->n++] = value;
}

/* The first field says what the event is, and `msg` must stay the last. An event with as many
 * fields as there may be loses one. */
static void
take_fields(Fields *fields, const CddBuildEvent *event, const char *target, const char *directory)
{
    guint n = cdd_build_event_get_n_fields(event);

    for (guint i = 0; i < n; i++) {
        const char *value = NULL;
        const char *key = cdd_build_event_get_field(event, i, &value);
        gboolean fits = fields->n < MAX_FIELDS - 1 || (fields->n < MAX_FIELDS && i == n - 1);

        if (g_str_equal(key, "target") || !fits)
            continue;
        add(fields, key, change(get_kind(event, key), value, target, directory));
        if (i == 0)
            add(fields, "target", g_strdup(target));
    }
}

/* Longer names can make the event too long for a line of the protocol. */
static void
shorten(Fields *fields)
{
    for (gsize i = 0; i < fields->n; i++) {
        char *shorter = event_bounded(fields->values[i]);

        g_free(fields->values[i]);
        fields->values[i] = shorter;
    }
}

/* Drops the field before the last, which may be `msg`. */
static void
drop_field(Fields *fields)
{
    gsize last = fields->n - 1;

    g_free(fields->values[last - 1]);
    fields->keys[last - 1] = fields->keys[last];
    fields->values[last - 1] = fields->values[last];
    fields->n--;
}

static CddBuildEvent *
make_event(CddBuildEventKind kind, const Fields *fields)
{
    return cdd_build_event_new(kind, fields->keys, (const char *const *)fields->values, fields->n);
}

static CddBuildEvent *
marked_event(const CddBuildEvent *event, const char *target, const char *directory)
{
    g_auto(Fields) fields = {.n = 0};
    CddBuildEventKind kind = cdd_build_event_get_kind(event);
    CddBuildEvent *made = NULL;

    take_fields(&fields, event, target, directory);
    made = make_event(kind, &fields);
    if (made != NULL)
        return made;
    shorten(&fields);
    while ((made = make_event(kind, &fields)) == NULL && fields.n > 3)
        drop_field(&fields);
    return made;
}

static CddBuildEvent *
output_event(const CddBuildEvent *event, const char *target)
{
    static const char *const keys[] = {"level", "target", "stream", "msg"};
    gboolean is_stdout = cdd_build_event_get_stream(event) == CDD_OUTPUT_STDOUT;
    g_autofree char *line = event_bounded(cdd_build_event_get_line(event));
    const char *const output[] = {"debug", target, is_stdout ? "stdout" : "stderr", line};

    return cdd_build_event_new(CDD_BUILD_EVENT_LOG, keys, output, G_N_ELEMENTS(keys));
}

CddBuildEvent *
event_of_target(const CddBuildEvent *event, const char *target, const char *directory)
{
    return cdd_build_event_get_kind(event) == CDD_BUILD_EVENT_OUTPUT
               ? output_event(event, target)
               : marked_event(event, target, directory);
}

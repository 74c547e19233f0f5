/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads and writes the progress protocol of docs/protocol.md: one event per line. Containers use
 * the writer in scripts/helpers/; tests/fixtures/protocol-vectors.json tests both.
 */
#include "../value/text.h"
#include "../wire/lines.h"

#include <colcon-deb-docker/cdd-build-event.h>
#include <string.h>

enum {
    /* More fields than any event has; a line with more is not an event. */
    MAX_FIELDS = 64,
};

typedef struct {
    char *key;
    char *value;
} Field;

struct CddBuildEvent {
    CddBuildEventKind kind;
    CddOutputStream stream;
    char *line;
    GArray *fields; /* of Field */
};

static const struct {
    CddBuildEventKind kind;
    const char *marker;
    const char *first_key;
} markers[] = {
    {CDD_BUILD_EVENT_PROGRESS, "::progress::", "type"},
    {CDD_BUILD_EVENT_LOG, "::log::", "level"},
};

static void
field_clear(gpointer data)
{
    Field *field = data;

    g_free(field->key);
    g_free(field->value);
}

/* "%" and two hexadecimal digits mean a byte; any other "%" is a plain character. */
static char *
decode(const char *text, gsize length)
{
    g_autoptr(GString) bytes = g_string_sized_new(length);

    for (gsize i = 0; i < length; i++) {
        if (text[i] == '%' && i + 2 < length && g_ascii_isxdigit(text[i + 1]) &&
            g_ascii_isxdigit(text[i + 2])) {
            g_string_append_c(bytes, (char)(g_ascii_xdigit_value(text[i + 1]) * 16 +
                                            g_ascii_xdigit_value(text[i + 2])));
            i += 2;
        } else {
            g_string_append_c(bytes, text[i]);
        }
    }
    return g_utf8_make_valid(bytes->str, (gssize)bytes->len);
}

static char *
encode(const char *text)
{
    g_autoptr(GString) encoded = g_string_new(NULL);
    g_autofree char *valid = g_utf8_make_valid(text, -1);

    for (const char *at = valid; *at != '\0'; at++) {
        if (*at == '%' || *at == ',' || (guchar)*at < 0x20 || *at == 0x7F)
            g_string_append_printf(encoded, "%%%02X", (guchar)*at);
        else
            g_string_append_c(encoded, *at);
    }
    return g_string_free(g_steal_pointer(&encoded), FALSE);
}

static gboolean
is_key(const char *text, gsize length)
{
    if (length == 0 || !g_ascii_islower(text[0]))
        return FALSE;
    for (gsize i = 1; i < length; i++) {
        if (!g_ascii_islower(text[i]) && !g_ascii_isdigit(text[i]) && text[i] != '_')
            return FALSE;
    }
    return TRUE;
}

static void
set_field(CddBuildEvent *event, const char *key, gsize key_length, char *value)
{
    Field field = {g_strndup(key, key_length), value};

    for (guint i = 0; i < event->fields->len; i++) {
        Field *earlier = &g_array_index(event->fields, Field, i);

        if (g_str_equal(earlier->key, field.key)) {
            field_clear(earlier);
            *earlier = field;
            return;
        }
    }
    g_array_append_val(event->fields, field);
}

/*
 * Older writers put raw commas into the message of a log line. So msg takes the rest of the line,
 * unless v=1 promises encoded commas.
 */
static gboolean
takes_rest(const CddBuildEvent *event, const char *key, gsize key_length)
{
    return event->kind == CDD_BUILD_EVENT_LOG && key_length == 3 && strncmp(key, "msg", 3) == 0 &&
           g_strcmp0(cdd_build_event_lookup(event, "v"), "1") != 0;
}

static gboolean
parse_fields(CddBuildEvent *event, const char *text, const char *end, const char *first_key)
{
    while (text <= end) {
        const char *stop = memchr(text, ',', (gsize)(end - text));
        const char *equals = memchr(text, '=', (gsize)(end - text));

        if (stop == NULL)
            stop = end;
        if (equals == NULL || equals > stop || !is_key(text, (gsize)(equals - text)))
            return FALSE;
        if (event->fields->len == 0 && (strlen(first_key) != (gsize)(equals - text) ||
                                        strncmp(text, first_key, strlen(first_key)) != 0))
            return FALSE;
        if (takes_rest(event, text, (gsize)(equals - text)))
            stop = end;
        set_field(event, text, (gsize)(equals - text),
                  decode(equals + 1, (gsize)(stop - equals) - 1));
        if (event->fields->len > MAX_FIELDS)
            return FALSE;
        text = stop + 1;
    }
    /* A later field of the same key may have made the name empty. */
    return *cdd_build_event_get_name(event) != '\0';
}

static void
parse(CddBuildEvent *event, const char *line, gsize length)
{
    for (gsize i = 0; i < G_N_ELEMENTS(markers); i++) {
        gsize marker_length = strlen(markers[i].marker);

        if (length <= marker_length || strncmp(line, markers[i].marker, marker_length) != 0)
            continue;
        event->kind = markers[i].kind;
        if (parse_fields(event, line + marker_length, line + length, markers[i].first_key))
            return;
        g_array_set_size(event->fields, 0);
        event->kind = CDD_BUILD_EVENT_OUTPUT;
    }
}

static CddBuildEvent *
event_new(const char *line, gsize length, CddOutputStream stream)
{
    CddBuildEvent *event = g_atomic_rc_box_new0(CddBuildEvent);

    event->kind = CDD_BUILD_EVENT_OUTPUT;
    event->stream = stream;
    event->line = g_utf8_make_valid(line, (gssize)length);
    event->fields = g_array_new(FALSE, FALSE, sizeof(Field));
    g_array_set_clear_func(event->fields, field_clear);
    return event;
}

CddBuildEvent *
cdd_build_event_parse(const char *line, gsize length, CddOutputStream stream)
{
    CddBuildEvent *event = event_new(line, length, stream);

    if (length <= CDD_MAX_LINE_LENGTH)
        parse(event, line, length);
    return event;
}

/* What cdd_build_event_parse() would read back from the encoded line. */
static gboolean
are_fields(CddBuildEventKind kind,
           const char *const *keys,
           const char *const *values,
           gsize n_fields)
{
    if ((guint)kind >= G_N_ELEMENTS(markers) || n_fields == 0 || n_fields > MAX_FIELDS ||
        !g_str_equal(keys[0], markers[kind].first_key) || values[0] == NULL || *values[0] == '\0')
        return FALSE;
    for (gsize i = 0; i < n_fields; i++)
        if (keys[i] == NULL || values[i] == NULL || !is_key(keys[i], strlen(keys[i])))
            return FALSE;
    return TRUE;
}

CddBuildEvent *
cdd_build_event_new(CddBuildEventKind kind,
                    const char *const *keys,
                    const char *const *values,
                    gsize n_fields)
{
    g_autofree char *line = NULL;
    CddBuildEvent *event = NULL;

    g_return_val_if_fail(are_fields(kind, keys, values, n_fields), NULL);
    line = cdd_build_event_encode(kind, keys, values, n_fields);
    event = event_new(line, strlen(line), CDD_OUTPUT_STDOUT);
    event->kind = kind;
    for (gsize i = 0; i < n_fields; i++)
        set_field(event, keys[i], strlen(keys[i]), g_utf8_make_valid(values[i], -1));
    return event;
}

/* An event is immutable, so a copy is a reference. */
CddBuildEvent *
cdd_build_event_copy(const CddBuildEvent *event)
{
    return g_atomic_rc_box_acquire((CddBuildEvent *)event);
}

static void
event_clear(gpointer data)
{
    CddBuildEvent *event = data;

    g_free(event->line);
    g_array_unref(event->fields);
}

void
cdd_build_event_free(CddBuildEvent *event)
{
    if (event != NULL)
        g_atomic_rc_box_release_full(event, event_clear);
}

CddBuildEventKind
cdd_build_event_get_kind(const CddBuildEvent *event)
{
    return event->kind;
}

CddOutputStream
cdd_build_event_get_stream(const CddBuildEvent *event)
{
    return event->stream;
}

const char *
cdd_build_event_get_name(const CddBuildEvent *event)
{
    return event->fields->len == 0 ? "" : g_array_index(event->fields, Field, 0).value;
}

const char *
cdd_build_event_get_line(const CddBuildEvent *event)
{
    return event->line;
}

guint
cdd_build_event_get_n_fields(const CddBuildEvent *event)
{
    return event->fields->len;
}

const char *
cdd_build_event_get_field(const CddBuildEvent *event, guint index, const char **value)
{
    const Field *field;

    g_return_val_if_fail(index < event->fields->len, NULL);
    field = &g_array_index(event->fields, Field, index);
    if (value != NULL)
        *value = field->value;
    return field->key;
}

const char *
cdd_build_event_lookup(const CddBuildEvent *event, const char *key)
{
    for (guint i = 0; i < event->fields->len; i++) {
        const Field *field = &g_array_index(event->fields, Field, i);

        if (g_str_equal(field->key, key))
            return field->value;
    }
    return NULL;
}

gint64
cdd_build_event_lookup_number(const CddBuildEvent *event, const char *key, gint64 fallback)
{
    const char *text = cdd_build_event_lookup(event, key);
    guint64 number;

    if (text == NULL || !g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT64, &number, NULL))
        return fallback;
    return (gint64)number;
}

char *
cdd_build_event_encode(CddBuildEventKind kind,
                       const char *const *keys,
                       const char *const *values,
                       gsize n_fields)
{
    g_autoptr(GString) line = NULL;

    g_return_val_if_fail(kind != CDD_BUILD_EVENT_OUTPUT, NULL);
    line = g_string_new(markers[kind].marker);
    for (gsize i = 0; i < n_fields; i++) {
        g_autofree char *value = encode(values[i]);

        g_string_append_printf(line, "%s%s=%s", i == 0 ? "" : ",", keys[i], value);
    }
    return g_string_free(g_steal_pointer(&line), FALSE);
}

struct CddBuildOutputHandler {
    CddBuildEventFunc func;
    gpointer user_data;
    GDestroyNotify free_user_data;
    CddLineBuffer lines[2]; /* one for each CddOutputStream */
    CddOutputStream stream; /* the stream of the current line */
};

CddBuildOutputHandler *
cdd_build_output_handler_new(CddBuildEventFunc func,
                             gpointer user_data,
                             GDestroyNotify free_user_data)
{
    CddBuildOutputHandler *self = g_atomic_rc_box_new0(CddBuildOutputHandler);

    self->func = func;
    self->user_data = user_data;
    self->free_user_data = free_user_data;
    for (gsize i = 0; i < G_N_ELEMENTS(self->lines); i++)
        cdd_line_buffer_init(&self->lines[i]);
    return self;
}

CddBuildOutputHandler *
cdd_build_output_handler_ref(CddBuildOutputHandler *self)
{
    return g_atomic_rc_box_acquire(self);
}

static void
handler_clear(gpointer data)
{
    CddBuildOutputHandler *self = data;

    for (gsize i = 0; i < G_N_ELEMENTS(self->lines); i++)
        cdd_line_buffer_clear(&self->lines[i]);
    if (self->free_user_data != NULL)
        self->free_user_data(self->user_data);
}

void
cdd_build_output_handler_unref(CddBuildOutputHandler *self)
{
    g_atomic_rc_box_release_full(self, handler_clear);
}

/* A part of an overlong line is never an event, even if it looks like one. */
static void
on_line(const char *line, gsize length, gboolean whole, gpointer user_data)
{
    CddBuildOutputHandler *self = user_data;
    g_autoptr(CddBuildEvent) event = whole ? cdd_build_event_parse(line, length, self->stream)
                                           : event_new(line, length, self->stream);

    self->func(event, self->user_data);
}

void
cdd_build_output_handler_feed(CddBuildOutputHandler *self,
                              CddOutputStream stream,
                              const void *data,
                              gsize length)
{
    self->stream = stream;
    cdd_line_buffer_feed(&self->lines[stream], data, length, on_line, self);
}

static void
on_stdout(const void *data, gsize length, gpointer user_data)
{
    cdd_build_output_handler_feed(user_data, CDD_OUTPUT_STDOUT, data, length);
}

static void
on_stderr(const void *data, gsize length, gpointer user_data)
{
    cdd_build_output_handler_feed(user_data, CDD_OUTPUT_STDERR, data, length);
}

void
cdd_build_output_handler_init_handler(CddBuildOutputHandler *self, CddOutputHandler *handler)
{
    *handler =
        (CddOutputHandler){.on_stdout = on_stdout, .on_stderr = on_stderr, .user_data = self};
}

void
cdd_build_output_handler_flush(CddBuildOutputHandler *self)
{
    for (gsize i = 0; i < G_N_ELEMENTS(self->lines); i++) {
        self->stream = (CddOutputStream)i;
        cdd_line_buffer_flush(&self->lines[i], on_line, self);
    }
}

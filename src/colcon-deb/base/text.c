/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <string.h>

enum {
    ESCAPE = 0x1b,
    BELL = 0x07,
    CSI = 0x9b,
    STRING_TERMINATOR = 0x9c,
};

/* CSI: parameter and intermediate bytes, then the final byte. */
static const char *
skip_control_sequence(const char *p)
{
    while (*p != '\0' && (*p < 0x40 || *p > 0x7e))
        p = g_utf8_next_char(p);
    return *p != '\0' ? p + 1 : p;
}

/* OSC and similar, such as a title or a hyperlink: up to BEL, ESC \ or ST. */
static const char *
skip_control_string(const char *p)
{
    for (; *p != '\0'; p = g_utf8_next_char(p)) {
        if (*p == BELL)
            return p + 1;
        if (*p == ESCAPE && p[1] == '\\')
            return p + 2;
        if (g_utf8_get_char(p) == STRING_TERMINATOR)
            return g_utf8_next_char(p);
    }
    return p;
}

static gboolean
begins_control_string(gunichar c)
{
    return c == 'P' || c == 'X' || c == ']' || c == '^' || c == '_';
}

/* @p points behind ESC. */
static const char *
skip_escape(const char *p)
{
    if (*p == '[')
        return skip_control_sequence(p + 1);
    if (begins_control_string((guchar)*p))
        return skip_control_string(p + 1);
    while (*p >= 0x20 && *p <= 0x2f)
        p++;
    return *p != '\0' ? g_utf8_next_char(p) : p;
}

static gboolean
turns_direction(gunichar c)
{
    return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

/* Most output of a build: nothing in it has to be looked up. */
static gboolean
is_plain(const char *text)
{
    while (*text >= 0x20 && *text <= 0x7e)
        text++;
    return *text == '\0';
}

char *
text_printable(const char *text)
{
    g_autofree char *valid = is_plain(text) ? NULL : g_utf8_make_valid(text, -1);
    GString *out = NULL;
    const char *p = valid;

    if (valid == NULL)
        return g_strdup(text);
    out = g_string_sized_new(strlen(valid));

    while (*p != '\0') {
        gunichar c = g_utf8_get_char(p);

        p = g_utf8_next_char(p);
        if (c == ESCAPE)
            p = skip_escape(p);
        else if (c == CSI)
            p = skip_control_sequence(p);
        else if (c >= 0x80 && c < 0xa0 && begins_control_string(c - 0x40))
            p = skip_control_string(p);
        else if (c == '\t' || c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029)
            g_string_append_c(out, ' ');
        else if (!g_unichar_iscntrl(c) && !turns_direction(c))
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}

static guint
character_width(gunichar c)
{
    if (g_unichar_iszerowidth(c))
        return 0;
    return g_unichar_iswide(c) ? 2 : 1;
}

guint
text_width(const char *text)
{
    guint width = 0;

    if (is_plain(text))
        return (guint)strlen(text);
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
        width += character_width(g_utf8_get_char(p));
    return width;
}

char *
text_ellipsize(const char *text, guint columns)
{
    static const char dots[] = "...";
    const char *end = text;
    guint width = 0;

    if (text_width(text) <= columns)
        return g_strdup(text);
    if (columns < sizeof dots)
        return g_strndup(dots, columns < sizeof dots - 1 ? columns : sizeof dots - 1);

    while (width + character_width(g_utf8_get_char(end)) <= columns - (sizeof dots - 1)) {
        width += character_width(g_utf8_get_char(end));
        end = g_utf8_next_char(end);
    }
    return g_strdup_printf("%.*s%s", (int)(end - text), text, dots);
}

/* The end of @text that fits into @columns. */
static const char *
fitting_end(const char *text, guint columns)
{
    const char *begin = text + strlen(text);
    guint width = 0;

    while (begin > text) {
        const char *before = g_utf8_find_prev_char(text, begin);

        width += character_width(g_utf8_get_char(before));
        if (width > columns)
            break;
        begin = before;
    }
    return begin;
}

char *
text_ellipsize_middle(const char *text, guint columns)
{
    g_autofree char *head = NULL;

    if (text_width(text) <= columns || columns < 8)
        return text_ellipsize(text, columns);
    head = text_ellipsize(text, columns / 2);
    return g_strconcat(head, fitting_end(text, columns - columns / 2), NULL);
}

char *
text_duration(gint64 milliseconds)
{
    gint64 tenths = (MAX(milliseconds, 0) + 50) / 100;
    gint64 seconds = (MAX(milliseconds, 0) + 500) / 1000;

    if (tenths < 600)
        return g_strdup_printf("%d.%ds", (int)(tenths / 10), (int)(tenths % 10));
    if (seconds < 3600)
        return g_strdup_printf("%dm %02ds", (int)(seconds / 60), (int)(seconds % 60));
    return g_strdup_printf("%" G_GINT64_FORMAT "h %02dm", seconds / 3600,
                           (int)(seconds % 3600 / 60));
}

char *
text_clock(gint64 milliseconds)
{
    gint64 seconds = MAX(milliseconds, 0) / 1000;

    if (seconds < 3600)
        return g_strdup_printf("%d:%02d", (int)(seconds / 60), (int)(seconds % 60));
    return g_strdup_printf("%" G_GINT64_FORMAT ":%02d:%02d", seconds / 3600,
                           (int)(seconds % 3600 / 60), (int)(seconds % 60));
}

char *
text_size(guint64 bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
    double size = (double)bytes / 1024;
    size_t unit = 0;

    if (bytes < 1024)
        return g_strdup_printf("%" G_GUINT64_FORMAT " B", bytes);
    while (size >= 1024 && unit + 1 < G_N_ELEMENTS(units)) {
        size /= 1024;
        unit++;
    }
    return g_strdup_printf("%.1f %s", size, units[unit]);
}

char *
text_age(gint64 seconds)
{
    static const struct {
        gint64 seconds;
        const char *name;
    } units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
    gint64 age = MAX(seconds, 1);
    guint unit = 0;

    while (age < units[unit].seconds)
        unit++;
    age /= units[unit].seconds;
    return g_strdup_printf("%" G_GINT64_FORMAT " %s%s", age, units[unit].name, age == 1 ? "" : "s");
}

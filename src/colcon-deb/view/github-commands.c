/* SPDX-License-Identifier: Apache-2.0 */
#include "github-commands.h"

#include <string.h>

const char github_end_group[] = "::endgroup::";

static const char *
escape_of(char c, gboolean in_property)
{
    switch (c) {
    case '%':
        return "%25";
    case '\r':
        return "%0D";
    case '\n':
        return "%0A";
    case ':':
        return in_property ? "%3A" : NULL;
    case ',':
        return in_property ? "%2C" : NULL;
    default:
        return NULL;
    }
}

static void
append_escaped(GString *out, const char *text, gboolean in_property)
{
    for (; *text != '\0'; text++) {
        const char *escape = escape_of(*text, in_property);

        if (escape != NULL)
            g_string_append(out, escape);
        else
            g_string_append_c(out, *text);
    }
}

static void
append_property(GString *out, const char *name, const char *value)
{
    g_string_append_printf(out, "%s%s=", strchr(out->str, '=') != NULL ? "," : " ", name);
    append_escaped(out, value, TRUE);
}

char *
github_begin_group(const char *title)
{
    GString *out = g_string_new("::group::");

    append_escaped(out, title, FALSE);
    return g_string_free(out, FALSE);
}

char *
github_annotate(
    const char *level, const char *title, const char *file, gint64 line, const char *message)
{
    GString *out = g_string_new("::");

    g_string_append(out, level);
    if (file != NULL)
        append_property(out, "file", file);
    if (file != NULL && line > 0) {
        g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, line);

        append_property(out, "line", number);
    }
    append_property(out, "title", title);
    g_string_append(out, "::");
    append_escaped(out, message, FALSE);
    return g_string_free(out, FALSE);
}

/* The runner ignores white space and characters without a width, but which ones depends on its
 * version and locale: here all characters but those of ASCII may be ignored. */
static const char *
skip_ignored(const char *text)
{
    while ((*text & 0x80) != 0)
        text++;
    return text;
}

/* The place in @line for a space that keeps "::" at its begin from being a command. */
static const char *
find_command(const char *line)
{
    const char *p = line;

    while ((*p & 0x80) != 0 || g_ascii_isspace(*p))
        p++;
    if (*p != ':')
        return NULL;
    p = skip_ignored(p + 1);
    return *p == ':' ? p : NULL;
}

/* Likewise for "##[", the older form, which begins a command anywhere. */
static const char *
find_old_command(const char *text)
{
    for (const char *p = strchr(text, '#'); p != NULL; p = strchr(p + 1, '#')) {
        const char *next = skip_ignored(p + 1);

        if (*next == '#' && *skip_ignored(next + 1) == '[')
            return skip_ignored(next + 1);
    }
    return NULL;
}

static void
insert_space(GString *line, const char *place)
{
    g_string_insert_c(line, place - line->str, ' ');
}

char *
github_disarm(char *line)
{
    GString *out = g_string_new(line);
    const char *place = find_command(out->str);

    g_free(line);
    if (place != NULL)
        insert_space(out, place);
    for (place = find_old_command(out->str); place != NULL; place = find_old_command(place)) {
        gsize offset = (gsize)(place - out->str);

        insert_space(out, place);
        place = out->str + offset;
    }
    return g_string_free(out, FALSE);
}

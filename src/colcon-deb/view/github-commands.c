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

/* The runner ignores white space before "::", and finds "##[", the older form, anywhere. */
char *
github_disarm(char *line)
{
    const char *begin = line + strspn(line, " \t\v\f");
    GString *out = g_string_new(NULL);

    g_string_append_len(out, line, begin - line);
    if (g_str_has_prefix(begin, "::")) {
        g_string_append(out, ": :");
        begin += 2;
    }
    g_string_append(out, begin);
    g_string_replace(out, "##[", "## [", 0);
    g_free(line);
    return g_string_free(out, FALSE);
}

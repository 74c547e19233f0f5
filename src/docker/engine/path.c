/* SPDX-License-Identifier: Apache-2.0 */
#include "path.h"

#include <string.h>

/* Returns whether the text is a safe path segment: not empty and not "." or "..". */
static gboolean
is_segment(const char *text)
{
    return *text != '\0' && !g_str_equal(text, ".") && !g_str_equal(text, "..");
}

static gboolean
are_segments(const char *text)
{
    g_auto(GStrv) segments = g_strsplit(text, "/", -1);

    for (char **segment = segments; *segment != NULL; segment++) {
        if (!is_segment(*segment))
            return FALSE;
    }
    return *segments != NULL;
}

/* A value of the query may be any text. */
static gboolean
append_text(GString *path, const char *text, gboolean keep_slashes)
{
    gboolean in_query = strchr(path->str, '?') != NULL;

    if (text == NULL || !(in_query || (keep_slashes ? are_segments(text) : is_segment(text))))
        return FALSE;
    g_string_append_uri_escaped(path, text, keep_slashes ? "/:@" : NULL, FALSE);
    return TRUE;
}

static gboolean
append(GString *path, char conversion, va_list *arguments)
{
    switch (conversion) {
    case 's':
        return append_text(path, va_arg(*arguments, const char *), FALSE);
    case 'r':
        return append_text(path, va_arg(*arguments, const char *), TRUE);
    case 'u':
        g_string_append_printf(path, "%u", va_arg(*arguments, guint));
        return TRUE;
    default:
        g_assert_not_reached();
    }
}

char *
cdd_path(const char *format, ...)
{
    g_autoptr(GString) path = g_string_new(NULL);
    gboolean valid = TRUE;
    va_list arguments;

    va_start(arguments, format);
    for (const char *c = format; valid && *c != '\0'; c++) {
        if (*c == '%')
            valid = append(path, *++c, &arguments);
        else
            g_string_append_c(path, *c);
    }
    va_end(arguments);
    return valid ? g_strdup(path->str) : NULL;
}

void
cdd_path_add(GString *path, const char *name, const char *value)
{
    if (value == NULL)
        return;
    g_string_append_printf(path, "%c%s=", strchr(path->str, '?') != NULL ? '&' : '?', name);
    g_string_append_uri_escaped(path, value, NULL, FALSE);
}

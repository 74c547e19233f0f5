/* SPDX-License-Identifier: Apache-2.0 */
#include "path.h"

#include <string.h>

static void
append(GString *path, char conversion, va_list *arguments)
{
    switch (conversion) {
    case 's':
        g_string_append_uri_escaped(path, va_arg(*arguments, const char *), NULL, FALSE);
        break;
    case 'r':
        g_string_append_uri_escaped(path, va_arg(*arguments, const char *), "/:@", FALSE);
        break;
    case 'u':
        g_string_append_printf(path, "%u", va_arg(*arguments, guint));
        break;
    default:
        g_assert_not_reached();
    }
}

char *
cdd_path(const char *format, ...)
{
    GString *path = g_string_new(NULL);
    va_list arguments;

    va_start(arguments, format);
    for (const char *c = format; *c != '\0'; c++) {
        if (*c == '%')
            append(path, *++c, &arguments);
        else
            g_string_append_c(path, *c);
    }
    va_end(arguments);
    return g_string_free(path, FALSE);
}

void
cdd_path_add(GString *path, const char *name, const char *value)
{
    if (value == NULL)
        return;
    g_string_append_printf(path, "%c%s=", strchr(path->str, '?') == NULL ? '?' : '&', name);
    g_string_append_uri_escaped(path, value, NULL, FALSE);
}

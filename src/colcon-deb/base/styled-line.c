/* SPDX-License-Identifier: Apache-2.0 */
#include "styled-line.h"

#include "text.h"

#include <stdarg.h>

struct StyledLine {
    GString *text;
    guint width;
    guint columns; /* 0 for any width */
    gboolean colour;
};

static const char reset[] = "\x1b[0m";
static const char *const sequences[] = {
    [STYLE_PLAIN] = "",          [STYLE_STRONG] = "\x1b[1m", [STYLE_FAINT] = "\x1b[2m",
    [STYLE_GOOD] = "\x1b[32m",   [STYLE_BAD] = "\x1b[1;31m", [STYLE_WARNING] = "\x1b[33m",
    [STYLE_ACTIVE] = "\x1b[36m",
};

StyledLine *
styled_line_new(guint columns, gboolean colour)
{
    StyledLine *line = g_new0(StyledLine, 1);

    line->text = g_string_new(NULL);
    line->columns = columns;
    line->colour = colour;
    return line;
}

void
styled_line_free(StyledLine *line)
{
    if (line == NULL)
        return;
    g_string_free(line->text, TRUE);
    g_free(line);
}

guint
styled_line_get_rest(const StyledLine *line)
{
    if (line->columns == 0)
        return G_MAXUINT;
    return line->columns > line->width ? line->columns - line->width : 0;
}

guint
styled_line_get_width(const StyledLine *line)
{
    return line->width;
}

void
styled_line_put(StyledLine *line, Style style, const char *text)
{
    g_autofree char *clean = text_printable(text);
    g_autofree char *fitting = text_ellipsize(clean, styled_line_get_rest(line));
    gboolean styled = line->colour && style != STYLE_PLAIN && *fitting != '\0';

    if (styled)
        g_string_append(line->text, sequences[style]);
    g_string_append(line->text, fitting);
    if (styled)
        g_string_append(line->text, reset);
    line->width += text_width(fitting);
}

void
styled_line_printf(StyledLine *line, Style style, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    styled_line_put(line, style, text);
}

void
styled_line_pad(StyledLine *line, guint column)
{
    guint end = line->columns > 0 ? MIN(column, line->columns) : column;

    for (; line->width < end; line->width++)
        g_string_append_c(line->text, ' ');
}

char *
styled_line_take(StyledLine *line)
{
    char *text = g_string_free(line->text, FALSE);

    line->text = g_string_new(NULL);
    line->width = 0;
    return text;
}

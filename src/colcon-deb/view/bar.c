/* SPDX-License-Identifier: Apache-2.0 */
#include "bar.h"

#include "../base/text.h"

static void
put_repeated(StyledLine *line, Style style, const char *sign, guint count)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < count; i++)
        g_string_append(text, sign);
    styled_line_put(line, style, text->str);
}

/* Without colours the two parts differ by their signs. */
void
bar_put(StyledLine *line, const TerminalSpace *space, guint width, gint64 done, gint64 total)
{
    const char *full = space->unicode ? "\xe2\x94\x81" : "#";
    const char *empty = space->unicode ? "\xe2\x94\x80" : "-";
    gint64 part = CLAMP(done, 0, MAX(total, 0));
    guint filled = total > 0 ? (guint)((double)part / (double)total * width) : 0;

    put_repeated(line, STYLE_ACTIVE, full, filled);
    put_repeated(line, STYLE_FAINT, empty, width - filled);
}

char *
bar_count(gint64 done, gint64 total, gboolean in_bytes)
{
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;

    if (!in_bytes)
        return g_strdup_printf("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, done, total);
    first = text_size((guint64)MAX(done, 0));
    second = text_size((guint64)MAX(total, 0));
    return g_strdup_printf("%s of %s", first, second);
}

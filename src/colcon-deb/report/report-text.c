/* SPDX-License-Identifier: Apache-2.0 */
#include "report-text.h"

#include "../base/text.h"

#include <string.h>

static char *
bounded(const char *text, guint columns)
{
    g_autofree char *printable = text_printable(text);

    return text_ellipsize(printable, columns);
}

void
report_add_name(JsonBuilder *builder, const char *member, const char *text)
{
    g_autofree char *shown = text != NULL ? bounded(text, REPORT_MAX_NAME) : NULL;

    json_add_string(builder, member, shown);
}

static char *
bounded_lines(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", REPORT_MAX_LINES + 1);
    GString *out = g_string_new(NULL);

    for (guint i = 0; lines[i] != NULL && i < REPORT_MAX_LINES; i++) {
        g_autofree char *line = bounded(lines[i], REPORT_MAX_LINE);

        g_string_append_printf(out, "%s%s", i > 0 ? "\n" : "", line);
    }
    return g_string_free(out, FALSE);
}

static gboolean
is_escaped(char c)
{
    return c == '<' || c == '>' || c == '&' || c == '"' || c == '\\' || c == '\n';
}

/* The bytes that @text takes in the report. */
static gsize
cost(const char *text)
{
    gsize bytes = 0;

    for (; *text != '\0'; text++)
        bytes += is_escaped(*text) ? strlen("\\u003c") : 1;
    return bytes;
}

void
report_add_excerpt(JsonBuilder *builder, const char *member, const char *text, ReportBudget *budget)
{
    g_autofree char *lines = text != NULL ? bounded_lines(text) : NULL;
    gsize bytes = lines != NULL ? cost(lines) : 0;

    if (bytes > budget->left) {
        budget->exhausted = TRUE;
        return;
    }
    budget->left -= bytes;
    json_add_string(builder, member, lines);
}

char *
report_escape_json(const char *json)
{
    GString *out = g_string_new(json);

    g_string_replace(out, "<", "\\u003c", 0);
    g_string_replace(out, ">", "\\u003e", 0);
    g_string_replace(out, "&", "\\u0026", 0);
    g_string_replace(out, "\u2028", "\\u2028", 0);
    g_string_replace(out, "\u2029", "\\u2029", 0);
    return g_string_free(out, FALSE);
}

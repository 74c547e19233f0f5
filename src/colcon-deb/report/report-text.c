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

static gboolean
is_escaped(char c)
{
    return c == '<' || c == '>' || c == '&' || c == '"' || c == '\\' || c == '\n';
}

/* The bytes that the character at @text takes in the report. */
static gsize
cost_of_one(const char *text)
{
    return is_escaped(*text) ? strlen("\\u003c") : (gsize)(g_utf8_next_char(text) - text);
}

static gsize
cost(const char *text)
{
    gsize bytes = 0;

    for (; *text != '\0'; text = g_utf8_next_char(text))
        bytes += cost_of_one(text);
    return bytes;
}

/* @text, shortened to what takes at most @bytes; "" if nothing fits. */
static char *
shortened(const char *text, gsize bytes)
{
    static const char dots[] = "...";
    const char *end = text;
    gsize used = strlen(dots);

    if (cost(text) <= bytes)
        return g_strdup(text);
    for (; used + cost_of_one(end) <= bytes; end = g_utf8_next_char(end))
        used += cost_of_one(end);
    return end == text ? g_strdup("") : g_strdup_printf("%.*s%s", (int)(end - text), text, dots);
}

void
report_add_name_within(JsonBuilder *builder, const char *member, const char *text, gsize *left)
{
    g_autofree char *printable = text != NULL ? bounded(text, REPORT_MAX_NAME) : NULL;
    g_autofree char *shown =
        printable != NULL ? shortened(printable, MIN(*left, REPORT_MAX_NAME_BYTES)) : NULL;

    if (shown == NULL || (*shown == '\0' && *text != '\0'))
        return;
    *left -= cost(shown);
    json_add_string(builder, member, shown);
}

void
report_add_name(JsonBuilder *builder, const char *member, const char *text)
{
    gsize left = REPORT_MAX_NAME_BYTES;

    report_add_name_within(builder, member, text, &left);
}

static gboolean
take(ReportBudget *budget, gsize bytes)
{
    if (bytes > budget->left) {
        budget->exhausted = TRUE;
        return FALSE;
    }
    budget->left -= bytes;
    return TRUE;
}

gboolean
report_take_item(ReportBudget *budget)
{
    return take(budget, REPORT_ITEM);
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

void
report_add_excerpt(JsonBuilder *builder, const char *member, const char *text, ReportBudget *budget)
{
    g_autofree char *lines = text != NULL ? bounded_lines(text) : NULL;

    if (lines != NULL && take(budget, strlen(",'':''") + strlen(member) + cost(lines)))
        json_add_string(builder, member, lines);
}

/* Whether a parser of HTML or of JavaScript may see more in the character at @text than JSON does.
 */
static gboolean
is_special(const char *text)
{
    return *text == '<' || *text == '>' || *text == '&' || g_str_has_prefix(text, "\u2028") ||
           g_str_has_prefix(text, "\u2029");
}

/* In one pass: g_string_replace() would move the rest of the text for each of them. */
char *
report_escape_json(const char *json)
{
    GString *out = g_string_sized_new(strlen(json));

    for (; *json != '\0'; json = g_utf8_next_char(json)) {
        if (is_special(json))
            g_string_append_printf(out, "\\u%04x", g_utf8_get_char(json));
        else
            g_string_append_len(out, json, g_utf8_next_char(json) - json);
    }
    return g_string_free(out, FALSE);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "csv.h"

#include <string.h>

/* Takes a field from after its opening quote. Returns the text after the closing quote, or NULL. */
static const char *
take_quoted(const char *text, GString *field)
{
    for (; *text != '\0'; text++) {
        if (*text == '"' && *++text != '"')
            return text;
        g_string_append_c(field, *text);
    }
    return NULL;
}

static const char *
take_plain(const char *text, GString *field)
{
    gsize length = strcspn(text, ",\"");

    g_string_append_len(field, text, (gssize)length);
    return text + length;
}

char **
cdd_csv_split(const char *text)
{
    g_autoptr(GStrvBuilder) fields = g_strv_builder_new();

    for (;; text++) {
        g_autoptr(GString) field = g_string_new(NULL);

        text = *text == '"' ? take_quoted(text + 1, field) : take_plain(text, field);
        if (text == NULL || (*text != '\0' && *text != ','))
            return NULL;
        g_strv_builder_add(fields, field->str);
        if (*text == '\0')
            return g_strv_builder_end(fields);
    }
}

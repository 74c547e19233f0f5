/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <string.h>

static gboolean
is_shown(gunichar c, CddTextShape shape)
{
    if (shape == CDD_TEXT_LINES && (c == '\n' || c == '\t'))
        return TRUE;
    return !g_unichar_iscntrl(c);
}

char *
cdd_text_clean(const char *text, gsize length, gsize max_length, CddTextShape shape)
{
    g_autofree char *valid = g_utf8_make_valid(text, (gssize)MIN(length, max_length));
    g_autoptr(GString) clean = g_string_new(NULL);

    for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        g_string_append_unichar(clean, is_shown(c, shape) ? c : ' ');
    }
    if (length > max_length)
        g_string_append(clean, "…");
    return g_strstrip(g_string_free(g_steal_pointer(&clean), FALSE));
}

gboolean
cdd_text_has_only(const char *text, const char *allowed)
{
    return text[strspn(text, allowed)] == '\0';
}

void
cdd_text_tail_append(GString *tail, const void *data, gsize length, gsize max_length)
{
    const char *bytes = data;
    gsize excess;

    if (length > max_length) {
        bytes += length - max_length;
        length = max_length;
        for (; length > 0 && ((guchar)*bytes & 0xC0) == 0x80; length--)
            bytes++;
    }
    g_string_append_len(tail, bytes, (gssize)length);
    if (tail->len <= max_length)
        return;
    excess = tail->len - max_length;
    while (excess < tail->len && ((guchar)tail->str[excess] & 0xC0) == 0x80)
        excess++;
    g_string_erase(tail, 0, (gssize)excess);
}

char *
cdd_text_tail_clean(const GString *tail, gsize max_length)
{
    g_autofree char *clean = cdd_text_clean(tail->str, tail->len, max_length, CDD_TEXT_LINES);
    GString *end = g_string_new(NULL);

    cdd_text_tail_append(end, clean, strlen(clean), max_length);
    return g_string_free(end, FALSE);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "event-fields.h"

#include <string.h>

/* Fields of events are valid UTF-8. */
char *
event_bounded(const char *text)
{
    const char *end = NULL;

    if (text == NULL)
        return NULL;
    if (strlen(text) <= EVENT_MAX_TEXT)
        return g_strdup(text);
    end = g_utf8_find_prev_char(text, text + EVENT_MAX_TEXT + 1);
    return g_strndup(text, (gsize)(end - text));
}

void
event_set_text(char **field, const CddBuildEvent *event, const char *key)
{
    const char *value = cdd_build_event_lookup(event, key);

    if (value == NULL)
        return;
    g_free(*field);
    *field = event_bounded(value);
}

gint64
event_get_number(const CddBuildEvent *event, const char *key, gint64 fallback)
{
    gint64 number = cdd_build_event_lookup_number(event, key, -1);

    return number >= 0 ? MIN(number, EVENT_MAX_NUMBER) : fallback;
}

gboolean
event_is_true(const CddBuildEvent *event, const char *key)
{
    return g_strcmp0(cdd_build_event_lookup(event, key), "true") == 0;
}

void
event_push_line(GQueue *lines, const char *line, guint max)
{
    if (line == NULL)
        return;
    if (lines->length == max)
        g_free(g_queue_pop_head(lines));
    g_queue_push_tail(lines, event_bounded(line));
}

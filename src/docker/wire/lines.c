/* SPDX-License-Identifier: Apache-2.0 */
#include "lines.h"

#include <string.h>

void
cdd_line_buffer_init(CddLineBuffer *self)
{
    *self = (CddLineBuffer){.partial = g_string_new(NULL)};
}

void
cdd_line_buffer_clear(CddLineBuffer *self)
{
    g_string_free(g_steal_pointer(&self->partial), TRUE);
}

/* Passes on the collected line. */
static void
end_line(CddLineBuffer *self, CddLineFunc func, gpointer user_data)
{
    gsize length = self->partial->len;

    if (length > 0 && self->partial->str[length - 1] == '\r')
        length--;
    func(self->partial->str, length, !self->overlong, user_data);
    g_string_truncate(self->partial, 0);
    self->overlong = FALSE;
}

static void
collect(CddLineBuffer *self, const char *data, gsize length, CddLineFunc func, gpointer user_data)
{
    while (self->partial->len + length > CDD_MAX_LINE_LENGTH) {
        gsize room = CDD_MAX_LINE_LENGTH - self->partial->len;

        g_string_append_len(self->partial, data, (gssize)room);
        func(self->partial->str, self->partial->len, FALSE, user_data);
        g_string_truncate(self->partial, 0);
        self->overlong = TRUE;
        data += room;
        length -= room;
    }
    g_string_append_len(self->partial, data, (gssize)length);
}

void
cdd_line_buffer_feed(
    CddLineBuffer *self, const char *data, gsize length, CddLineFunc func, gpointer user_data)
{
    const char *end;

    while (length > 0 && (end = memchr(data, '\n', length)) != NULL) {
        gsize taken = (gsize)(end - data);

        collect(self, data, taken, func, user_data);
        end_line(self, func, user_data);
        data += taken + 1;
        length -= taken + 1;
    }
    collect(self, data, length, func, user_data);
}

void
cdd_line_buffer_flush(CddLineBuffer *self, CddLineFunc func, gpointer user_data)
{
    if (self->partial->len > 0)
        end_line(self, func, user_data);
}

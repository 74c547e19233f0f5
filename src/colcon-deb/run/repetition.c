/* SPDX-License-Identifier: Apache-2.0 */
#include "repetition.h"

#include <string.h>

struct Repetition {
    GHashTable *reported; /* texts of events of former containers */
    GHashTable *fresh;    /* of this one alone */
    gboolean over;        /* its stage `dependencies` has ended */
};

Repetition *
repetition_new(void)
{
    Repetition *self = g_new0(Repetition, 1);

    self->reported = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->fresh = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return self;
}

void
repetition_free(Repetition *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->reported);
    g_hash_table_unref(self->fresh);
    g_free(self);
}

void
repetition_begin(Repetition *self)
{
    GHashTableIter texts;
    gpointer text = NULL;

    g_hash_table_iter_init(&texts, self->fresh);
    while (g_hash_table_iter_next(&texts, &text, NULL)) {
        g_hash_table_iter_steal(&texts);
        g_hash_table_add(self->reported, text);
    }
    self->over = FALSE;
}

/* Without its duration, which is never the same. */
static char *
text_of(const CddBuildEvent *event)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < cdd_build_event_get_n_fields(event); i++) {
        const char *value = NULL;
        const char *key = cdd_build_event_get_field(event, i, &value);

        /* Unit separators cannot occur in a key. */
        if (!g_str_equal(key, "ms"))
            g_string_append_printf(text, "%s\x1f%zu\x1f%s", key, strlen(value), value);
    }
    return g_string_free(text, FALSE);
}

static gboolean
ends_the_dependencies(const CddBuildEvent *event)
{
    return g_strcmp0(cdd_build_event_lookup(event, "type"), "stage_complete") == 0 &&
           g_strcmp0(cdd_build_event_lookup(event, "value"), "dependencies") == 0;
}

gboolean
repetition_is(Repetition *self, const CddBuildEvent *event)
{
    g_autofree char *text = NULL;

    if (self->over || cdd_build_event_get_kind(event) == CDD_BUILD_EVENT_OUTPUT)
        return FALSE;
    self->over = ends_the_dependencies(event);
    text = text_of(event);
    if (g_hash_table_contains(self->reported, text))
        return TRUE;
    if (g_hash_table_size(self->reported) + g_hash_table_size(self->fresh) < REPETITION_MAX_EVENTS)
        g_hash_table_add(self->fresh, g_steal_pointer(&text));
    return FALSE;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "description.h"

#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

/* Adds one NAME=VALUE to the fields. */
static gboolean
take_field(GHashTable *fields, char *part, const char *const *names, GError **error)
{
    char *equals = strchr(part, '=');
    g_autofree char *known = NULL;

    if (equals == NULL || equals[1] == '\0') {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC, "\"%s\" is not NAME=VALUE", part);
        return FALSE;
    }
    *equals = '\0';
    if (!g_strv_contains(names, part)) {
        known = g_strjoinv(", ", (char **)names);
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                    "unknown field \"%s\"; the fields are %s", part, known);
        return FALSE;
    }
    g_hash_table_insert(fields, g_strdup(part), g_strdup(equals + 1));
    return TRUE;
}

GHashTable *
cdd_description_parse(const char *text, const char *const *names, GError **error)
{
    g_autoptr(GHashTable) fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);

    for (char **part = parts; *part != NULL; part++) {
        if (!take_field(fields, *part, names, error))
            return NULL;
    }
    return g_steal_pointer(&fields);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "description.h"

#include "../value/csv.h"

#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

/* Adds one NAME=VALUE to the fields. */
static gboolean
take_field(GHashTable *fields, char *part, const char *const *names, GError **error)
{
    char *equals = strchr(part, '=');
    g_autofree char *known = NULL;
    g_autofree char *name = NULL;

    if (equals == NULL || equals[1] == '\0') {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC, "\"%s\" is not NAME=VALUE", part);
        return FALSE;
    }
    *equals = '\0';
    name = g_ascii_strdown(part, -1);
    if (!g_strv_contains(names, name)) {
        known = g_strjoinv(", ", (char **)names);
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                    "unknown field \"%s\"; the fields are %s", part, known);
        return FALSE;
    }
    g_hash_table_insert(fields, g_steal_pointer(&name), g_strdup(equals + 1));
    return TRUE;
}

GHashTable *
cdd_description_parse(const char *text, const char *const *names, GError **error)
{
    g_autoptr(GHashTable) fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) parts = cdd_csv_split(text);

    if (parts == NULL) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                    "the quotes in \"%s\" do not enclose a whole field", text);
        return NULL;
    }
    /* No text is no field. */
    for (char **part = parts; *text != '\0' && *part != NULL; part++) {
        if (!take_field(fields, *part, names, error))
            return NULL;
    }
    return g_steal_pointer(&fields);
}

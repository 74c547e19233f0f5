/* SPDX-License-Identifier: Apache-2.0 */
#include "standby-settings.h"

#include "../base/json.h"

#include <string.h>

/* Options of one build. Another value does not make another configuration. */
static gboolean
is_of_build(const char *entry)
{
    static const char *const names[] = {
        "BASE_PATHS",      "FORCE",
        "MEMORY_SHARE",    "PACKAGES_ABOVE",
        "PACKAGES_IGNORE", "PACKAGES_IGNORE_REGEX",
        "PACKAGES_SELECT", "PACKAGES_SELECT_REGEX",
        "PACKAGES_SKIP",   "PACKAGES_SKIP_REGEX",
        "PACKAGES_UP_TO",  "SOURCE_LIST",
        "VERBOSE",         NULL,
    };
    g_autofree char *name = g_strndup(entry, strcspn(entry, "="));

    return g_strv_contains(names, name);
}

GPtrArray *
standby_settings_of_container(const char *const *environment)
{
    GPtrArray *kept = g_ptr_array_new();

    for (; *environment != NULL; environment++)
        if (!is_of_build(*environment))
            g_ptr_array_add(kept, (gpointer)*environment);
    g_ptr_array_add(kept, NULL);
    return kept;
}

char *
standby_settings_print(const char *const *environment)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autofree char *text = NULL;

    json_builder_begin_object(builder);
    json_add_variables(builder, environment);
    json_builder_end_object(builder);
    text = json_print(builder, FALSE);
    return g_strconcat("go ", text, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "container-settings.h"

#include "../wire/json.h"

#include <colcon-deb-docker/cdd-build-spec.h>
#include <colcon-deb-docker/cdd-error.h>
#include <gio/gio.h>
#include <stdarg.h>
#include <string.h>

#define TABLE_RESOURCE "/colcon-deb-docker/container-settings.json"

/* Returns the rows, as JSON objects; they live as long as the program. */
static JsonArray *
get_rows(void)
{
    static JsonArray *rows;

    if (g_once_init_enter(&rows)) {
        g_autoptr(GBytes) text =
            g_resources_lookup_data(TABLE_RESOURCE, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
        g_autoptr(JsonNode) table =
            cdd_json_parse(g_bytes_get_data(text, NULL), g_bytes_get_size(text), NULL);

        g_once_init_leave(&rows, json_array_ref(cdd_json_as_array(table)));
    }
    return rows;
}

static JsonObject *
get_row(guint index)
{
    return cdd_json_as_object(json_array_get_element(get_rows(), index));
}

/* Returns whether the host sets the variable. Other rows are the user's own variables. */
static gboolean
is_made_by_host(JsonObject *row)
{
    return cdd_json_get_boolean(row, "reserved");
}

static JsonObject *
find_row(const char *variable)
{
    for (guint i = 0; i < json_array_get_length(get_rows()); i++) {
        JsonObject *row = get_row(i);

        if (is_made_by_host(row) && g_str_equal(cdd_json_get_string(row, "variable"), variable))
            return row;
    }
    return NULL;
}

gboolean
cdd_build_setting_is_reserved(const char *variable)
{
    return find_row(variable) != NULL;
}

/* Returns NULL if the container finds the default itself. */
static char *
dup_default(JsonObject *row)
{
    const char *type = cdd_json_get_string(row, "type");
    JsonNode *value = json_object_get_member(row, "default");

    if (value == NULL || JSON_NODE_HOLDS_NULL(value))
        return NULL;
    if (g_str_equal(type, "flag"))
        return g_strdup(cdd_json_get_boolean(row, "default") ? "1" : "0");
    if (g_str_equal(type, "count"))
        return g_strdup_printf("%" G_GINT64_FORMAT, cdd_json_get_int(row, "default"));
    return g_strdup(g_str_equal(type, "text") ? cdd_json_as_string(value) : "");
}

char *
cdd_build_setting_dup_default(const char *variable)
{
    JsonObject *row = find_row(variable);

    return row != NULL ? dup_default(row) : NULL;
}

gboolean
cdd_build_setting_affects_packages(const char *variable)
{
    return cdd_json_get_boolean(find_row(variable), "affects_packages");
}

static gboolean
is_of_type(const char *type, const char *value)
{
    if (!g_utf8_validate(value, -1, NULL))
        return FALSE;
    if (g_str_equal(type, "flag"))
        return g_str_equal(value, "0") || g_str_equal(value, "1");
    if (g_str_equal(type, "count"))
        return g_ascii_string_to_unsigned(value, 10, 0, G_MAXUINT, NULL, NULL);
    return TRUE;
}

static gboolean
check_entry(const char *variable, const char *value, GError **error)
{
    JsonObject *row = find_row(variable);
    const char *type = row != NULL ? cdd_json_get_string(row, "type") : NULL;

    if (row == NULL)
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                    "the setting %s of the build container is unknown; "
                    "helpers/container-settings.json lists all settings",
                    variable);
    else if (!is_of_type(type, value))
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                    "the setting %s of the build container is \"%s\": a %s is expected", variable,
                    value, type);
    else
        return TRUE;
    return FALSE;
}

/* The index of the entry of that name in @settings; its length if there is none. */
static guint
find_entry(const GPtrArray *settings, const char *variable)
{
    size_t length = strlen(variable);
    guint index = 0;

    while (index < settings->len && (strncmp(settings->pdata[index], variable, length) != 0 ||
                                     ((char *)settings->pdata[index])[length] != '='))
        index++;
    return index;
}

void
cdd_container_settings_put(GPtrArray *settings, const char *variable, const char *format, ...)
{
    g_autofree char *value = NULL;
    guint index = find_entry(settings, variable);
    va_list arguments;

    va_start(arguments, format);
    value = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_assert(cdd_build_setting_is_reserved(variable));
    if (index < settings->len)
        g_ptr_array_remove_index(settings, index);
    g_ptr_array_insert(settings, (int)index, g_strconcat(variable, "=", value, NULL));
}

static GPtrArray *
make_defaults(void)
{
    GPtrArray *filled = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < json_array_get_length(get_rows()); i++) {
        JsonObject *row = get_row(i);
        g_autofree char *value = is_made_by_host(row) ? dup_default(row) : NULL;

        if (value != NULL)
            g_ptr_array_add(filled,
                            g_strconcat(cdd_json_get_string(row, "variable"), "=", value, NULL));
    }
    return filled;
}

/* Splits "NAME=value" and checks it. */
static gboolean
take_given(GPtrArray *filled, const GPtrArray *decided, const char *entry, GError **error)
{
    const char *equals = strchr(entry, '=');
    g_autofree char *variable =
        equals != NULL ? g_strndup(entry, (gsize)(equals - entry)) : g_strdup(entry);

    if (equals != NULL && find_entry(decided, variable) < decided->len) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                    "the setting %s of the build container is set by a member of CddBuildConfig",
                    variable);
        return FALSE;
    }
    if (equals == NULL) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                    "the setting %s of the build container has no value; write NAME=value",
                    variable);
        return FALSE;
    }
    if (!check_entry(variable, equals + 1, error))
        return FALSE;
    cdd_container_settings_put(filled, variable, "%s", equals + 1);
    return TRUE;
}

GPtrArray *
cdd_container_settings_fill(const GPtrArray *decided, const char *const *given, GError **error)
{
    g_autoptr(GPtrArray) filled = make_defaults();

    for (; given != NULL && *given != NULL; given++)
        if (!take_given(filled, decided, *given, error))
            return NULL;
    for (guint i = 0; i < decided->len; i++) {
        const char *entry = decided->pdata[i];
        const char *equals = strchr(entry, '=');
        g_autofree char *variable = g_strndup(entry, (gsize)(equals - entry));

        cdd_container_settings_put(filled, variable, "%s", equals + 1);
    }
    return g_steal_pointer(&filled);
}

gboolean
cdd_container_settings_check_environment(const char *const *environment, GError **error)
{
    for (; environment != NULL && *environment != NULL; environment++) {
        g_autofree char *variable = g_strndup(*environment, strcspn(*environment, "="));

        if (!cdd_build_setting_is_reserved(variable))
            continue;
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                    "the environment has %s, which is a setting of the build container; use the "
                    "setting instead",
                    variable);
        return FALSE;
    }
    return TRUE;
}

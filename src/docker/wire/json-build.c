/* SPDX-License-Identifier: Apache-2.0 */
#include "json-build.h"

#include <string.h>

void
cdd_json_add_string(JsonBuilder *builder, const char *name, const char *value)
{
    if (value == NULL)
        return;
    json_builder_set_member_name(builder, name);
    json_builder_add_string_value(builder, value);
}

void
cdd_json_add_true(JsonBuilder *builder, const char *name, gboolean value)
{
    if (!value)
        return;
    json_builder_set_member_name(builder, name);
    json_builder_add_boolean_value(builder, TRUE);
}

void
cdd_json_add_number(JsonBuilder *builder, const char *name, gint64 value)
{
    if (value == 0)
        return;
    json_builder_set_member_name(builder, name);
    json_builder_add_int_value(builder, value);
}

void
cdd_json_add_list(JsonBuilder *builder, const char *name, const char *const *list)
{
    if (list == NULL)
        return;
    json_builder_set_member_name(builder, name);
    json_builder_begin_array(builder);
    for (; *list != NULL; list++)
        json_builder_add_string_value(builder, *list);
    json_builder_end_array(builder);
}

void
cdd_json_add_pairs(JsonBuilder *builder, const char *name, const char *const *pairs)
{
    if (pairs == NULL)
        return;
    json_builder_set_member_name(builder, name);
    json_builder_begin_object(builder);
    for (; *pairs != NULL; pairs++) {
        const char *equals = strchr(*pairs, '=');
        g_autofree char *key =
            equals != NULL ? g_strndup(*pairs, (gsize)(equals - *pairs)) : g_strdup(*pairs);

        cdd_json_add_string(builder, key, equals != NULL ? equals + 1 : "");
    }
    json_builder_end_object(builder);
}

void
cdd_json_merge(JsonObject *object, JsonObject *extra)
{
    g_autoptr(GList) names = json_object_get_members(extra);

    for (GList *name = names; name != NULL; name = name->next) {
        JsonObject *former = cdd_json_get_object(object, name->data);
        JsonObject *latter = cdd_json_get_object(extra, name->data);

        if (former != NULL && latter != NULL)
            cdd_json_merge(former, latter);
        else
            json_object_set_member(object, name->data, json_object_dup_member(extra, name->data));
    }
}

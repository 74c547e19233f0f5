/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "json.h"

/* Adds a member to the object being built. NULL, 0 and FALSE are left out. */
void cdd_json_add_string(JsonBuilder *builder, const char *name, const char *value);
void cdd_json_add_true(JsonBuilder *builder, const char *name, gboolean value);
void cdd_json_add_number(JsonBuilder *builder, const char *name, gint64 value);
void cdd_json_add_list(JsonBuilder *builder, const char *name, const char *const *list);
/* Adds `name=value` entries as an object. An entry without "=" gets an empty value. */
void cdd_json_add_pairs(JsonBuilder *builder, const char *name, const char *const *pairs);

/*
 * Adds the members of @extra to @object. Two objects are merged; any other value replaces the
 * former one. The values are shared.
 */
void cdd_json_merge(JsonObject *object, JsonObject *extra);

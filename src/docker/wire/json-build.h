/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "json.h"

/* Members of the object that is being built. What is NULL, 0 or FALSE is left out. */
void cdd_json_add_string(JsonBuilder *builder, const char *name, const char *value);
void cdd_json_add_true(JsonBuilder *builder, const char *name, gboolean value);
void cdd_json_add_number(JsonBuilder *builder, const char *name, gint64 value);
void cdd_json_add_list(JsonBuilder *builder, const char *name, const char *const *list);
/* `name=value` entries as an object; an entry without a value has an empty one. */
void cdd_json_add_pairs(JsonBuilder *builder, const char *name, const char *const *pairs);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <json-glib/json-glib.h>
#include <stdio.h>

/*
 * JSON, read and written. This is the only file of the program that includes json-glib, because
 * json-glib 1.6 has two faults that its users must know of: it parses by recursion, so that deep
 * nesting overflows the stack, and it writes U+001F without an escape, which JSON forbids.
 */

/* Reading. The JSON object that @text is; NULL for anything else, and for nesting beyond 32 levels.
 */
JsonObject *json_text_parse_object(const char *text, gsize length);

/* A member's value; NULL if it is absent or of another type. */
const char *json_text_get_string(JsonObject *object, const char *member);
JsonObject *json_text_get_object(JsonObject *object, const char *member);
JsonArray *json_text_get_array(JsonObject *object, const char *member);

/* -1 if it is absent, not a whole number, or negative. */
gint64 json_text_get_count(JsonObject *object, const char *member);

/* FALSE if it is absent or of another type. */
gboolean json_text_get_boolean(JsonObject *object, const char *member);

/* The element at @index; NULL if it is not an object. */
JsonObject *json_text_get_element(JsonArray *array, guint index);

/* Writing: members of the object that @builder is in. Invalid UTF-8 is replaced by U+FFFD. */

/* Adds nothing for NULL. */
void json_add_string(JsonBuilder *builder, const char *name, const char *value);
/* Adds null for NULL. */
void json_add_string_or_null(JsonBuilder *builder, const char *name, const char *value);
void json_add_number(JsonBuilder *builder, const char *name, gint64 value);
void json_add_boolean(JsonBuilder *builder, const char *name, gboolean value);
/* Adds nothing for NULL. */
void json_add_strings(JsonBuilder *builder, const char *name, const char *const *values);

/* Adds a member for each "NAME=value" of @entries; nothing for NULL. */
void json_add_variables(JsonBuilder *builder, const char *const *entries);

/* Begins the member @name, an object or an array; json_builder_end_object() or _array() ends it. */
void json_begin_object(JsonBuilder *builder, const char *name);
void json_begin_array(JsonBuilder *builder, const char *name);

/* An element of the array that @builder is in. */
void json_add_element(JsonBuilder *builder, const char *value);

/* What @builder has built, as text; @pretty: with line ends and indentation. */
char *json_print(JsonBuilder *builder, gboolean pretty);

/* One JSON object that is printed as one line. */
JsonBuilder *json_line_begin(void);

/* Writes the line and frees @line. */
void json_line_end(JsonBuilder *line, FILE *out);

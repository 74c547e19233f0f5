/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <json-glib/json-glib.h>

/*
 * The JSON object that @text is, or NULL. json-glib 1.6 parses by recursion and dies of text that
 * is nested deep enough, so that what a stranger may have written is looked at first.
 */
JsonObject *json_text_parse_object(const char *text, gsize length);

/* A member's value, NULL if it is not there or of another type. */
const char *json_text_get_string(JsonObject *object, const char *member);
JsonObject *json_text_get_object(JsonObject *object, const char *member);
JsonArray *json_text_get_array(JsonObject *object, const char *member);

/* -1 if it is not there, no whole number or negative. */
gint64 json_text_get_count(JsonObject *object, const char *member);

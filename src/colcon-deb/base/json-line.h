/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <json-glib/json-glib.h>
#include <stdio.h>

/* One JSON object, written as one line. */

JsonBuilder *json_line_begin(void);

/* Nothing is added for NULL. */
void json_line_add_text(JsonBuilder *line, const char *name, const char *value);
void json_line_add_number(JsonBuilder *line, const char *name, gint64 value);
void json_line_add_truth(JsonBuilder *line, const char *name, gboolean value);
void json_line_add_texts(JsonBuilder *line, const char *name, const char *const *values);

/* Writes the line and frees @line. */
void json_line_end(JsonBuilder *line, FILE *out);

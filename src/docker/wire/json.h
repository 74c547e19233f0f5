/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <json-glib/json-glib.h>

/*
 * JSON, read and written. This is the only file of the library that includes json-glib, because
 * json-glib 1.6 has two faults that its users must know of: it parses by recursion, so that deep
 * nesting overflows the stack, and it writes U+001F without an escape, which JSON forbids.
 */

/*
 * Reads what a peer sent; nesting beyond 64 levels is an error. The getters return NULL, 0 or FALSE
 * for a member that is absent or of another type: an engine may leave out or change a member.
 */
JsonNode *cdd_json_parse(const char *text, gsize length, GError **error);

JsonObject *cdd_json_as_object(JsonNode *node);
JsonObject *cdd_json_get_object(JsonObject *object, const char *name);
const char *cdd_json_get_string(JsonObject *object, const char *name);
/* Empty for what is absent. */
char *cdd_json_dup_string(JsonObject *object, const char *name);
gint64 cdd_json_get_int(JsonObject *object, const char *name);
gboolean cdd_json_get_boolean(JsonObject *object, const char *name);
char **cdd_json_dup_strv(JsonObject *object, const char *name);
/* An object of strings as `name=value` entries in the order of their names. */
char **cdd_json_dup_pairs(JsonObject *object, const char *name);
/* What new_item makes of each object in an array; NULL and other elements are left out. */
typedef gpointer (*CddJsonItemFunc)(JsonObject *object);
GPtrArray *cdd_json_dup_array(JsonArray *array, CddJsonItemFunc new_item, GDestroyNotify free_item);
JsonArray *cdd_json_as_array(JsonNode *node);
const char *cdd_json_as_string(JsonNode *node);
JsonArray *cdd_json_get_array(JsonObject *object, const char *name);
/* Whether the array of strings has one that starts with prefix. */
gboolean cdd_json_array_has_prefix(JsonObject *object, const char *name, const char *prefix);

/* On one line. */
char *cdd_json_to_text(JsonNode *node);

/*
 * Finds the values in a stream of them, with or without white space between, whatever pieces the
 * bytes come in. A value longer than the bound is an error.
 */
#define CDD_MAX_JSON_VALUE_LENGTH (4 * 1024 * 1024)

typedef gboolean (*CddJsonFunc)(JsonNode *value, gpointer user_data, GError **error);

typedef struct {
    GString *value;
    guint depth;
    gboolean in_string;
    gboolean escaped;
} CddJsonStream;

void cdd_json_stream_init(CddJsonStream *self);
void cdd_json_stream_clear(CddJsonStream *self);
gboolean cdd_json_stream_feed(CddJsonStream *self,
                              const char *data,
                              gsize length,
                              CddJsonFunc func,
                              gpointer user_data,
                              GError **error);
/* Whether no value has been begun and not ended. */
gboolean cdd_json_stream_is_complete(const CddJsonStream *self);

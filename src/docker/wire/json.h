/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <json-glib/json-glib.h>

/*
 * Reads and writes JSON. This is the only file of the library that includes json-glib, to work
 * around two faults of json-glib 1.6: it parses by recursion, so deep nesting overflows the stack,
 * and it writes U+001F without an escape, which JSON forbids.
 */

/*
 * Parses a peer's JSON. A text that is empty, not UTF-8, or nested deeper than 64 levels is an
 * error. @text may be NULL if @length is 0. The getters return NULL, 0 or FALSE for a member that
 * is absent or of another type, because engines may omit or change members.
 */
JsonNode *cdd_json_parse(const char *text, gsize length, GError **error);

JsonObject *cdd_json_as_object(JsonNode *node);
JsonObject *cdd_json_get_object(JsonObject *object, const char *name);
const char *cdd_json_get_string(JsonObject *object, const char *name);
/* Returns an empty string if the member is absent. */
char *cdd_json_dup_string(JsonObject *object, const char *name);
gint64 cdd_json_get_int(JsonObject *object, const char *name);
/* Returns a time given in seconds since 1970, in microseconds. */
gint64 cdd_json_get_time(JsonObject *object, const char *name);
gboolean cdd_json_get_boolean(JsonObject *object, const char *name);
char **cdd_json_dup_strv(JsonObject *object, const char *name);
/* Returns an object of strings as `name=value` entries, sorted by name. */
char **cdd_json_dup_pairs(JsonObject *object, const char *name);
/*
 * Calls @new_item for each object in an array and collects the results. NULL results and other
 * elements are left out.
 */
typedef gpointer (*CddJsonItemFunc)(JsonObject *object);
GPtrArray *cdd_json_dup_array(JsonArray *array, CddJsonItemFunc new_item, GDestroyNotify free_item);
JsonArray *cdd_json_as_array(JsonNode *node);
const char *cdd_json_as_string(JsonNode *node);
JsonArray *cdd_json_get_array(JsonObject *object, const char *name);
/* Returns whether an array of strings has one that starts with @prefix. */
gboolean cdd_json_array_has_prefix(JsonObject *object, const char *name, const char *prefix);

/*
 * Returns whether a string of a valid JSON text has the escape of a NUL. json-glib ends the string
 * there, so its value does not show it.
 */
gboolean cdd_json_has_nul(const char *text, gsize length);

/* Returns the JSON text on one line. */
char *cdd_json_to_text(JsonNode *node);

/*
 * Splits a stream into its values, with or without white space between them. The bytes may be split
 * anywhere. A value longer than the limit is an error.
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
/* Returns whether the stream does not end within a value. */
gboolean cdd_json_stream_is_complete(const CddJsonStream *self);

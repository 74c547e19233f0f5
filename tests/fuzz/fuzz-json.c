/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses a stream of JSON values, like the progress of a pull or a build, whole and in two parts:
 * both must come to the same. The last byte says where it is cut.
 */
#include "fuzz.h"
#include "wire/json.h"

static gboolean
on_value(JsonNode *value, gpointer user_data, GError **error G_GNUC_UNUSED)
{
    JsonObject *object = cdd_json_as_object(value);
    g_autofree char *text = cdd_json_to_text(value);

    g_strfreev(cdd_json_dup_strv(object, "a"));
    cdd_json_get_string(cdd_json_get_object(object, "a"), "a");
    cdd_json_get_int(object, "a");
    g_string_append_printf(user_data, "%s\n", text);
    return TRUE;
}

/* Returns the values and what was wrong, as a text. */
static char *
parse(const char *data, size_t size, size_t cut)
{
    GString *outcome = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    CddJsonStream stream;

    cdd_json_stream_init(&stream);
    if (cdd_json_stream_feed(&stream, data, cut, on_value, outcome, &error) &&
        cdd_json_stream_feed(&stream, data + cut, size - cut, on_value, outcome, &error))
        g_string_append(outcome, cdd_json_stream_is_complete(&stream) ? "complete" : "cut off");
    else
        g_string_append(outcome, error->message);
    cdd_json_stream_clear(&stream);
    return g_string_free(outcome, FALSE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t cut = size == 0 ? 0 : data[size - 1] % size;
    g_autofree char *whole = parse((const char *)data, size, size);
    g_autofree char *split = parse((const char *)data, size, cut);

    g_assert_cmpstr(split, ==, whole);
    return 0;
}

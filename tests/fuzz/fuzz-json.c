/* SPDX-License-Identifier: Apache-2.0 */
/* Parses a stream of JSON values, like the progress of a pull or a build. */
#include "fuzz.h"
#include "wire/json.h"

static gboolean
on_value(JsonNode *value, gpointer user_data G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
    JsonObject *object = cdd_json_as_object(value);

    g_strfreev(cdd_json_dup_strv(object, "a"));
    cdd_json_get_string(cdd_json_get_object(object, "a"), "a");
    cdd_json_get_int(object, "a");
    return TRUE;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t cut = size == 0 ? 0 : data[size - 1] % size;
    CddJsonStream stream;

    cdd_json_stream_init(&stream);
    if (cdd_json_stream_feed(&stream, (const char *)data, cut, on_value, NULL, NULL))
        cdd_json_stream_feed(&stream, (const char *)data + cut, size - cut, on_value, NULL, NULL);
    cdd_json_stream_clear(&stream);
    return 0;
}

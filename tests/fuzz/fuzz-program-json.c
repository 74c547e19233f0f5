/* SPDX-License-Identifier: Apache-2.0 */
/* Reads JSON that a container may have written: a summary, a record, a marker. */
#include "base/json.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(JsonObject) object = json_text_parse_object((const char *)data, size);
    JsonArray *array = object != NULL ? json_text_get_array(object, "packages") : NULL;

    if (object == NULL)
        return 0;
    json_text_get_string(object, "workspace");
    json_text_get_count(object, "n");
    json_text_get_boolean(object, "n");
    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++)
        json_text_get_element(array, i);
    return 0;
}

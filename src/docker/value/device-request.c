/* SPDX-License-Identifier: Apache-2.0 */
/* Parses the argument of `docker run --gpus`: fields separated by commas, possibly quoted. */
#include "device-request.h"
#include "csv.h"

#include <colcon-deb-docker/cdd-error.h>
#include <colcon-deb-docker/cdd-resources.h>
#include <string.h>

#define ALL (-1)
enum {
    MAX_COUNT = 1024,
};

const CddMember cdd_device_request_members[] = {
    CDD_STRING(CddDeviceRequest, driver),
    CDD_LIST(CddDeviceRequest, device_ids),
    CDD_LIST(CddDeviceRequest, capabilities),
    CDD_LIST(CddDeviceRequest, options),
    {0},
};
CDD_DEFINE_PLAIN_COPY(, CddDeviceRequest, cdd_device_request, cdd_device_request_members)
G_DEFINE_BOXED_TYPE(CddDeviceRequest,
                    cdd_device_request,
                    cdd_device_request_copy,
                    cdd_device_request_free)

static gboolean
parse_count(const char *text, int *count, GError **error)
{
    gint64 number = 0;

    if (g_str_equal(text, "all")) {
        *count = ALL;
        return TRUE;
    }
    if (!g_ascii_string_to_signed(text, 10, ALL, MAX_COUNT, &number, NULL) || number == 0) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                    "\"%s\" is not a number of GPUs; use \"all\" or 1, 2…", text);
        return FALSE;
    }
    *count = (int)number;
    return TRUE;
}

static const char *const *
split_list(const char *text)
{
    return (const char *const *)g_strsplit(text, ",", -1);
}

/* Adds the capability that every request has: gpu. */
static const char *const *
with_gpu(const char *text)
{
    g_autofree char *all = g_strconcat(text, ",gpu", NULL);

    return split_list(all);
}

static gboolean
take_field(CddDeviceRequest *request, const char *key, const char *value, GError **error)
{
    if (g_str_equal(key, "count"))
        return parse_count(value, &request->count, error);
    if (*value == '\0') {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC, "the field \"%s\" has no value", key);
        return FALSE;
    }
    if (g_str_equal(key, "driver"))
        request->driver = g_strdup(value);
    else if (g_str_equal(key, "device"))
        request->device_ids = split_list(value);
    else if (g_str_equal(key, "capabilities"))
        request->capabilities = with_gpu(value);
    else if (g_str_equal(key, "options"))
        request->options = split_list(value);
    else {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                    "unknown field \"%s\"; use driver, count, device, capabilities or options",
                    key);
        return FALSE;
    }
    return TRUE;
}

static gboolean
take_fields(CddDeviceRequest *request, char **fields, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (; *fields != NULL; fields++) {
        const char *equals = strchr(*fields, '=');
        /* A word without "=" is the count. */
        g_autofree char *key =
            equals != NULL ? g_strndup(*fields, (gsize)(equals - *fields)) : g_strdup("count");

        if (!g_hash_table_add(seen, g_strdup(key))) {
            g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC, "the field \"%s\" is given twice",
                        key);
            return FALSE;
        }
        if (!take_field(request, key, equals != NULL ? equals + 1 : *fields, error))
            return FALSE;
    }
    return TRUE;
}

CddDeviceRequest *
cdd_device_request_parse_gpus(const char *text, GError **error)
{
    g_autoptr(CddDeviceRequest) request = g_new0(CddDeviceRequest, 1);
    g_auto(GStrv) fields = cdd_csv_split(text);

    if (!g_utf8_validate(text, -1, NULL)) {
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                            "GPUs: the text is not UTF-8");
        return NULL;
    }
    if (fields == NULL) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                    "GPUs: the quotes in \"%s\" do not enclose a whole field", text);
        return NULL;
    }
    if (!take_fields(request, fields, error)) {
        g_prefix_error(error, "GPUs: ");
        return NULL;
    }
    if (request->count != 0 && request->device_ids != NULL) {
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                            "GPUs: both a count and devices are given; choose one");
        return NULL;
    }
    if (request->count == 0 && request->device_ids == NULL)
        request->count = 1;
    if (request->capabilities == NULL)
        request->capabilities = split_list("gpu");
    return g_steal_pointer(&request);
}

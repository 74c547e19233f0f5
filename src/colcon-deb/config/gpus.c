/* SPDX-License-Identifier: Apache-2.0 */
#include "gpus.h"

#include "../base/program-error.h"

#include <string.h>

static gboolean
is_made_of(const char *text, gsize length, const char *others)
{
    if (length == 0 || !g_ascii_isalnum(*text) || !g_ascii_isalnum(text[length - 1]))
        return FALSE;
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isalnum(text[i]) && strchr(others, text[i]) == NULL)
            return FALSE;
    return TRUE;
}

/* VENDOR/CLASS=NAME, by the grammar of the Container Device Interface. */
static gboolean
is_cdi_name(const char *text)
{
    const char *slash = strchr(text, '/');
    const char *equals = strchr(text, '=');

    return slash != NULL && equals != NULL && slash < equals && g_ascii_isalpha(*text) &&
           g_ascii_isalpha(slash[1]) && is_made_of(text, (gsize)(slash - text), "_-.") &&
           is_made_of(slash + 1, (gsize)(equals - slash - 1), "_-") &&
           is_made_of(equals + 1, strlen(equals + 1), "_-.:");
}

static gboolean
parse_cdi(const char *text, CddDeviceRequest **request, GError **error)
{
    g_auto(GStrv) names = g_strsplit(text, ",", -1);
    const CddDeviceRequest cdi = {.driver = "cdi", .device_ids = (const char *const *)names};

    for (char **name = names; *name != NULL; name++)
        if (!is_cdi_name(*name))
            return program_error_usage(error,
                                       "\"%s\" is not the name of a CDI device, such as "
                                       "nvidia.com/gpu=all",
                                       *name);
    *request = cdd_device_request_copy(&cdi);
    return TRUE;
}

/* Docker wants quotes around a field with a comma, and they would have to pass a shell. */
static char *
quote_devices(const char *text)
{
    const char *list = g_str_has_prefix(text, "device=") ? text + strlen("device=") : NULL;

    if (list == NULL || strpbrk(list, "=\"") != NULL)
        return g_strdup(text);
    return g_strdup_printf("\"%s\"", text);
}

gboolean
gpus_parse(const char *text, CddDeviceRequest **request, GError **error)
{
    g_autofree char *quoted = NULL;
    g_autoptr(GError) fault = NULL;

    *request = NULL;
    if (g_str_equal(text, "none"))
        return TRUE;
    if (strchr(text, '/') != NULL)
        return parse_cdi(text, request, error);
    quoted = quote_devices(text);
    *request = cdd_device_request_parse_gpus(quoted, &fault);
    return *request != NULL || program_error_usage(error,
                                                   "%s; use all, a number, device=0,1, the name of "
                                                   "a CDI device, or none",
                                                   fault->message);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "image-name.h"

#include "digest.h"
#include "program-error.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>

const char *
image_name_strip(const char *reference)
{
    static const char *const registries[] = {"localhost/", "docker.io/library/"};

    for (gsize i = 0; i < G_N_ELEMENTS(registries); i++)
        if (g_str_has_prefix(reference, registries[i]))
            return reference + strlen(registries[i]);
    return reference;
}

gboolean
image_name_is_id(const char *text)
{
    const char *digits = g_str_has_prefix(text, "sha256:") ? text + strlen("sha256:") : text;

    return digest_is_valid(digits);
}

gboolean
image_name_check(const char *text, GError **error)
{
    g_autoptr(GError) fault = NULL;
    g_autoptr(CddImageReference) reference = NULL;

    if (image_name_is_id(text))
        return TRUE;
    reference = cdd_image_reference_parse(text, &fault);
    return reference != NULL || program_error_usage(error, "%s", fault->message);
}

gboolean
image_name_check_new(const char *text, GError **error)
{
    if (image_name_is_id(text) || strchr(text, '@') != NULL)
        return program_error_usage(error, "\"%s\" is an id or a digest, not a name", text);
    return image_name_check(text, error);
}

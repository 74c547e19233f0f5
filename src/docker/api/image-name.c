/* SPDX-License-Identifier: Apache-2.0 */
#include "image-name.h"

#include "../engine/path.h"

#include <colcon-deb-docker/cdd-error.h>

/* Returns NULL with an error if the name is not valid for a new image. */
static CddImageReference *
parse(const char *name, GError **error)
{
    g_autoptr(CddImageReference) reference = cdd_image_reference_parse(name, error);

    if (reference == NULL)
        return NULL;
    if (reference->digest != NULL) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                    "the image name \"%s\" has a digest; a new image can only get a name and a tag",
                    name);
        return NULL;
    }
    return g_steal_pointer(&reference);
}

static const char *
tag_of(const CddImageReference *reference)
{
    return reference->tag != NULL ? reference->tag : "latest";
}

gboolean
cdd_image_add_name(GString *path, const char *repository_key, const char *name, GError **error)
{
    g_autoptr(CddImageReference) reference = NULL;
    g_autofree char *repository = NULL;

    if (name == NULL)
        return TRUE;
    reference = parse(name, error);
    if (reference == NULL)
        return FALSE;
    repository = g_strdup_printf("%s/%s", reference->domain, reference->path);
    cdd_path_add(path, repository_key, repository);
    cdd_path_add(path, "tag", tag_of(reference));
    return TRUE;
}

gboolean
cdd_image_add_whole_name(GString *path, const char *key, const char *name, GError **error)
{
    g_autoptr(CddImageReference) reference = NULL;
    g_autofree char *whole = NULL;

    if (name == NULL)
        return TRUE;
    reference = parse(name, error);
    if (reference == NULL)
        return FALSE;
    whole = g_strdup_printf("%s/%s:%s", reference->domain, reference->path, tag_of(reference));
    cdd_path_add(path, key, whole);
    return TRUE;
}

char *
cdd_image_name_to_pull(const CddImageReference *reference)
{
    gboolean named = reference->tag != NULL || reference->digest != NULL;
    g_autofree char *name = cdd_image_reference_to_string(reference);

    return g_strconcat(name, named ? "" : ":latest", NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "own-volumes.h"

#include "../base/owner.h"
#include "own-containers.h"

#include <stdlib.h>

static gboolean
is_compiler_cache(const CddVolume *volume)
{
    Owner owner = owner_of_caller();
    g_autofree char *end = g_strdup_printf("-%u", (guint)owner_get_uid(&owner));

    return g_str_has_prefix(volume->name, COMPILER_CACHE_PREFIX) &&
           g_str_has_suffix(volume->name, end);
}

static gboolean
is_transfer(const CddVolume *volume)
{
    const char *const *labels = (const char *const *)volume->labels;
    const char *name = own_containers_find_label(volume->labels, OWN_USER_LABEL);
    g_autofree char *user = own_containers_make_user();

    return g_strcmp0(name, user) == 0 && g_strv_contains(labels, TRANSFER_LABEL);
}

/* One of the paths may lead through a link. */
static gboolean
is_same_directory(const char *a, const char *b)
{
    g_autofree char *real_a = realpath(a, NULL);
    g_autofree char *real_b = realpath(b, NULL);

    return g_str_equal(a, b) || (real_a != NULL && g_strcmp0(real_a, real_b) == 0);
}

gboolean
own_volumes_are_of_workspace(char **labels, const char *workspace)
{
    const char *path = own_containers_find_label(labels, WORKSPACE_LABEL);

    return workspace == NULL || (path != NULL && is_same_directory(path, workspace));
}

gboolean
own_volumes_match(const CddVolume *volume, const char *workspace)
{
    if (!is_transfer(volume))
        return workspace == NULL && is_compiler_cache(volume);
    return own_volumes_are_of_workspace(volume->labels, workspace);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "image-role.h"

#include "../base/image-name.h"

char *
image_name_builder(const char *ros_distro, const Architecture *architecture, const char *engine)
{
    gboolean is_foreign = architecture != NULL && !g_str_equal(architecture->image, engine);

    return g_strconcat(BUILDER_REPOSITORY ":", ros_distro, is_foreign ? "-" : "",
                       is_foreign ? architecture->debian : "", NULL);
}

static const char *
find_name(const CddImageSummary *summary, const char *prefix)
{
    for (char **reference = summary->references; reference != NULL && *reference != NULL;
         reference++)
        if (g_str_has_prefix(image_name_strip(*reference), prefix))
            return *reference;
    return NULL;
}

gboolean
image_is_builder(const CddImageSummary *summary)
{
    return (summary->labels != NULL &&
            g_strv_contains((const char *const *)summary->labels, BUILDER_LABEL)) ||
           find_name(summary, BUILDER_REPOSITORY ":") != NULL;
}

const char *
image_find_layer_name(const CddImageSummary *summary)
{
    return find_name(summary, LAYER_REPOSITORY ":");
}

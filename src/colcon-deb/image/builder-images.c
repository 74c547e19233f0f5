/* SPDX-License-Identifier: Apache-2.0 */
#include "builder-images.h"

#include "../base/await.h"
#include "../base/image-name.h"
#include "image-role.h"

#include <string.h>

enum {
    ID_DIGITS = 12
};

void
builder_image_free(BuilderImage *image)
{
    g_free(image->id);
    g_free(image->name);
    g_strfreev(image->names);
    g_free(image->ros_distro);
    g_free(image->architecture);
    g_free(image);
}

static gboolean
has_name(const CddImageSummary *summary)
{
    return summary->references != NULL && *summary->references != NULL;
}

static char *
first_name(const CddImageSummary *summary)
{
    const char *digits = strchr(summary->id, ':');

    if (has_name(summary))
        return g_strdup(image_name_strip(*summary->references));
    return g_strndup(digits != NULL ? digits + 1 : summary->id, ID_DIGITS);
}

static BuilderImage *
make_image(const CddImageSummary *summary, const CddImageInfo *info)
{
    BuilderImage *image = g_new0(BuilderImage, 1);
    const char *variant = info->variant != NULL ? info->variant : "";

    image->id = g_strdup(summary->id);
    image->name = first_name(summary);
    image->names = g_strdupv(summary->references);
    image->is_layer = image_find_layer_name(summary) != NULL;
    image->ros_distro = g_strdup(g_environ_getenv(info->environment, "ROS_DISTRO"));
    image->architecture =
        g_strconcat(info->architecture, *variant != '\0' ? "/" : "", variant, NULL);
    image->size = summary->size;
    image->created = summary->created_at / G_USEC_PER_SEC;
    return image;
}

/* An image that is removed between the list and its inspection is left out. */
static gboolean
add(GPtrArray *images,
    CddService *service,
    const CddImageSummary *summary,
    GCancellable *cancellable,
    GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddImageInfo) info = NULL;
    g_autoptr(GError) cause = NULL;

    cdd_service_inspect_image_async(service, summary->id, cancellable, await_ready, &done);
    info = cdd_service_inspect_image_finish(service, await(&done), &cause);
    if (info != NULL) {
        g_ptr_array_add(images, make_image(summary, info));
        return TRUE;
    }
    if (g_error_matches(cause, CDD_ERROR, CDD_ERROR_IMAGE_NOT_FOUND))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&cause));
    return FALSE;
}

GPtrArray *
builder_images_list(CddService *service, gboolean all, GCancellable *cancellable, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GPtrArray) summaries = NULL;
    g_autoptr(GPtrArray) images =
        g_ptr_array_new_with_free_func((GDestroyNotify)builder_image_free);

    cdd_service_list_images_async(service, FALSE, NULL, cancellable, await_ready, &done);
    summaries = cdd_service_list_images_finish(service, await(&done), error);
    if (summaries == NULL)
        return NULL;
    for (guint i = 0; i < summaries->len; i++) {
        const CddImageSummary *summary = summaries->pdata[i];
        gboolean wanted = image_find_layer_name(summary) != NULL
                              ? all
                              : image_is_builder(summary) && (all || has_name(summary));

        if (wanted && !add(images, service, summary, cancellable, error))
            return NULL;
    }
    return g_steal_pointer(&images);
}

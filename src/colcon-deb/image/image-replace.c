/* SPDX-License-Identifier: Apache-2.0 */
#include "image-replace.h"

#include "../base/await.h"

char *
image_replace_begin(CddService *service, const char *name, GCancellable *cancellable)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddImageInfo) info = NULL;

    cdd_service_inspect_image_async(service, name, cancellable, await_ready, &done);
    info = cdd_service_inspect_image_finish(service, await(&done), NULL);
    return info != NULL ? g_strdup(info->id) : NULL;
}

static gboolean
has_name(const CddImageSummary *image)
{
    for (char **name = image->references; *name != NULL; name++)
        if (!g_str_equal(*name, "<none>:<none>"))
            return TRUE;
    return FALSE;
}

/* Whether the image certainly has no name. */
static gboolean
is_nameless(CddService *service, const char *id, GCancellable *cancellable)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GPtrArray) images = NULL;

    cdd_service_list_images_async(service, FALSE, NULL, cancellable, await_ready, &done);
    images = cdd_service_list_images_finish(service, await(&done), NULL);
    for (guint i = 0; images != NULL && i < images->len; i++) {
        const CddImageSummary *image = images->pdata[i];

        if (g_str_equal(image->id, id))
            return !has_name(image);
    }
    return FALSE;
}

void
image_replace_end(CddService *service,
                  const char *old,
                  const char *new_id,
                  GCancellable *cancellable)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddRemovedImages) removed = NULL;
    g_autoptr(GError) error = NULL;

    if (old == NULL || g_str_equal(old, new_id) || !is_nameless(service, old, cancellable))
        return;
    cdd_service_remove_image_async(service, old, FALSE, cancellable, await_ready, &done);
    removed = cdd_service_remove_image_finish(service, await(&done), &error);
    if (removed == NULL)
        g_debug("%s", error->message);
}

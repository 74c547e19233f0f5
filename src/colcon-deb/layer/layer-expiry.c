/* SPDX-License-Identifier: Apache-2.0 */
#include "layer-expiry.h"

#include "../base/await.h"
#include "../image/image-role.h"

enum {
    MAX_AGE = 30 * 24 * 60 * 60 /* seconds without use */
};

void
layer_image_free(LayerImage *image)
{
    g_free(image->name);
    g_free(image);
}

static int
compare_use(gconstpointer a, gconstpointer b)
{
    const LayerImage *first = *(LayerImage *const *)a;
    const LayerImage *second = *(LayerImage *const *)b;

    return (first->used < second->used) - (first->used > second->used);
}

guint
layer_images_sort(GPtrArray *images, guint keep, gint64 now)
{
    guint n_kept = 0;

    g_ptr_array_sort(images, compare_use);
    while (n_kept < images->len && n_kept < keep &&
           ((LayerImage *)images->pdata[n_kept])->used + MAX_AGE > now)
        n_kept++;
    return n_kept;
}

static gint64
parse_time(const char *text)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, NULL);

    return time != NULL ? g_date_time_to_unix(time) : 0;
}

/* Each use tags the layer again. An engine without a time of the last tag still has the time of
 * creation. */
static gint64
last_use(CddService *service, const char *name, GCancellable *cancellable)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddImageInfo) info = NULL;

    cdd_service_inspect_image_async(service, name, cancellable, await_ready, &done);
    info = cdd_service_inspect_image_finish(service, await(&done), NULL);
    return info != NULL ? MAX(parse_time(info->tagged_at), parse_time(info->created_at)) : -1;
}

static GPtrArray *
list(CddService *service, GCancellable *cancellable)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GPtrArray) summaries = NULL;
    GPtrArray *images = g_ptr_array_new_with_free_func((GDestroyNotify)layer_image_free);

    cdd_service_list_images_async(service, FALSE, (const char *const[]){"label=" LAYER_LABEL, NULL},
                                  cancellable, await_ready, &done);
    summaries = cdd_service_list_images_finish(service, await(&done), NULL);
    for (guint i = 0; summaries != NULL && i < summaries->len; i++) {
        const CddImageSummary *summary = summaries->pdata[i];
        const char *name = image_find_layer_name(summary);
        gint64 used = name != NULL ? last_use(service, name, cancellable) : -1;
        LayerImage *image = NULL;

        if (used < 0)
            continue;
        image = g_new0(LayerImage, 1);
        image->name = g_strdup(name);
        image->used = used;
        g_ptr_array_add(images, image);
    }
    return images;
}

void
layer_images_expire(CddService *service, guint keep, gint64 now, GCancellable *cancellable)
{
    g_autoptr(GPtrArray) images = list(service, cancellable);
    guint n_kept = layer_images_sort(images, keep, now);

    for (guint i = n_kept; i < images->len; i++) {
        const LayerImage *image = images->pdata[i];
        g_autoptr(GAsyncResult) done = NULL;
        g_autoptr(CddRemovedImages) removed = NULL;
        g_autoptr(GError) error = NULL;

        /* Without force: a layer that a container or another layer needs stays until a later
         * try. */
        cdd_service_remove_image_async(service, image->name, FALSE, cancellable, await_ready,
                                       &done);
        removed = cdd_service_remove_image_finish(service, await(&done), &error);
        if (removed == NULL)
            g_debug("%s", error->message);
    }
}

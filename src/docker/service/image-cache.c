/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Overlapping calls for the same image share one lookup:
 *
 * inspect -> (if missing) pull -> inspect again -> answer all calls
 *
 * A cancelled call leaves the lookup. When the last one has left, the lookup is cancelled.
 */
#include "../api/output-handler.h"
#include "../value/platform.h"
#include "../value/result.h"

#include <colcon-deb-docker/cdd-architecture.h>
#include <colcon-deb-docker/cdd-error.h>
#include <colcon-deb-docker/cdd-image-cache.h>
#include <colcon-deb-docker/cdd-image-reference.h>
#include <string.h>

enum {
    MAX_FOUND = 64,
};

#define ID_PREFIX "sha256:"
enum {
    ID_LENGTH = 64,
};

struct _CddImageCache {
    GObject parent_instance;
    CddDockerClient *client;
    CddPullPolicy policy;
    GHashTable *lookups; /* key -> running Lookup */
    GHashTable *found;   /* key -> CddImageInfo */
    GQueue order;        /* the keys of @found, the most recently used one first */
};

G_DEFINE_FINAL_TYPE(CddImageCache, cdd_image_cache, G_TYPE_OBJECT)

static void
cdd_image_cache_init(CddImageCache *self)
{
    self->lookups = g_hash_table_new(g_str_hash, g_str_equal);
    self->found =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)cdd_image_info_free);
    g_queue_init(&self->order);
}

static void
cdd_image_cache_finalize(GObject *object)
{
    CddImageCache *self = CDD_IMAGE_CACHE(object);

    g_hash_table_unref(self->lookups);
    g_hash_table_unref(self->found);
    g_queue_clear_full(&self->order, g_free);
    g_object_unref(self->client);
    G_OBJECT_CLASS(cdd_image_cache_parent_class)->finalize(object);
}

static void
cdd_image_cache_class_init(CddImageCacheClass *class)
{
    G_OBJECT_CLASS(class)->finalize = cdd_image_cache_finalize;
}

CddImageCache *
cdd_image_cache_new(CddDockerClient *client, CddPullPolicy policy)
{
    CddImageCache *self;

    g_return_val_if_fail(CDD_IS_DOCKER_CLIENT(client), NULL);
    self = g_object_new(CDD_TYPE_IMAGE_CACHE, NULL);
    self->client = g_object_ref(client);
    self->policy = policy;
    return self;
}

void
cdd_image_cache_forget(CddImageCache *self)
{
    g_return_if_fail(CDD_IS_IMAGE_CACHE(self));
    g_hash_table_remove_all(self->found);
    g_queue_clear_full(&self->order, g_free);
}

/* Moves the key to the head, whether it is new or not. */
static const CddImageInfo *
find(CddImageCache *self, const char *key)
{
    CddImageInfo *info = g_hash_table_lookup(self->found, key);
    GList *link;

    if (info == NULL)
        return NULL;
    link = g_queue_find_custom(&self->order, key, (GCompareFunc)strcmp);
    g_queue_unlink(&self->order, link);
    g_queue_push_head_link(&self->order, link);
    return info;
}

static void
remember(CddImageCache *self, const char *key, const CddImageInfo *info)
{
    char *owned = g_strdup(key);

    g_queue_push_head(&self->order, owned);
    g_hash_table_insert(self->found, owned, cdd_image_info_copy(info));
    if (self->order.length > MAX_FOUND) {
        g_autofree char *oldest = g_queue_pop_tail(&self->order);

        g_hash_table_remove(self->found, oldest);
    }
}

typedef struct {
    CddImageCache *cache;
    char *key;
    char *image;
    char *platform;
    GList *waiters; /* of GTask */
    GCancellable *cancellable;
    gboolean pulled;
} Lookup;

typedef struct {
    Lookup *lookup; /* NULL once the call is answered */
    CddOutputHandler handler;
    GSource *cancel_watch;
} Waiter;

static void inspect(Lookup *lookup);
static void pull(Lookup *lookup);

static void
waiter_free(gpointer data)
{
    Waiter *waiter = data;

    if (waiter->cancel_watch != NULL) {
        g_source_destroy(waiter->cancel_watch);
        g_source_unref(waiter->cancel_watch);
    }
    g_free(waiter);
}

static void
lookup_free(Lookup *lookup)
{
    g_object_unref(lookup->cache);
    g_free(lookup->key);
    g_free(lookup->image);
    g_free(lookup->platform);
    g_object_unref(lookup->cancellable);
    g_free(lookup);
}

/* Answers all calls that still wait, and ends the lookup. */
static void
answer(Lookup *lookup, const CddImageInfo *info, GError *error)
{
    GList *waiters = g_steal_pointer(&lookup->waiters);

    if (g_hash_table_lookup(lookup->cache->lookups, lookup->key) == lookup)
        g_hash_table_remove(lookup->cache->lookups, lookup->key);
    if (info != NULL)
        remember(lookup->cache, lookup->key, info);
    for (GList *at = waiters; at != NULL; at = at->next) {
        g_autoptr(GTask) task = at->data;
        Waiter *waiter = g_task_get_task_data(task);

        waiter->lookup = NULL;
        if (info != NULL)
            g_task_return_pointer(task, cdd_image_info_copy(info),
                                  (GDestroyNotify)cdd_image_info_free);
        else
            g_task_return_error(task, g_error_copy(error));
    }
    g_list_free(waiters);
    g_clear_error(&error);
    lookup_free(lookup);
}

static gboolean
on_cancelled(GCancellable *cancellable G_GNUC_UNUSED, gpointer user_data)
{
    g_autoptr(GTask) task = g_object_ref(user_data);
    Waiter *waiter = g_task_get_task_data(task);
    Lookup *lookup = waiter->lookup;

    if (lookup == NULL)
        return G_SOURCE_REMOVE;
    waiter->lookup = NULL;
    lookup->waiters = g_list_remove(lookup->waiters, task);
    /* Later calls start a new lookup, because this one will be cancelled. */
    if (lookup->waiters == NULL) {
        g_hash_table_remove(lookup->cache->lookups, lookup->key);
        g_cancellable_cancel(lookup->cancellable);
    }
    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                            "waiting for the image was cancelled");
    g_object_unref(task);
    return G_SOURCE_REMOVE;
}

/* Returns whether the text is a complete `sha256:…` id; as a reference it would be a tag. */
static gboolean
is_id(const char *image)
{
    return g_str_has_prefix(image, ID_PREFIX) && strlen(image) == strlen(ID_PREFIX) + ID_LENGTH &&
           strspn(image + strlen(ID_PREFIX), "0123456789abcdef") == ID_LENGTH;
}

/* An id cannot be pulled: it names no registry. */
static gboolean
may_pull(const Lookup *lookup)
{
    g_autoptr(CddImageReference) reference = cdd_image_reference_parse(lookup->image, NULL);

    return !is_id(lookup->image) && reference != NULL && lookup->cache->policy != CDD_PULL_NEVER &&
           !lookup->pulled;
}

/* An image without a variant matches any. */
static gboolean
is_for_platform(const CddImageInfo *info, const char *text)
{
    g_autoptr(CddPlatform) platform = text != NULL ? cdd_platform_parse(text, NULL) : NULL;

    if (platform == NULL)
        return TRUE;
    return g_str_equal(info->os, platform->os) &&
           (platform->architecture == NULL ||
            g_str_equal(info->architecture, cdd_architecture_normalize(platform->architecture))) &&
           (platform->variant == NULL || *info->variant == '\0' ||
            g_str_equal(info->variant, platform->variant));
}

static void
on_looked(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Lookup *lookup = user_data;
    GError *error = NULL;
    g_autoptr(CddImageInfo) info =
        cdd_docker_client_inspect_image_finish(CDD_DOCKER_CLIENT(source), result, &error);
    gboolean other = info != NULL && !is_for_platform(info, lookup->platform);

    if (info != NULL && !other) {
        answer(lookup, info, NULL);
        return;
    }
    if ((other || g_error_matches(error, CDD_ERROR, CDD_ERROR_IMAGE_NOT_FOUND)) &&
        may_pull(lookup)) {
        g_clear_error(&error);
        pull(lookup);
        return;
    }
    if (other)
        error =
            g_error_new(CDD_ERROR, CDD_ERROR_INCOMPATIBLE, "the image %s is for %s/%s, not for %s",
                        lookup->image, info->os, info->architecture, lookup->platform);
    answer(lookup, NULL, error);
}

static void
inspect(Lookup *lookup)
{
    cdd_docker_client_inspect_image_async(lookup->cache->client, lookup->image, lookup->cancellable,
                                          on_looked, lookup);
}

static void
on_progress(const CddBuildProgress *progress, gpointer user_data)
{
    Lookup *lookup = user_data;

    for (GList *at = lookup->waiters; at != NULL; at = at->next) {
        Waiter *waiter = g_task_get_task_data(at->data);

        if (waiter->handler.on_progress != NULL)
            waiter->handler.on_progress(progress, waiter->handler.user_data);
    }
}

static void
on_pulled(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Lookup *lookup = user_data;
    GError *error = NULL;

    lookup->pulled = TRUE;
    if (cdd_docker_client_pull_image_finish(CDD_DOCKER_CLIENT(source), result, &error))
        inspect(lookup);
    else
        answer(lookup, NULL, error);
}

static void
pull(Lookup *lookup)
{
    CddOutputHandler handler = {.on_progress = on_progress, .user_data = lookup};

    cdd_docker_client_pull_image_async(lookup->cache->client, lookup->image, lookup->platform,
                                       &handler, lookup->cancellable, on_pulled, lookup);
}

static Lookup *
lookup_new(CddImageCache *self, const char *key, const char *image, const char *platform)
{
    Lookup *lookup = g_new0(Lookup, 1);

    lookup->cache = g_object_ref(self);
    lookup->key = g_strdup(key);
    lookup->image = g_strdup(image);
    lookup->platform = g_strdup(platform);
    lookup->cancellable = g_cancellable_new();
    g_hash_table_insert(self->lookups, lookup->key, lookup);
    return lookup;
}

static void
wait_for(Lookup *lookup, GTask *task)
{
    Waiter *waiter = g_task_get_task_data(task);
    GCancellable *cancellable = g_task_get_cancellable(task);

    waiter->lookup = lookup;
    if (cancellable != NULL) {
        waiter->cancel_watch = g_cancellable_source_new(cancellable);
        g_source_set_callback(waiter->cancel_watch, G_SOURCE_FUNC(on_cancelled), task, NULL);
        g_source_attach(waiter->cancel_watch, g_main_context_get_thread_default());
    }
    lookup->waiters = g_list_append(lookup->waiters, task);
}

void
cdd_image_cache_get_or_pull_async(CddImageCache *self,
                                  const char *image,
                                  const char *platform,
                                  const CddOutputHandler *handler,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    g_autofree char *normal = NULL;
    g_autofree char *key = NULL;
    GError *error = NULL;
    GTask *task;
    const CddImageInfo *info;
    Waiter *waiter;
    Lookup *lookup;

    g_return_if_fail(CDD_IS_IMAGE_CACHE(self));
    task = g_task_new(self, cancellable, callback, user_data);
    g_task_set_source_tag(task, cdd_image_cache_get_or_pull_async);
    if (image == NULL) {
        cdd_result_return_missing(task, "image");
        return;
    }
    waiter = g_new0(Waiter, 1);
    g_task_set_task_data(task, waiter, waiter_free);
    if (!cdd_output_handler_take(&waiter->handler, handler, task, &error) ||
        !cdd_platform_normalize(platform, &normal, &error)) {
        g_task_return_error(task, error);
        g_object_unref(task);
        return;
    }
    key = g_strdup_printf("%s %s", normal != NULL ? normal : "", image);
    info = find(self, key);
    if (info != NULL) {
        g_task_return_pointer(task, cdd_image_info_copy(info), (GDestroyNotify)cdd_image_info_free);
        g_object_unref(task);
        return;
    }
    lookup = g_hash_table_lookup(self->lookups, key);
    if (lookup != NULL) {
        wait_for(lookup, task);
        return;
    }
    lookup = lookup_new(self, key, image, normal);
    wait_for(lookup, task);
    if (self->policy == CDD_PULL_ALWAYS && may_pull(lookup))
        pull(lookup);
    else
        inspect(lookup);
}

CddImageInfo *
cdd_image_cache_get_or_pull_finish(CddImageCache *self, GAsyncResult *result, GError **error)
{
    if (!cdd_result_check(result, self, cdd_image_cache_get_or_pull_async, error))
        return NULL;
    return g_task_propagate_pointer(G_TASK(result), error);
}

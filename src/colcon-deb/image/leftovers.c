/* SPDX-License-Identifier: Apache-2.0 */
#include "leftovers.h"

#include "../base/await.h"
#include "../base/image-name.h"
#include "acceleration-files.h"
#include "image-role.h"
#include "own-containers.h"
#include "own-volumes.h"
#include "scratch.h"

#include <sys/stat.h>

enum {
    ID_DIGITS = 12
};

typedef struct {
    CddService *service;
    gint64 now; /* the engine's time */
    const char *workspace;
    GCancellable *cancellable;
    GPtrArray *found;
    GHashTable *doomed; /* ids of the containers that are removed first */
} Search;

void
leftover_free(Leftover *leftover)
{
    g_free(leftover->name);
    g_free(leftover->id);
    g_free(leftover->reference);
    g_free(leftover->use);
    g_free(leftover);
}

static Leftover *
add(Search *self, LeftoverKind kind, const char *name, const char *id)
{
    Leftover *leftover = g_new0(Leftover, 1);

    leftover->kind = kind;
    leftover->name = g_strdup(name);
    leftover->id = g_strdup(id);
    leftover->size = -1;
    g_ptr_array_add(self->found, leftover);
    return leftover;
}

/* ---- containers */

/* @filter: NULL for all containers. */
static GPtrArray *
list_containers(const Search *self, const char *filter, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_list_containers_async(self->service, TRUE, (const char *const[]){filter, NULL},
                                      self->cancellable, await_ready, &done);
    return cdd_service_list_containers_finish(self->service, await(&done), error);
}

static char *
describe_state(const CddContainerSummary *container)
{
    if (g_strcmp0(container->status, "running") == 0)
        return g_strdup("it is running");
    return g_strdup_printf("it is %s, and its run may not have ended", container->status);
}

/* One that waits for the next build of the workspace goes; the others stay, without a word. */
static void
add_standby(Search *self, const CddContainerSummary *container)
{
    Leftover *leftover = NULL;

    if (!own_volumes_are_of_workspace(container->labels, self->workspace))
        return;
    leftover = add(self, LEFTOVER_STANDBY, container->names[0], container->id);
    leftover->created = container->created_at / G_USEC_PER_SEC;
    g_hash_table_add(self->doomed, g_strdup(container->id));
}

static gboolean
find_containers(Search *self, GError **error)
{
    g_autofree char *user = own_containers_make_user();
    g_autofree char *filter = g_strconcat("label=" OWN_USER_LABEL, user, NULL);
    g_autoptr(GPtrArray) containers = list_containers(self, filter, error);

    if (containers == NULL)
        return FALSE;
    for (guint i = 0; i < containers->len; i++) {
        const CddContainerSummary *container = containers->pdata[i];
        ContainerUse use = own_containers_judge(container, self->now);
        g_autofree char *name = g_strndup(container->id, ID_DIGITS);
        Leftover *leftover = NULL;

        if (use == CONTAINER_OF_OTHERS)
            continue;
        if (own_containers_is_waiting(container)) {
            add_standby(self, container);
            continue;
        }
        leftover = add(self, LEFTOVER_CONTAINER, name, container->id);
        leftover->created = container->created_at / G_USEC_PER_SEC;
        if (use == CONTAINER_LEFT)
            g_hash_table_add(self->doomed, g_strdup(container->id));
        else
            leftover->use = describe_state(container);
    }
    return TRUE;
}

/* A container that stays, and so does what it uses. */
static gboolean
stays(const Search *self, const CddContainerSummary *container)
{
    return !g_hash_table_contains(self->doomed, container->id);
}

static char *
describe_user(const CddContainerSummary *container)
{
    return g_strdup_printf("the container %.*s (%s) uses it", ID_DIGITS, container->id,
                           container->status);
}

/* ---- volumes */

/* Sizes are for people: without an answer they stay unknown. */
static void
measure(const Search *self, guint first)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GPtrArray) volumes = NULL;
    g_autoptr(GError) error = NULL;

    if (first == self->found->len)
        return;
    cdd_service_measure_volumes_async(self->service, self->cancellable, await_ready, &done);
    volumes = cdd_service_measure_volumes_finish(self->service, await(&done), &error);
    if (volumes == NULL)
        g_debug("%s", error->message);
    for (guint i = 0; volumes != NULL && i < volumes->len; i++)
        for (guint j = first; j < self->found->len; j++) {
            const CddVolume *volume = volumes->pdata[i];
            Leftover *leftover = self->found->pdata[j];

            if (g_str_equal(leftover->name, volume->name))
                leftover->size = volume->size;
        }
}

static gboolean
find_user_of_volume(const Search *self, Leftover *volume, GError **error)
{
    g_autofree char *filter = g_strconcat("volume=", volume->name, NULL);
    g_autoptr(GPtrArray) containers = list_containers(self, filter, error);

    if (containers == NULL)
        return FALSE;
    for (guint i = 0; i < containers->len && volume->use == NULL; i++)
        if (stays(self, containers->pdata[i]))
            volume->use = describe_user(containers->pdata[i]);
    return TRUE;
}

static gboolean
find_volumes(Search *self, GError **error)
{
    guint first = self->found->len;
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GPtrArray) volumes = NULL;

    cdd_service_list_volumes_async(self->service, NULL, self->cancellable, await_ready, &done);
    volumes = cdd_service_list_volumes_finish(self->service, await(&done), error);
    if (volumes == NULL)
        return FALSE;
    for (guint i = 0; i < volumes->len; i++) {
        const CddVolume *volume = volumes->pdata[i];
        Leftover *leftover = NULL;

        if (!own_volumes_match(volume, self->workspace))
            continue;
        leftover = add(self, LEFTOVER_VOLUME, volume->name, NULL);
        if (!find_user_of_volume(self, leftover, error))
            return FALSE;
    }
    measure(self, first);
    return TRUE;
}

/* ---- layers */

static const CddImageSummary *
find_image(const GPtrArray *images, const char *id)
{
    for (guint i = 0; id != NULL && i < images->len; i++) {
        const CddImageSummary *image = images->pdata[i];

        if (g_str_equal(image->id, id))
            return image;
    }
    return NULL;
}

static const char *
get_parent(const CddImageSummary *layer)
{
    return own_containers_find_label(layer->labels, LAYER_PARENT_LABEL);
}

/* An engine counts the parent's size as part of the layer's. */
static gint64
own_size(const GPtrArray *images, const CddImageSummary *layer)
{
    const CddImageSummary *parent = find_image(images, get_parent(layer));

    if (parent == NULL || parent->size > layer->size)
        return -1;
    return (gint64)(layer->size - parent->size);
}

/* Why the layer must stay; NULL if it need not. @needed: the ids of the images that layers which
 * stay stand on, with the names of these layers. */
static char *
find_user_of_layer(const Search *self,
                   const CddImageSummary *layer,
                   const GPtrArray *containers,
                   GHashTable *needed)
{
    const char *child = g_hash_table_lookup(needed, layer->id);

    if (child != NULL)
        return g_strdup_printf("the layer %s, which stays, stands on it", child);
    for (guint i = 0; i < containers->len; i++) {
        const CddContainerSummary *container = containers->pdata[i];

        if (g_str_equal(container->image_id, layer->id) && stays(self, container))
            return describe_user(container);
    }
    return NULL;
}

static gboolean
is_own_layer(const CddImageSummary *image)
{
    const char *const *labels = (const char *const *)image->labels;
    const char *name = own_containers_find_label(image->labels, OWN_USER_LABEL);
    g_autofree char *user = own_containers_make_user();

    return g_strcmp0(name, user) == 0 && g_strv_contains(labels, LAYER_LABEL) &&
           image_find_layer_name(image) != NULL;
}

static GPtrArray *
list_images(const Search *self, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_list_images_async(self->service, TRUE, NULL, self->cancellable, await_ready, &done);
    return cdd_service_list_images_finish(self->service, await(&done), error);
}

/* The newest first: that is the order of removal, since a layer may stand on an older one. */
static gboolean
find_layers(Search *self, GError **error)
{
    g_autoptr(GHashTable) needed = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) images = list_images(self, error);
    g_autoptr(GPtrArray) containers = images != NULL ? list_containers(self, NULL, error) : NULL;

    if (containers == NULL)
        return FALSE;
    for (guint i = 0; i < images->len; i++) {
        const CddImageSummary *image = images->pdata[i];
        const char *reference = image_find_layer_name(image);
        Leftover *leftover = NULL;

        if (!is_own_layer(image))
            continue;
        leftover = add(self, LEFTOVER_LAYER, image_name_strip(reference), image->id);
        leftover->reference = g_strdup(reference);
        leftover->size = own_size(images, image);
        leftover->created = image->created_at / G_USEC_PER_SEC;
        leftover->use = find_user_of_layer(self, image, containers, needed);
        if (leftover->use != NULL && get_parent(image) != NULL)
            g_hash_table_insert(needed, (gpointer)get_parent(image), leftover->name);
    }
    return TRUE;
}

/* ---- directories of this machine */

static void
find_directories(Search *self, const char *parent)
{
    g_autoptr(GPtrArray) paths = scratch_find_left(parent);

    for (guint i = 0; i < paths->len; i++) {
        struct stat status;

        if (lstat(paths->pdata[i], &status) == 0)
            add(self, LEFTOVER_DIRECTORY, paths->pdata[i], NULL)->created = status.st_mtime;
    }
}

/* ---- all of it */

GPtrArray *
leftovers_find(const Engine *engine,
               const char *workspace,
               GCancellable *cancellable,
               GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)leftover_free);
    g_autoptr(GHashTable) doomed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *cache = acceleration_find_cache();
    Search search = {
        .service = engine->service,
        .now = engine_get_time(engine),
        .workspace = workspace,
        .cancellable = cancellable,
        .found = found,
        .doomed = doomed,
    };

    if (!find_containers(&search, error) || !find_volumes(&search, error) ||
        (workspace == NULL && !find_layers(&search, error)))
        return NULL;
    find_directories(&search, NULL);
    find_directories(&search, cache);
    return g_steal_pointer(&found);
}

/* Renames it first: then no build takes it, and one that a build has taken is found out. */
static gboolean
remove_standby(CddService *service,
               const Leftover *leftover,
               GCancellable *cancellable,
               GError **error)
{
    g_autofree char *name = g_strdup_printf("colcon-deb-clean-%.*s", ID_DIGITS, leftover->id);
    g_autoptr(GAsyncResult) renamed = NULL;
    g_autoptr(GAsyncResult) done = NULL;

    /* By its name: the build that takes it gives it another one. */
    cdd_service_rename_container_async(service, leftover->name, name, cancellable, await_ready,
                                       &renamed);
    if (!cdd_service_rename_container_finish(service, await(&renamed), error))
        return FALSE;
    cdd_service_remove_container_async(service, name, CDD_REMOVE_FORCE | CDD_REMOVE_VOLUMES,
                                       cancellable, await_ready, &done);
    return cdd_service_remove_container_finish(service, await(&done), error);
}

static gboolean
remove_one(CddService *service, Leftover *leftover, GCancellable *cancellable, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddRemovedImages) removed = NULL;

    /* Without force: what has been taken into use meanwhile stays. */
    switch (leftover->kind) {
    case LEFTOVER_CONTAINER:
        cdd_service_remove_container_async(service, leftover->id, CDD_REMOVE_VOLUMES, cancellable,
                                           await_ready, &done);
        return cdd_service_remove_container_finish(service, await(&done), error);
    case LEFTOVER_STANDBY:
        return remove_standby(service, leftover, cancellable, error);
    case LEFTOVER_VOLUME:
        cdd_service_remove_volume_async(service, leftover->name, FALSE, cancellable, await_ready,
                                        &done);
        return cdd_service_remove_volume_finish(service, await(&done), error);
    case LEFTOVER_LAYER:
        cdd_service_remove_image_async(service, leftover->reference, FALSE, cancellable,
                                       await_ready, &done);
        removed = cdd_service_remove_image_finish(service, await(&done), error);
        return removed != NULL;
    case LEFTOVER_DIRECTORY:
        return scratch_remove_left(leftover->name, error);
    }
    return TRUE;
}

gboolean
leftover_remove(const Engine *engine, Leftover *leftover, GCancellable *cancellable, GError **error)
{
    g_autoptr(GError) cause = NULL;

    if (remove_one(engine->service, leftover, cancellable, &cause) ||
        g_error_matches(cause, CDD_ERROR, CDD_ERROR_NOT_FOUND) ||
        g_error_matches(cause, CDD_ERROR, CDD_ERROR_IMAGE_NOT_FOUND))
        return TRUE;
    if (g_error_matches(cause, CDD_ERROR, CDD_ERROR_CONFLICT)) {
        leftover->use = g_strdup(cause->message);
        return TRUE;
    }
    g_propagate_error(error, g_steal_pointer(&cause));
    return FALSE;
}

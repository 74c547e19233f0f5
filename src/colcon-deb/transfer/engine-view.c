/* SPDX-License-Identifier: Apache-2.0 */
#include "engine-view.h"

#include "../base/await.h"
#include "../base/output-names.h"
#include "../base/state-folder.h"
#include "../image/own-containers.h"

#include <sys/stat.h>

/* Where the container that only looks has the state directory of the output. */
static const char witness_directory[] = "/colcon-deb-witness";
static const char witness_name[] = "witness";

enum {
    MIN_SIZE = 64,
    MAX_SIZE = 4096,
};

/* A file of a size and a time that nobody can know. It stays: all in that directory is ours. */
static gboolean
write_witness(const char *output, struct stat *status)
{
    const Owner owner = owner_of_caller();
    g_autoptr(StateFolder) state = state_folder_open(output, &owner, NULL);
    g_autofree char *text = g_strnfill((gsize)g_random_int_range(MIN_SIZE, MAX_SIZE), '.');
    g_autofree char *path = g_build_filename(output, OUTPUT_STATE, witness_name, NULL);

    return state != NULL && state_folder_write(state, witness_name, text, NULL) &&
           lstat(path, status) == 0;
}

static GArray *
find_mounts(const CddContainerSpec *spec)
{
    GArray *mounts = g_array_new(FALSE, FALSE, sizeof(CddVolumeMount));

    for (gsize i = 0; i < spec->n_volumes; i++)
        if (spec->volumes[i].host_path != NULL)
            g_array_append_val(mounts, spec->volumes[i]);
    return mounts;
}

static char *
create_container(const Engine *engine,
                 const GArray *mounts,
                 GCancellable *cancellable,
                 GError **error)
{
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GAsyncResult) done = NULL;
    CddContainerSpec spec = {
        .image = engine->image->id,
        .entrypoint = (const char *const[]){"true", NULL},
        .hardened = TRUE,
        .network_mode = CDD_NETWORK_NONE,
        .volumes = (const CddVolumeMount *)(gpointer)mounts->data,
        .n_volumes = mounts->len,
    };

    own_containers_add_labels(labels);
    g_ptr_array_add(labels, NULL);
    spec.labels = (const char *const *)labels->pdata;
    cdd_service_create_container_async(engine->service, &spec, cancellable, await_ready, &done);
    return cdd_service_create_container_finish(engine->service, await(&done), error);
}

static void
remove_container(const Engine *engine, const char *id)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;

    /* Also after Ctrl-C. */
    cdd_service_remove_container_async(engine->service, id, CDD_REMOVE_FORCE, NULL, await_ready,
                                       &done);
    if (!cdd_service_remove_container_finish(engine->service, await(&done), &error))
        g_debug("removing the container that looked at files: %s", error->message);
}

/* NULL without @error if there is no such path. */
static CddPathStat *
look(const Engine *engine,
     const char *container,
     const char *path,
     GCancellable *cancellable,
     GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) failure = NULL;
    CddPathStat *seen = NULL;

    cdd_service_stat_path_async(engine->service, container, path, cancellable, await_ready, &done);
    seen = cdd_service_stat_path_finish(engine->service, await(&done), &failure);
    if (seen == NULL && !g_error_matches(failure, CDD_ERROR, CDD_ERROR_NOT_FOUND))
        g_propagate_error(error, g_steal_pointer(&failure));
    return seen;
}

/* GDateTime has microseconds. */
static gboolean
has_time(const CddPathStat *seen, const struct stat *status)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(seen->mtime, utc);

    return time != NULL && g_date_time_to_unix(time) == status->st_mtim.tv_sec &&
           ABS(g_date_time_get_microsecond(time) - status->st_mtim.tv_nsec / 1000) <= 1;
}

/* Whether the engine has the same directory. FALSE without @error if it has not. */
static gboolean
sees_mount(const Engine *engine,
           const char *container,
           const CddVolumeMount *mount,
           GCancellable *cancellable,
           GError **error)
{
    g_autoptr(CddPathStat) seen =
        look(engine, container, mount->container_path, cancellable, error);
    struct stat status;

    return seen != NULL && cdd_path_stat_is_directory(seen) &&
           stat(mount->host_path, &status) == 0 && has_time(seen, &status);
}

/* @witness: what this machine says of it. */
static gboolean
sees_witness(const Engine *engine,
             const char *container,
             const struct stat *witness,
             GCancellable *cancellable,
             GError **error)
{
    g_autofree char *path = g_build_filename(witness_directory, witness_name, NULL);
    g_autoptr(CddPathStat) seen = look(engine, container, path, cancellable, error);

    return seen != NULL && seen->size == (guint64)witness->st_size && has_time(seen, witness);
}

/* The first mount that the engine sees otherwise; NULL for none, and with @error. */
static const char *
find_unseen(const Engine *engine,
            const char *container,
            const GArray *mounts,
            const struct stat *witness,
            GCancellable *cancellable,
            GError **error)
{
    for (guint i = 0; i < mounts->len; i++) {
        const CddVolumeMount *mount = &g_array_index(mounts, CddVolumeMount, i);
        gboolean is_witness = g_str_equal(mount->container_path, witness_directory);
        g_autoptr(GError) failure = NULL;

        if (is_witness ? sees_witness(engine, container, witness, cancellable, &failure)
                       : sees_mount(engine, container, mount, cancellable, &failure))
            continue;
        if (failure == NULL)
            return mount->host_path;
        g_propagate_error(error, g_steal_pointer(&failure));
        return NULL;
    }
    return NULL;
}

static gboolean
look_into(const Engine *engine,
          const char *container,
          const GArray *mounts,
          const struct stat *witness,
          gboolean *sees,
          char **why,
          GCancellable *cancellable,
          GError **error)
{
    g_autoptr(GError) failure = NULL;
    const char *unseen = find_unseen(engine, container, mounts, witness, cancellable, &failure);

    *sees = unseen == NULL;
    if (unseen != NULL)
        *why = g_strdup_printf("the engine cannot see %s", unseen);
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

/* Whether creating the container failed because of its mounts: each engine has words of its own, so
 * the other reasons are told apart. */
static gboolean
is_about_mounts(const GError *error)
{
    return !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
           !g_error_matches(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE) &&
           !g_error_matches(error, CDD_ERROR, CDD_ERROR_PROTOCOL) &&
           !g_error_matches(error, CDD_ERROR, CDD_ERROR_TIMEOUT) &&
           !g_error_matches(error, CDD_ERROR, CDD_ERROR_IMAGE_NOT_FOUND);
}

static gboolean
check(const Engine *engine,
      const GArray *mounts,
      const struct stat *witness,
      gboolean *sees,
      char **why,
      GCancellable *cancellable,
      GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autofree char *container = create_container(engine, mounts, cancellable, &failure);
    gboolean good = FALSE;

    if (container != NULL) {
        good = look_into(engine, container, mounts, witness, sees, why, cancellable, error);
        remove_container(engine, container);
        return good;
    }
    if (!is_about_mounts(failure)) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    g_debug("%s", failure->message);
    *sees = FALSE;
    *why = g_strdup("the engine cannot see this machine's directories");
    return TRUE;
}

gboolean
engine_view_check(const Engine *engine,
                  const CddContainerSpec *spec,
                  const char *output,
                  gboolean *sees,
                  char **why,
                  GCancellable *cancellable,
                  GError **error)
{
    g_autoptr(GArray) mounts = find_mounts(spec);
    g_autofree char *state = output != NULL ? g_build_filename(output, OUTPUT_STATE, NULL) : NULL;
    struct stat witness = {0};

    /* Without it the times of the directories must do. */
    if (output != NULL && write_witness(output, &witness))
        g_array_append_val(mounts, ((CddVolumeMount){.host_path = state,
                                                     .container_path = witness_directory,
                                                     .read_only = TRUE}));
    return check(engine, mounts, &witness, sees, why, cancellable, error);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "incremental.h"

#include "../base/await.h"
#include "../base/output-names.h"
#include "../base/state-folder.h"
#include "build-key.h"
#include "commit-times.h"
#include "file-walk.h"
#include "overrides.h"

#include <string.h>

enum {
    MAX_RECORD = 64 * 1024 * 1024 /* bytes */
};

static const char helpers_name[] = "helpers";
static const char sources_name[] = "sources";
static const char overrides_name[] = "overrides";
static const char commits_name[] = "commits";
static const char override_commits_name[] = "override-commits";
static const char record_name[] = "last-build.json";

struct Incremental {
    const Config *config;
    const char *image_id;
    const char *ros_distro;
    StateFolder *state;
    FileList *sources;
    FileList *overrides;
    GPtrArray *refused; /* repositories that git refuses to read */
    char *helpers;      /* the digest of the files that run in the container; NULL as @key */
    char *key;          /* NULL if a source could not be read */
};

void
incremental_free(Incremental *incremental)
{
    if (incremental == NULL)
        return;
    g_clear_pointer(&incremental->state, state_folder_free);
    g_clear_pointer(&incremental->sources, file_list_free);
    g_clear_pointer(&incremental->overrides, file_list_free);
    g_clear_pointer(&incremental->refused, g_ptr_array_unref);
    g_free(incremental->helpers);
    g_free(incremental->key);
    g_free(incremental);
}

/* Lists @directory. The list is kept in the state's file @name, which makes the next one cheap. */
static FileList *
list_files(const Incremental *incremental,
           const char *name,
           const char *directory,
           GCancellable *cancellable,
           GError **error)
{
    gsize length = 0;
    char *text = state_folder_read(incremental->state, name, FILE_LIST_MAX_TEXT, &length);
    g_autoptr(FileList) known = text != NULL ? file_list_parse(text, length) : NULL;
    gboolean changed = FALSE;
    g_autoptr(FileList) list = file_walk(directory, known, &changed, cancellable, error);

    if (list != NULL && changed) {
        g_autofree char *printed = file_list_print(list);

        if (!state_folder_write(incremental->state, name, printed, error))
            return NULL;
    }
    return g_steal_pointer(&list);
}

/* The scripts that run in the container, without Python's byte code. */
static FileList *
list_helpers(const Incremental *incremental, GCancellable *cancellable, GError **error)
{
    g_autofree char *scripts = cdd_prepare_helper_scripts(NULL, error);
    g_autoptr(FileList) list =
        scripts != NULL ? list_files(incremental, helpers_name, scripts, cancellable, error) : NULL;

    if (list == NULL)
        return NULL;
    for (guint i = list->entries->len; i-- > 0;)
        if (strstr(file_list_get(list, i)->path, "__pycache__/") != NULL)
            g_array_remove_index(list->entries, i);
    file_list_seal(list);
    return g_steal_pointer(&list);
}

/* NULL if a file could not be read: it may have changed. */
static char *
make_key(const Incremental *incremental,
         const FileList *helpers,
         const FileList *sources,
         const FileList *overrides)
{
    g_autofree char *edited = overrides_digest(incremental->config->debian_dirs, overrides);

    if (g_str_equal(helpers->digest, FILE_DIGEST_UNKNOWN) ||
        g_str_equal(sources->digest, FILE_DIGEST_UNKNOWN) ||
        g_str_equal(edited, FILE_DIGEST_UNKNOWN))
        return NULL;
    return build_key(&(BuildKey){.config = incremental->config,
                                 .ros_distro = incremental->ros_distro,
                                 .image_id = incremental->image_id,
                                 .helpers = helpers->digest,
                                 .sources = sources->digest,
                                 .overrides = edited});
}

static gboolean
take_stock(Incremental *incremental, GCancellable *cancellable, GError **error)
{
    const Config *config = incremental->config;
    g_autofree char *source = g_build_filename(config->colcon_repo, "src", NULL);
    g_autoptr(FileList) helpers = list_helpers(incremental, cancellable, error);
    g_autoptr(Folder) lock = NULL;

    if (helpers == NULL)
        return FALSE;
    if (!g_str_equal(helpers->digest, FILE_DIGEST_UNKNOWN))
        incremental->helpers = g_strdup(helpers->digest);
    incremental->sources = list_files(incremental, sources_name, source, cancellable, error);
    if (incremental->sources == NULL)
        return FALSE;
    lock = overrides_lock(config->debian_dirs, cancellable);
    if (g_cancellable_set_error_if_cancelled(cancellable, error))
        return FALSE;
    incremental->overrides =
        list_files(incremental, overrides_name, config->debian_dirs, cancellable, error);
    if (incremental->overrides == NULL)
        return FALSE;
    incremental->key = make_key(incremental, helpers, incremental->sources, incremental->overrides);
    return TRUE;
}

static void
take_stock_in_thread(GTask *task,
                     gpointer source G_GNUC_UNUSED,
                     gpointer data,
                     GCancellable *cancellable)
{
    GError *error = NULL;

    if (take_stock(data, cancellable, &error))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

Incremental *
incremental_new(const Config *config,
                const char *image_id,
                const char *ros_distro,
                GCancellable *cancellable,
                GError **error)
{
    const Owner owner = owner_of_caller();
    g_autoptr(Incremental) incremental = g_new0(Incremental, 1);
    g_autoptr(GTask) task = NULL;
    g_autoptr(GAsyncResult) done = NULL;

    incremental->config = config;
    incremental->image_id = image_id;
    incremental->ros_distro = ros_distro;
    incremental->refused = g_ptr_array_new_with_free_func(g_free);
    incremental->state = state_folder_open(config->output_dir, &owner, error);
    if (incremental->state == NULL)
        return NULL;
    /* In a thread: the first read of a large workspace takes a while, and Ctrl-C must work. */
    task = g_task_new(NULL, cancellable, await_ready, &done);
    g_task_set_task_data(task, incremental, NULL);
    g_task_run_in_thread(task, take_stock_in_thread);
    await(&done);
    return g_task_propagate_boolean(task, error) ? g_steal_pointer(&incremental) : NULL;
}

/* A build without a target shares its repository with the targets that were ever built. */
static gboolean
shares_repository(const Config *config)
{
    g_autofree char *targets = g_build_filename(config->repository_dir, OUTPUT_TARGETS, NULL);

    return config->target != NULL || g_file_test(targets, G_FILE_TEST_IS_DIR);
}

static LastBuildPlace
get_place(const Incremental *incremental)
{
    const Config *config = incremental->config;

    return (LastBuildPlace){.output = config->output_dir,
                            .repository = config->repository_dir,
                            .shared = shares_repository(config)};
}

gboolean
incremental_replay(const Incremental *incremental,
                   const Selection *selection,
                   CddBuildEventFunc func,
                   gpointer user_data)
{
    const LastBuildPlace place = get_place(incremental);
    gsize length = 0;
    g_autofree char *text = state_folder_read(incremental->state, record_name, MAX_RECORD, &length);
    g_autoptr(LastBuild) build = text != NULL ? last_build_parse(text, length) : NULL;

    return incremental->key != NULL && build != NULL &&
           last_build_holds(build, incremental->key, &place) &&
           last_build_replay(build, selection, func, user_data);
}

/* Writes the files that tell the container the times of packages and overrides. */
static void
write_commits_in_thread(GTask *task,
                        gpointer source G_GNUC_UNUSED,
                        gpointer data,
                        GCancellable *cancellable)
{
    const Incremental *incremental = data;
    const Config *config = incremental->config;
    g_autofree char *directory = g_build_filename(config->colcon_repo, "src", NULL);
    g_autofree char *sources = commit_times_print(COMMIT_SOURCES, directory, incremental->sources,
                                                  incremental->refused, cancellable);
    g_autofree char *overrides =
        commit_times_print(COMMIT_OVERRIDES, config->debian_dirs, incremental->overrides,
                           incremental->refused, cancellable);
    GError *error = NULL;

    if (state_folder_write(incremental->state, commits_name, sources, &error) &&
        state_folder_write(incremental->state, override_commits_name, overrides, &error))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

gboolean
incremental_begin(Incremental *incremental, GCancellable *cancellable, GError **error)
{
    g_autoptr(GTask) task = NULL;
    g_autoptr(GAsyncResult) done = NULL;

    if (!state_folder_remove(incremental->state, record_name, error))
        return FALSE;
    /* In a thread: git is asked about each package, and Ctrl-C must work. */
    task = g_task_new(NULL, cancellable, await_ready, &done);
    g_task_set_task_data(task, incremental, NULL);
    g_task_run_in_thread(task, write_commits_in_thread);
    await(&done);
    return g_task_propagate_boolean(task, error);
}

const GPtrArray *
incremental_get_refused(const Incremental *incremental)
{
    return incremental->refused;
}

const char *
incremental_get_helpers(const Incremental *incremental)
{
    return incremental->helpers;
}

gboolean
incremental_end(const Incremental *incremental, const RunState *state, GError **error)
{
    const LastBuildPlace place = get_place(incremental);
    g_autofree char *text =
        incremental->key != NULL ? last_build_print(state, incremental->key, &place) : NULL;

    return text == NULL || state_folder_write(incremental->state, record_name, text, error);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "commit-times.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char header[] = "colcon-deb-commits 1\n";
static const char manifest[] = "package.xml";

typedef struct {
    char *source; /* the real path */
    GCancellable *cancellable;
    GHashTable *repositories; /* top directory -> Repository */
} Query;

/* The work tree of a repository. */
typedef struct {
    char *top;
    GPtrArray *changed; /* paths of files that are not committed, from the top */
    gboolean usable;    /* git could be asked */
} Repository;

static void
repository_free(gpointer data)
{
    Repository *repository = data;

    g_free(repository->top);
    g_ptr_array_unref(repository->changed);
    g_free(repository);
}

/* The output of git in @directory, with a zero byte after it; NULL if it fails. */
static GByteArray *
ask_git(const Query *query, const char *directory, const char *const *arguments)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_autoptr(GStrvBuilder) command = g_strv_builder_new();
    g_autoptr(GSubprocess) process = NULL;
    g_autoptr(GBytes) output = NULL;
    g_auto(GStrv) argv = NULL;
    GByteArray *text = NULL;

    /* A hook of git, which may have started this program, sets these for its own repository. */
    g_subprocess_launcher_unsetenv(launcher, "GIT_DIR");
    g_subprocess_launcher_unsetenv(launcher, "GIT_WORK_TREE");
    g_subprocess_launcher_unsetenv(launcher, "GIT_INDEX_FILE");
    g_subprocess_launcher_setenv(launcher, "GIT_OPTIONAL_LOCKS", "0", TRUE);
    g_subprocess_launcher_set_cwd(launcher, directory);
    /* A monitor of the file system is a program that a repository names. */
    g_strv_builder_add_many(command, "git", "-c", "core.fsmonitor=false", NULL);
    g_strv_builder_addv(command, (const char **)arguments);
    argv = g_strv_builder_end(command);
    process = g_subprocess_launcher_spawnv(launcher, (const char *const *)argv, NULL);
    if (process == NULL ||
        !g_subprocess_communicate(process, NULL, query->cancellable, &output, NULL, NULL) ||
        !g_subprocess_get_successful(process))
        return NULL;
    text = g_bytes_unref_to_array(g_steal_pointer(&output));
    return g_byte_array_append(text, (const guint8 *)"", 1);
}

/* Lists what is not committed, below the sources only: the repository may hold the output, too. */
static void
list_changes(const Query *query, Repository *repository)
{
    static const char *const status[] = {
        "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", ".", NULL,
    };
    gboolean inside = g_str_has_prefix(repository->top, query->source);
    g_autoptr(GByteArray) output = ask_git(query, inside ? repository->top : query->source, status);

    repository->usable = output != NULL;
    if (output == NULL)
        return;
    /* Each entry is two letters, a space and a path. */
    for (guint i = 0; i < output->len;) {
        const char *entry = (const char *)output->data + i;

        if (strlen(entry) > 3)
            g_ptr_array_add(repository->changed, g_strdup(entry + 3));
        i += (guint)strlen(entry) + 1;
    }
}

/* The repository that @directory is in; NULL if it is in none. */
static const Repository *
find_repository(Query *query, const char *directory)
{
    g_autofree char *top = g_strdup(directory);
    Repository *repository = NULL;

    for (;;) {
        g_autofree char *git = g_build_filename(top, ".git", NULL);
        char *parent = NULL;

        if (g_file_test(git, G_FILE_TEST_EXISTS))
            break;
        if (g_str_equal(top, "/"))
            return NULL;
        parent = g_path_get_dirname(top);
        g_free(top);
        top = parent;
    }
    repository = g_hash_table_lookup(query->repositories, top);
    if (repository == NULL) {
        repository = g_new0(Repository, 1);
        repository->top = g_strdup(top);
        repository->changed = g_ptr_array_new_with_free_func(g_free);
        list_changes(query, repository);
        g_hash_table_insert(query->repositories, repository->top, repository);
    }
    return repository;
}

/* Whether @path is below @directory. Both have no links left. */
static gboolean
is_below(const char *path, const char *directory)
{
    gsize length = strlen(directory);

    return strncmp(path, directory, length) == 0 && path[length] == '/';
}

/* The time of the newest file of @directory that is not committed; 0 without one. Of a file that is
 * gone, the time of its directory counts. */
static gint64
newest_change(const Repository *repository, const char *directory)
{
    gint64 newest = 0;

    for (guint i = 0; i < repository->changed->len; i++) {
        g_autofree char *path =
            g_build_filename(repository->top, repository->changed->pdata[i], NULL);
        g_autofree char *parent = g_path_get_dirname(path);
        struct stat status;

        if (is_below(path, directory) && (lstat(path, &status) == 0 || lstat(parent, &status) == 0))
            newest = MAX(newest, (gint64)status.st_mtim.tv_sec);
    }
    return newest;
}

/* 0 if git does not know. */
static gint64
last_commit(const Query *query, const char *directory)
{
    static const char *const log[] = {"log", "-1", "--format=%ct", "--", ".", NULL};
    g_autoptr(GByteArray) output = ask_git(query, directory, log);

    return output != NULL ? g_ascii_strtoll((const char *)output->data, NULL, 10) : 0;
}

static void
print_package(Query *query, const char *path, GString *out)
{
    g_autofree char *directory = g_build_filename(query->source, path, NULL);
    const Repository *repository = find_repository(query, directory);
    gint64 commit = 0;

    if (repository == NULL || !repository->usable)
        return;
    commit = last_commit(query, directory);
    if (commit <= 0)
        return;
    g_string_append_printf(out, "%" G_GINT64_FORMAT " ",
                           MAX(commit, newest_change(repository, directory)));
    file_list_append_path(out, path);
    g_string_append_c(out, '\n');
}

char *
commit_times_print(const char *source, const FileList *list, GCancellable *cancellable)
{
    Query query = {.cancellable = cancellable};
    g_autofree char *git = g_find_program_in_path("git");
    g_autofree char *real = realpath(source, NULL);
    GString *out = g_string_new(header);

    if (git == NULL || real == NULL)
        return g_string_free(out, FALSE);
    query.source = real;
    query.repositories = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, repository_free);
    for (guint i = 0; i < list->entries->len; i++) {
        const FileEntry *entry = file_list_get(list, i);
        g_autofree char *name = g_path_get_basename(entry->path);
        g_autofree char *directory = g_path_get_dirname(entry->path);

        if (g_str_equal(name, manifest) && !g_cancellable_is_cancelled(cancellable))
            print_package(&query, directory, out);
    }
    g_hash_table_unref(query.repositories);
    return g_string_free(out, FALSE);
}

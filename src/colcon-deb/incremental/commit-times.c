/* SPDX-License-Identifier: Apache-2.0 */
#include "commit-times.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char header[] = "colcon-deb-commits 1\n";
static const char manifest[] = "package.xml";

/* A commit in the history that git prints. No path begins with this character: git escapes it. */
enum {
    COMMIT_MARK = '\001'
};

/* A package or an override. */
typedef struct {
    char *path; /* below the root */
    char *directory;
    gint64 commit; /* the time of its last commit; 0 if there is none */
} Package;

/* The work tree of a repository. */
typedef struct {
    char *top;
    GPtrArray *changed;   /* absolute paths of files that are not committed */
    GHashTable *packages; /* directory -> Package */
    guint unknown;        /* packages whose last commit was not found yet */
} Repository;

typedef struct {
    CommitSubject subject;
    char *root; /* the real path */
    GPtrArray *refused;
    GCancellable *cancellable;
    GHashTable *repositories; /* top directory -> Repository */
} Query;

static void
package_free(gpointer data)
{
    Package *package = data;

    g_free(package->path);
    g_free(package->directory);
    g_free(package);
}

static void
repository_free(gpointer data)
{
    Repository *repository = data;

    g_free(repository->top);
    g_ptr_array_unref(repository->changed);
    g_hash_table_unref(repository->packages);
    g_free(repository);
}

/* Whether @path is below @directory. Both have no links left. */
static gboolean
is_below(const char *path, const char *directory)
{
    gsize length = strlen(directory);

    return strncmp(path, directory, length) == 0 && path[length] == '/';
}

/* Starts git in the part of the repository that is below the root: the output may be in the
 * repository, too. */
static GSubprocess *
start_git(const Query *query, const Repository *repository, const char *const *arguments)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_autoptr(GStrvBuilder) command = g_strv_builder_new();
    g_auto(GStrv) argv = NULL;
    gboolean inside = is_below(repository->top, query->root);

    /* A hook of git, which may have started this program, sets these for its own repository. */
    g_subprocess_launcher_unsetenv(launcher, "GIT_DIR");
    g_subprocess_launcher_unsetenv(launcher, "GIT_WORK_TREE");
    g_subprocess_launcher_unsetenv(launcher, "GIT_INDEX_FILE");
    g_subprocess_launcher_setenv(launcher, "GIT_OPTIONAL_LOCKS", "0", TRUE);
    g_subprocess_launcher_set_cwd(launcher, inside ? repository->top : query->root);
    /* A monitor of the file system is a program that a repository names. */
    g_strv_builder_add_many(command, "git", "-c", "core.fsmonitor=false", "-c",
                            "core.quotePath=true", NULL);
    g_strv_builder_addv(command, (const char **)arguments);
    argv = g_strv_builder_end(command);
    return g_subprocess_launcher_spawnv(launcher, (const char *const *)argv, NULL);
}

static void
list_changes(const Query *query, Repository *repository)
{
    const char *untracked =
        query->subject == COMMIT_SOURCES ? "--untracked-files=all" : "--untracked-files=no";
    const char *const status[] = {
        "status", "--porcelain", "-z", "--no-renames", untracked, "--", ".", NULL,
    };
    g_autoptr(GSubprocess) process = start_git(query, repository, status);
    g_autoptr(GBytes) output = NULL;
    const char *entry = NULL;
    gsize left = 0;

    if (process == NULL ||
        !g_subprocess_communicate(process, NULL, query->cancellable, &output, NULL, NULL))
        return;
    if (!g_subprocess_get_successful(process))
        g_ptr_array_add(query->refused, g_strdup(repository->top));
    entry = g_bytes_get_data(output, &left);
    /* Each entry is two letters, a space, a path and a zero byte. */
    while (left > 0) {
        gsize length = strnlen(entry, left);

        if (length > 3 && length < left)
            g_ptr_array_add(repository->changed,
                            g_build_filename(repository->top, entry + 3, NULL));
        length = MIN(length + 1, left);
        entry += length;
        left -= length;
    }
}

/* A commit at @time has changed the file @name, as git prints it. */
static void
note_change(Repository *repository, char *name, gint64 time)
{
    gsize length = strlen(name);
    gboolean quoted = length >= 2 && name[0] == '"' && name[length - 1] == '"';
    g_autofree char *inside = quoted ? g_strndup(name + 1, length - 2) : NULL;
    g_autofree char *plain = quoted ? g_strcompress(inside) : g_strdup(name);
    g_autofree char *path = g_build_filename(repository->top, plain, NULL);

    /* The directories that contain the file, up to the top. */
    for (char *slash = strrchr(path, '/'); slash != NULL; slash = strrchr(path, '/')) {
        Package *package = NULL;

        *slash = '\0';
        package = g_hash_table_lookup(repository->packages, path);
        if (package != NULL && package->commit == 0) {
            package->commit = time;
            repository->unknown--;
        }
        if (g_str_equal(path, repository->top))
            break;
    }
}

/* Reads the history from the newest commit on, until it has named all packages. One pass for all:
 * the history of a single package may be as long to search as all of it. What a merge has brought
 * is as new as the merge. */
static void
read_history(const Query *query, Repository *repository)
{
    static const char *const log[] = {
        "log", "--format=%x01%ct", "--name-only", "--no-renames", "--first-parent", "-m", "--", ".",
        NULL,
    };
    g_autoptr(GSubprocess) process = start_git(query, repository, log);
    g_autoptr(GDataInputStream) lines = NULL;
    gint64 time = 0;

    if (process == NULL)
        return;
    lines = g_data_input_stream_new(g_subprocess_get_stdout_pipe(process));
    while (repository->unknown > 0) {
        g_autofree char *line =
            g_data_input_stream_read_line(lines, NULL, query->cancellable, NULL);

        if (line == NULL)
            break;
        if (line[0] == COMMIT_MARK)
            time = g_ascii_strtoll(line + 1, NULL, 10);
        else if (line[0] != '\0' && time > 0)
            note_change(repository, line, time);
    }
    g_subprocess_force_exit(process);
    g_subprocess_wait(process, NULL, NULL);
}

/* The repository that @directory is in; NULL if it is in none. */
static Repository *
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
        repository->packages = g_hash_table_new(g_str_hash, g_str_equal);
        g_hash_table_insert(query->repositories, repository->top, repository);
    }
    return repository;
}

/* The time of the newest file of @directory that is not committed; 0 without one. Of a file that is
 * gone, the time of its directory counts. */
static gint64
newest_change(const Repository *repository, const char *directory)
{
    gint64 newest = 0;

    for (guint i = 0; i < repository->changed->len; i++) {
        const char *path = repository->changed->pdata[i];
        g_autofree char *parent = g_path_get_dirname(path);
        struct stat status;

        if (is_below(path, directory) && (lstat(path, &status) == 0 || lstat(parent, &status) == 0))
            newest = MAX(newest, (gint64)status.st_mtim.tv_sec);
    }
    return newest;
}

/* The directory of the package or override that @path shows; NULL if it shows none. */
static char *
find_directory(CommitSubject subject, const char *path)
{
    const char *slash = subject == COMMIT_SOURCES ? strrchr(path, '/') : strchr(path, '/');

    if (subject == COMMIT_OVERRIDES)
        return slash != NULL ? g_strndup(path, (gsize)(slash - path)) : NULL;
    return g_str_equal(slash != NULL ? slash + 1 : path, manifest) ? g_path_get_dirname(path)
                                                                   : NULL;
}

/* The packages or overrides among the files of @list, each also in its repository. */
static GPtrArray *
find_packages(Query *query, const FileList *list)
{
    GPtrArray *packages = g_ptr_array_new_with_free_func(package_free);

    for (guint i = 0; i < list->entries->len; i++) {
        g_autofree char *path = find_directory(query->subject, file_list_get(list, i)->path);
        const Package *last = packages->len > 0 ? packages->pdata[packages->len - 1] : NULL;
        Package *package = NULL;
        Repository *repository = NULL;

        /* The list is sorted: the files of an override follow each other. */
        if (path == NULL || (last != NULL && g_str_equal(last->path, path)))
            continue;
        package = g_new0(Package, 1);
        package->path = g_steal_pointer(&path);
        package->directory = g_str_equal(package->path, ".")
                                 ? g_strdup(query->root)
                                 : g_build_filename(query->root, package->path, NULL);
        g_ptr_array_add(packages, package);
        repository = find_repository(query, package->directory);
        if (repository == NULL)
            continue;
        g_hash_table_insert(repository->packages, package->directory, package);
        repository->unknown = g_hash_table_size(repository->packages);
    }
    return packages;
}

static void
ask_repositories(const Query *query)
{
    GHashTableIter iter;
    gpointer repository = NULL;

    g_hash_table_iter_init(&iter, query->repositories);
    while (g_hash_table_iter_next(&iter, NULL, &repository) &&
           !g_cancellable_is_cancelled(query->cancellable)) {
        read_history(query, repository);
        list_changes(query, repository);
    }
}

char *
commit_times_print(CommitSubject subject,
                   const char *root,
                   const FileList *list,
                   GPtrArray *refused,
                   GCancellable *cancellable)
{
    Query query = {.subject = subject, .refused = refused, .cancellable = cancellable};
    g_autofree char *git = g_find_program_in_path("git");
    g_autofree char *real = realpath(root, NULL);
    GString *out = g_string_new(header);
    g_autoptr(GPtrArray) packages = NULL;

    if (git == NULL || real == NULL)
        return g_string_free(out, FALSE);
    query.root = real;
    query.repositories = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, repository_free);
    packages = find_packages(&query, list);
    ask_repositories(&query);
    for (guint i = 0; i < packages->len; i++) {
        const Package *package = packages->pdata[i];

        if (package->commit == 0)
            continue;
        g_string_append_printf(
            out, "%" G_GINT64_FORMAT " ",
            MAX(package->commit,
                newest_change(find_repository(&query, package->directory), package->directory)));
        file_list_append_path(out, package->path);
        g_string_append_c(out, '\n');
    }
    g_hash_table_unref(query.repositories);
    return g_string_free(out, FALSE);
}

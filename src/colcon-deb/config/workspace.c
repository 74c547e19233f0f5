/* SPDX-License-Identifier: Apache-2.0 */
#include "workspace.h"

#include "../base/folder.h"
#include "../base/json.h"
#include "../base/output-names.h"
#include "../base/program-error.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Whether @path is @directory or below it, by device and inode, not by name. */
static gboolean
is_inside(const char *path, const struct stat *directory)
{
    g_autofree char *current = realpath(path, NULL);

    while (current != NULL) {
        char *parent = g_path_get_dirname(current);
        gboolean is_root = g_str_equal(parent, current);
        struct stat status;

        if (stat(current, &status) == 0 && status.st_dev == directory->st_dev &&
            status.st_ino == directory->st_ino) {
            g_free(parent);
            return TRUE;
        }
        g_free(current);
        current = parent;
        if (is_root)
            break;
    }
    return FALSE;
}

/* A larger tree is accepted without a package.xml; the scanner in the container decides. */
enum {
    MAX_ENTRIES = 200000,
    MAX_TARGETS = 256,
    MAX_SUMMARY = 16 * 1024 * 1024 /* bytes */
};

/* A dangling link exists, too. */
static gboolean
exists(const char *path)
{
    struct stat status;

    return lstat(path, &status) == 0;
}

static gboolean
has_file(const char *directory, const char *name)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);

    return exists(path);
}

/* As colcon ignores it. */
static gboolean
is_ignored(const FTSENT *entry)
{
    return (entry->fts_level > 0 && entry->fts_name[0] == '.') ||
           has_file(entry->fts_path, "COLCON_IGNORE") ||
           has_file(entry->fts_path, "AMENT_IGNORE") || has_file(entry->fts_path, "CATKIN_IGNORE");
}

/* A search for packages below src/, with links, as colcon and the scanner in the container do it.
 */
typedef struct {
    const struct stat *source; /* src/ */
    GHashTable *followed;      /* directories that links led to: each is searched once */
    guint entries;
    guint packages;
    GPtrArray *directories; /* of the packages, or NULL */
} Search;

static gboolean search_below(Search *self, const char *top, GError **error);

/* colcon would follow the link. The container sees only src/, where the link dangles. */
static gboolean
check_outside(const char *path, const char *target, GError **error)
{
    g_autoptr(GHashTable) followed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Search outside = {.followed = followed};

    if (!search_below(&outside, target, NULL) || outside.packages == 0)
        return TRUE;
    return program_error_usage(
        error,
        "%s is a link to packages outside of src/, in %s, which the build "
        "cannot see; move or copy them into src/ (or mount: mount --bind %s)",
        path, target, target);
}

static gboolean
follow_link(Search *self, const char *path, GError **error)
{
    g_autofree char *target = realpath(path, NULL);

    if (self->source == NULL || target == NULL || !g_file_test(target, G_FILE_TEST_IS_DIR))
        return TRUE;
    if (!is_inside(target, self->source))
        return check_outside(path, target, error);
    return !g_hash_table_add(self->followed, g_strdup(target)) || search_below(self, target, error);
}

/* Counts the packages below @top. A link that leads out of src/ to packages is an error. */
static gboolean
search_below(Search *self, const char *top, GError **error)
{
    char *const roots[] = {(char *)top, NULL};
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
    gboolean good = TRUE;
    FTSENT *entry = NULL;

    while (walk != NULL && good && self->entries < MAX_ENTRIES && (entry = fts_read(walk))) {
        self->entries++;
        if (entry->fts_info == FTS_SL) {
            good = follow_link(self, entry->fts_path, error);
        } else if (entry->fts_info == FTS_D && is_ignored(entry)) {
            fts_set(walk, entry, FTS_SKIP);
        } else if (entry->fts_info == FTS_D && has_file(entry->fts_path, "package.xml")) {
            self->packages++;
            if (self->directories != NULL)
                g_ptr_array_add(self->directories, g_strdup(entry->fts_path));
            fts_set(walk, entry, FTS_SKIP);
        }
    }
    /* The walk was cut off: let the scanner decide. */
    if (entry != NULL && good)
        self->packages++;
    if (walk != NULL)
        fts_close(walk);
    return good;
}

/* @directories: NULL, or what those with a package.xml are added to. */
static gboolean
find_packages(const char *source, GPtrArray *directories, guint *count, GError **error)
{
    g_autoptr(GHashTable) followed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    struct stat status;
    Search search = {.source = &status, .followed = followed, .directories = directories};

    if (stat(source, &status) != 0)
        return program_error_errno(error, errno, "the sources %s", source);
    if (!search_below(&search, source, error))
        return FALSE;
    *count = search.packages;
    return TRUE;
}

GPtrArray *
workspace_find_packages(const char *path, GError **error)
{
    g_autofree char *source = g_build_filename(path, "src", NULL);
    g_autoptr(GPtrArray) directories = g_ptr_array_new_with_free_func(g_free);
    guint count = 0;

    return find_packages(source, directories, &count, error) ? g_steal_pointer(&directories) : NULL;
}

gboolean
workspace_check(const char *path, GError **error)
{
    g_autofree char *source = g_build_filename(path, "src", NULL);
    struct stat status;
    guint count = 0;

    if (stat(path, &status) != 0)
        return program_error_usage(error, "the workspace %s: %s", path, g_strerror(errno));
    if (!S_ISDIR(status.st_mode))
        return program_error_usage(error, "the workspace %s is not a directory", path);
    if (stat(source, &status) != 0 || !S_ISDIR(status.st_mode))
        return program_error_usage(error, "no src/ in %s: a workspace keeps its packages in src/",
                                   path);
    if (access(source, R_OK | X_OK) != 0)
        return program_error_usage(error, "the sources %s: %s", source, g_strerror(errno));
    if (!find_packages(source, NULL, &count, error))
        return FALSE;
    if (count == 0)
        return program_error_usage(error, "no package in %s: nothing in it has a package.xml",
                                   source);
    return TRUE;
}

/* The nearest directory at or above @path that exists. */
static char *
nearest_existing(const char *path)
{
    char *current = g_strdup(path);

    while (!g_file_test(current, G_FILE_TEST_EXISTS)) {
        char *parent = g_path_get_dirname(current);

        g_free(current);
        current = parent;
    }
    return current;
}

/* A build must not change the sources, which are mounted read-only. A writable directory that
 * contains them, or lies in them, would allow it. */
static gboolean
check_overlap(const char *workspace, const char *what, const char *path, GError **error)
{
    g_autofree char *source = g_build_filename(workspace, "src", NULL);
    g_autofree char *existing = nearest_existing(path);
    struct stat source_status;
    struct stat status;

    if (stat(source, &source_status) == 0 && is_inside(existing, &source_status))
        return program_error_usage(error, "the %s %s is inside the sources %s; choose another",
                                   what, path, source);
    if (stat(path, &status) == 0 && is_inside(source, &status))
        return program_error_usage(error, "the %s %s holds the sources %s; choose another", what,
                                   path, source);
    return TRUE;
}

static gboolean
check_writable_directory(const char *what, const char *path, GError **error)
{
    struct stat status;

    if (stat(path, &status) != 0)
        return program_error_errno(error, errno, "the %s %s", what, path);
    if (!S_ISDIR(status.st_mode))
        return program_error_usage(error, "the %s %s is not a directory", what, path);
    if (faccessat(AT_FDCWD, path, W_OK | X_OK, AT_EACCESS) != 0)
        return program_error_errno(error, errno, "the %s %s cannot be written", what, path);
    return TRUE;
}

static gboolean
make_writable_directory(const char *what, const char *path, const Owner *owner, GError **error)
{
    if (owner_make_directory(owner, path, error))
        return check_writable_directory(what, path, error);
    g_prefix_error(error, "the %s: ", what);
    return FALSE;
}

gboolean
workspace_check_directory(
    const char *workspace, const char *what, const char *flag, const char *path, GError **error)
{
    if (!check_overlap(workspace, what, path, error))
        return FALSE;
    if (!exists(path) || check_writable_directory(what, path, error))
        return TRUE;
    program_error_append(error, "; --%s chooses another", flag);
    return FALSE;
}

gboolean
workspace_prepare_directory(const char *workspace,
                            const char *what,
                            const char *flag,
                            const char *path,
                            const Owner *owner,
                            GError **error)
{
    if (!check_overlap(workspace, what, path, error))
        return FALSE;
    if (make_writable_directory(what, path, owner, error))
        return TRUE;
    program_error_append(error, "; --%s chooses another", flag);
    return FALSE;
}

gboolean
workspace_is_inside(const char *path, const char *directory)
{
    struct stat status;

    return stat(directory, &status) == 0 && is_inside(path, &status);
}

gboolean
workspace_check_apart(const char *output, const char *debian_dirs, GError **error)
{
    struct stat output_status;
    struct stat debian_dirs_status;

    if (stat(output, &output_status) != 0 || stat(debian_dirs, &debian_dirs_status) != 0 ||
        (!is_inside(debian_dirs, &output_status) && !is_inside(output, &debian_dirs_status)))
        return TRUE;
    return program_error_usage(
        error, "the output directory %s and the directory of overrides %s must lie apart", output,
        debian_dirs);
}

/* The workspace that the last build into @folder was of, by its summary; NULL without one. */
static char *
previous_workspace(const Folder *folder)
{
    g_autoptr(GBytes) text = folder_read(folder, OUTPUT_SUMMARY, MAX_SUMMARY, NULL);
    gsize length = 0;
    const char *data = text != NULL ? g_bytes_get_data(text, &length) : NULL;
    g_autoptr(JsonObject) summary = data != NULL ? json_text_parse_object(data, length) : NULL;

    return summary != NULL ? g_strdup(json_text_get_string(summary, "workspace")) : NULL;
}

static gboolean
has_entries(const Folder *output, const char *name)
{
    g_autoptr(Folder) folder = folder_open_child(output, name, NULL);
    g_auto(GStrv) names = folder != NULL ? folder_list(folder, 1, NULL) : NULL;

    return names != NULL && *names != NULL;
}

/* Whether a build made what is in @folder. */
static gboolean
is_of_build(const Folder *folder)
{
    static const char *const signs[] = {OUTPUT_SUMMARY, OUTPUT_EVENTS, OUTPUT_EVENTS_TEMPORARY};
    struct stat status;

    for (gsize i = 0; i < G_N_ELEMENTS(signs); i++)
        if (folder_stat(folder, signs[i], &status))
            return TRUE;
    return FALSE;
}

/* The directories that builds into @output have reported in: itself, and those of its targets
 * (Folder). */
static GPtrArray *
open_builds(const char *output)
{
    GPtrArray *builds = g_ptr_array_new_with_free_func((GDestroyNotify)folder_free);
    Folder *folder = folder_open(output, NULL);
    g_autoptr(Folder) targets = NULL;
    g_auto(GStrv) names = NULL;

    if (folder == NULL)
        return builds;
    g_ptr_array_add(builds, folder);
    targets = folder_open_child(folder, OUTPUT_TARGETS, NULL);
    names = targets != NULL ? folder_list(targets, MAX_TARGETS, NULL) : NULL;
    for (char **name = names; name != NULL && *name != NULL; name++) {
        Folder *target = folder_open_child(targets, *name, NULL);

        if (target != NULL)
            g_ptr_array_add(builds, target);
    }
    return builds;
}

/* A workspace that is gone may have been moved together with its output. */
static gboolean
check_same_workspace(const char *workspace, const Folder *build, GError **error)
{
    g_autofree char *previous = previous_workspace(build);
    struct stat status;
    struct stat previous_status;

    if (previous == NULL || stat(previous, &previous_status) != 0 ||
        stat(workspace, &status) != 0 ||
        (status.st_dev == previous_status.st_dev && status.st_ino == previous_status.st_ino))
        return TRUE;
    return program_error_usage(error,
                               "the output directory %s holds the packages of another workspace, "
                               "%s, and a build replaces them; choose another",
                               build->path, previous);
}

gboolean
workspace_check_output(const char *workspace, const char *output, GError **error)
{
    g_autoptr(GPtrArray) builds = open_builds(output);
    gboolean made = FALSE;

    if (builds->len == 0 || (!has_entries(builds->pdata[0], OUTPUT_DEBS) &&
                             !has_entries(builds->pdata[0], OUTPUT_REPOSITORY)))
        return TRUE;
    for (guint i = 0; i < builds->len; i++) {
        made |= is_of_build(builds->pdata[i]);
        if (!check_same_workspace(workspace, builds->pdata[i], error))
            return FALSE;
    }
    return made || program_error_usage(error,
                                       "the output directory %s has a debs/ or apt/ that no build "
                                       "made, and a build replaces them; choose another",
                                       output);
}

gboolean
workspace_free_space(const char *path, guint64 *bytes)
{
    g_autofree char *existing = nearest_existing(path);
    struct statvfs status;

    if (statvfs(existing, &status) != 0)
        return FALSE;
    *bytes = (guint64)status.f_bavail * status.f_frsize;
    return TRUE;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "workspace.h"

#include "program-error.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* A tree without a single package.xml in this many entries is no workspace that anyone made; the
 * scanner in the container has the last word. */
enum {
    MAX_ENTRIES = 200000
};

static gboolean
has_package(const char *source)
{
    char *const roots[] = {(char *)source, NULL};
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
    gboolean found = FALSE;
    FTSENT *entry = NULL;

    for (guint i = 0; walk != NULL && !found && (entry = fts_read(walk)) != NULL; i++)
        found = i == MAX_ENTRIES || g_str_equal(entry->fts_name, "package.xml");
    if (walk != NULL)
        fts_close(walk);
    return found;
}

gboolean
workspace_check(const char *path, GError **error)
{
    g_autofree char *source = g_build_filename(path, "src", NULL);
    struct stat status;

    if (stat(path, &status) != 0)
        return program_error_usage(error, "the workspace %s: %s", path, g_strerror(errno));
    if (!S_ISDIR(status.st_mode))
        return program_error_usage(error, "the workspace %s is not a directory", path);
    if (stat(source, &status) != 0 || !S_ISDIR(status.st_mode))
        return program_error_usage(error, "no src/ in %s: a workspace keeps its packages in src/",
                                   path);
    if (access(source, R_OK | X_OK) != 0)
        return program_error_usage(error, "the sources %s: %s", source, g_strerror(errno));
    if (!has_package(source))
        return program_error_usage(error, "no package in %s: nothing in it has a package.xml",
                                   source);
    return TRUE;
}

/* Whether @path is @directory or below it, by what they are and not by how they are written. */
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

/* The sources are mounted read-only so that a build cannot change them; a writable directory that
 * holds them, or lies in them, would be a way round. */
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

gboolean
workspace_prepare_directory(
    const char *workspace, const char *what, const char *path, const Owner *owner, GError **error)
{
    struct stat status;

    if (!check_overlap(workspace, what, path, error))
        return FALSE;
    if (!owner_make_directory(owner, path, error)) {
        g_prefix_error(error, "the %s: ", what);
        return FALSE;
    }
    if (stat(path, &status) != 0)
        return program_error_errno(error, errno, "the %s %s", what, path);
    if (!S_ISDIR(status.st_mode))
        return program_error_usage(error, "the %s %s is not a directory", what, path);
    if (faccessat(AT_FDCWD, path, W_OK | X_OK, AT_EACCESS) != 0)
        return program_error_errno(error, errno, "the %s %s cannot be written", what, path);
    return TRUE;
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

/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch.h"

#include "../base/folder.h"
#include "../base/program-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#define PREFIX ".colcon-deb-image-"

enum {
    MAX_ENTRIES = 10000, /* of the parent, which are looked at */
    /* Seconds from the making of a directory to its lock, at the very most. */
    MIN_AGE = 60,
};

struct Scratch {
    char *path;
    char *parent;
    char *name;
    int lock; /* the directory, locked as long as it is used */
};

static const char *
default_parent(void)
{
    const char *directory = g_getenv("TMPDIR");

    return directory != NULL && *directory != '\0' ? directory : "/var/tmp";
}

/* Returns the directory, locked; -1 if another process has the lock. */
static int
lock_directory(int parent, const char *name)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static gboolean
may_be_left(const Folder *folder, const char *name)
{
    gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    struct stat status;

    return g_str_has_prefix(name, PREFIX) && folder_stat(folder, name, &status) &&
           S_ISDIR(status.st_mode) && status.st_uid == geteuid() && status.st_mtime + MIN_AGE < now;
}

GPtrArray *
scratch_find_left(const char *parent)
{
    const char *place = parent != NULL ? parent : default_parent();
    g_autoptr(Folder) folder = folder_open(place, NULL);
    g_auto(GStrv) names = folder != NULL ? folder_list(folder, MAX_ENTRIES, NULL) : NULL;
    GPtrArray *left = g_ptr_array_new_with_free_func(g_free);

    for (char **name = names; name != NULL && *name != NULL; name++) {
        int lock = may_be_left(folder, *name) ? lock_directory(folder->fd, *name) : -1;

        if (lock < 0)
            continue;
        close(lock);
        g_ptr_array_add(left, g_build_filename(place, *name, NULL));
    }
    return left;
}

gboolean
scratch_remove_left(const char *path, GError **error)
{
    g_autofree char *parent = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    g_autoptr(Folder) folder = folder_open(parent, error);
    int lock = folder != NULL ? lock_directory(folder->fd, name) : -1;
    gboolean removed = FALSE;

    /* Without the lock: another process removes it. */
    if (lock < 0)
        return folder != NULL;
    removed = folder_clear(folder, name, error);
    close(lock);
    return removed;
}

/* Errors are ignored: the next process tries again. */
static void
tidy(const char *parent)
{
    g_autoptr(GPtrArray) left = scratch_find_left(parent);

    for (guint i = 0; i < left->len; i++)
        scratch_remove_left(left->pdata[i], NULL);
}

Scratch *
scratch_new(const char *parent, GError **error)
{
    g_autoptr(Scratch) scratch = g_new0(Scratch, 1);

    scratch->lock = -1;
    if (parent == NULL)
        parent = default_parent();
    tidy(parent);
    scratch->path = g_build_filename(parent, PREFIX "XXXXXX", NULL);
    if (g_mkdtemp(scratch->path) == NULL) {
        g_clear_pointer(&scratch->path, g_free);
        program_error_errno(error, errno, "making a temporary directory in %s", parent);
        return NULL;
    }
    scratch->parent = g_strdup(parent);
    scratch->name = g_path_get_basename(scratch->path);
    scratch->lock = lock_directory(AT_FDCWD, scratch->path);
    return g_steal_pointer(&scratch);
}

void
scratch_free(Scratch *scratch)
{
    g_autoptr(Folder) folder = NULL;

    if (scratch == NULL)
        return;
    if (scratch->path != NULL)
        folder = folder_open(scratch->parent, NULL);
    if (folder != NULL)
        folder_clear(folder, scratch->name, NULL);
    if (scratch->lock >= 0)
        close(scratch->lock);
    g_free(scratch->path);
    g_free(scratch->parent);
    g_free(scratch->name);
    g_free(scratch);
}

const char *
scratch_get_path(const Scratch *scratch)
{
    return scratch->path;
}

char *
scratch_make_path(const Scratch *scratch, const char *name)
{
    return g_build_filename(scratch->path, name, NULL);
}

/* Sets fixed modes, so that the same files make the same image whoever installed them. */
static gboolean
copy_file(const char *source, const char *target, GError **error)
{
    g_autofree char *content = NULL;
    gsize length = 0;
    gboolean executable = g_file_test(source, G_FILE_TEST_IS_EXECUTABLE);

    return g_file_get_contents(source, &content, &length, error) &&
           g_file_set_contents_full(target, content, (gssize)length, G_FILE_SET_CONTENTS_NONE,
                                    executable ? 0755 : 0644, error) &&
           (g_chmod(target, executable ? 0755 : 0644) == 0 ||
            program_error_errno(error, errno, "%s", target));
}

static gboolean copy_directory(const char *source, const char *target, GError **error);

static gboolean
copy_entry(const char *source, const char *target, GError **error)
{
    if (g_file_test(source, G_FILE_TEST_IS_DIR))
        return copy_directory(source, target, error);
    return !g_file_test(source, G_FILE_TEST_IS_REGULAR) || copy_file(source, target, error);
}

static gboolean
copy_directory(const char *source, const char *target, GError **error)
{
    g_autoptr(GDir) directory = g_dir_open(source, 0, error);
    const char *name = NULL;

    if (directory == NULL)
        return FALSE;
    if (g_mkdir(target, 0755) != 0 || g_chmod(target, 0755) != 0)
        return program_error_errno(error, errno, "making %s", target);
    while ((name = g_dir_read_name(directory)) != NULL) {
        g_autofree char *from = g_build_filename(source, name, NULL);
        g_autofree char *to = g_build_filename(target, name, NULL);

        /* Byte code there is of this machine's Python. */
        if (!g_str_equal(name, "__pycache__") && !copy_entry(from, to, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
scratch_copy_tree(const Scratch *scratch, const char *source, const char *name, GError **error)
{
    g_autofree char *target = scratch_make_path(scratch, name);

    return copy_directory(source, target, error);
}

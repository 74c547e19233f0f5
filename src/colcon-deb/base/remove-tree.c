/* SPDX-License-Identifier: Apache-2.0 */
#include "remove-tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * A container can make a tree that is deeper than a path is long, than the stack is, and than a
 * process may have descriptors. So only the directory at hand is open, and the way back is "..",
 * which must be the directory that the way down came from.
 */
typedef struct {
    dev_t device;
    ino_t inode;
    char *name;        /* in its parent */
    GHashTable *stays; /* names in it that cannot be removed */
} Level;

typedef struct {
    int fd; /* the directory at hand */
    GPtrArray *levels;
    int failure; /* the first errno */
} Removal;

static void
level_free(gpointer data)
{
    Level *level = data;

    g_hash_table_unref(level->stays);
    g_free(level->name);
    g_free(level);
}

static Level *
current(const Removal *removal)
{
    return removal->levels->pdata[removal->levels->len - 1];
}

static void
note_failure(Removal *removal, int failure)
{
    if (removal->failure == 0)
        removal->failure = failure;
}

/* The owner of a directory may lack the right to read it or to remove what is in it. */
static int
open_directory(int parent, const char *name)
{
    const int flags = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    g_autofree char *self = NULL;
    int held = openat(parent, name, flags | O_PATH);
    struct stat status;
    int fd = -1;

    if (held < 0)
        return -1;
    self = g_strdup_printf("/proc/self/fd/%d", held);
    if (fstat(held, &status) == 0 && status.st_uid == geteuid() &&
        (status.st_mode & S_IRWXU) != S_IRWXU)
        chmod(self, (status.st_mode & 07777) | S_IRWXU);
    fd = openat(parent, name, flags | O_RDONLY);
    close(held);
    return fd;
}

/* Goes down into the directory @name. */
static gboolean
enter(Removal *removal, const char *name, dev_t device)
{
    int fd = open_directory(removal->fd, name);
    struct stat status;
    Level *level = NULL;

    if (fd < 0 || fstat(fd, &status) != 0 || status.st_dev != device) {
        /* A file system that is mounted there is not ours to remove. */
        note_failure(removal, fd < 0 ? errno : EBUSY);
        if (fd >= 0)
            close(fd);
        return FALSE;
    }
    level = g_new0(Level, 1);
    level->device = status.st_dev;
    level->inode = status.st_ino;
    level->name = g_strdup(name);
    level->stays = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_ptr_array_add(removal->levels, level);
    close(removal->fd);
    removal->fd = fd;
    return TRUE;
}

/* Goes up to the level above and removes the directory that it comes from. Returns FALSE if the
 * tree was moved meanwhile. */
static gboolean
leave(Removal *removal)
{
    g_autofree char *name = g_steal_pointer(&current(removal)->name);
    int fd = openat(removal->fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const Level *above = NULL;
    struct stat status;

    g_ptr_array_remove_index(removal->levels, removal->levels->len - 1);
    above = current(removal);
    if (fd < 0 || fstat(fd, &status) != 0 || status.st_dev != above->device ||
        status.st_ino != above->inode) {
        note_failure(removal, EBUSY);
        if (fd >= 0)
            close(fd);
        return FALSE;
    }
    close(removal->fd);
    removal->fd = fd;
    if (unlinkat(fd, name, AT_REMOVEDIR) != 0 && errno != ENOENT) {
        note_failure(removal, errno);
        g_hash_table_add(above->stays, g_steal_pointer(&name));
    }
    return TRUE;
}

gboolean
is_dots(const char *name)
{
    return g_str_equal(name, ".") || g_str_equal(name, "..");
}

static gboolean
is_directory(int parent, const char *name)
{
    struct stat status;

    return fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
}

/* Removes what is in the directory at hand, up to the first directory. Returns the name of that,
 * NULL at the end. */
static char *
remove_entries(Removal *removal)
{
    int copy = openat(removal->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = copy >= 0 ? fdopendir(copy) : NULL;
    const struct dirent *entry = NULL;
    char *inner = NULL;

    if (stream == NULL) {
        note_failure(removal, errno);
        if (copy >= 0)
            close(copy);
        return NULL;
    }
    while (inner == NULL && (entry = readdir(stream)) != NULL) {
        const char *name = entry->d_name;
        int failure = 0;

        if (is_dots(name) || g_hash_table_contains(current(removal)->stays, name) ||
            unlinkat(removal->fd, name, 0) == 0)
            continue;
        failure = errno;
        if (is_directory(removal->fd, name)) {
            inner = g_strdup(name);
        } else {
            note_failure(removal, failure);
            g_hash_table_add(current(removal)->stays, g_strdup(name));
        }
    }
    closedir(stream);
    return inner;
}

static void
remove_below(Removal *removal, dev_t device)
{
    /* The first level is the directory that the tree is in. */
    while (removal->levels->len > 1) {
        g_autofree char *inner = remove_entries(removal);

        if (inner == NULL) {
            if (!leave(removal))
                return;
        } else if (!enter(removal, inner, device)) {
            g_hash_table_add(current(removal)->stays, g_steal_pointer(&inner));
        }
    }
}

int
remove_tree(int parent, const char *name)
{
    g_autoptr(GPtrArray) levels = g_ptr_array_new_with_free_func(level_free);
    Removal removal = {.fd = -1, .levels = levels};
    Level *outside = NULL;
    struct stat above;

    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return 0;
    removal.failure = errno;
    if (!is_directory(parent, name) || fstat(parent, &above) != 0)
        return removal.failure;
    removal.failure = 0;
    removal.fd = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (removal.fd < 0)
        return errno;
    outside = g_new0(Level, 1);
    outside->device = above.st_dev;
    outside->inode = above.st_ino;
    outside->stays = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_ptr_array_add(levels, outside);
    if (enter(&removal, name, above.st_dev))
        remove_below(&removal, above.st_dev);
    close(removal.fd);
    return removal.failure;
}

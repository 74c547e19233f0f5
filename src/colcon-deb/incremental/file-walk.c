/* SPDX-License-Identifier: Apache-2.0 */
#include "file-walk.h"

#include "../base/program-error.h"
#include "file-hash.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAX_DEPTH = 100, /* directories, each held open during the walk */
    MAX_ENTRIES = 1000000,
};

/*
 * A file that was written just before it was listed may have been written again within the same
 * tick of the file system's clock, and size and times do not show it (git calls such an entry
 * racily clean). File systems have ticks of up to two seconds.
 */
#define RACY_NANOSECONDS (G_GINT64_CONSTANT(2000000000))

/* As the copy in the container (scripts/helpers/colcon_deb/workspace/source_copy.py). */
static const char *const left_out[] = {".git", ".hg", ".svn", ".bzr", NULL};

typedef struct {
    const char *root; /* for messages */
    FileList *list;
    GCancellable *cancellable;
} Walk;

static gint64
nanoseconds(struct timespec time)
{
    return (gint64)time.tv_sec * 1000000000 + time.tv_nsec;
}

static FileKind
kind_of(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFREG:
        return FILE_REGULAR;
    case S_IFLNK:
        return FILE_LINK;
    case S_IFDIR:
        return FILE_DIRECTORY;
    case S_IFIFO:
        return FILE_PIPE;
    case S_IFSOCK:
        return FILE_SOCKET;
    case S_IFCHR:
        return FILE_CHARACTER_DEVICE;
    default:
        return FILE_BLOCK_DEVICE;
    }
}

static void
add_file(Walk *walk, const char *path, const struct stat *status)
{
    FileEntry *entry = file_list_add(walk->list, FILE_REGULAR, path, "");

    entry->mode = status->st_mode & 07777;
    entry->size = (guint64)status->st_size;
    entry->mtime = nanoseconds(status->st_mtim);
    entry->ctime = nanoseconds(status->st_ctim);
    entry->inode = status->st_ino;
}

/* Reading the target is as fast as checking whether it has changed. */
static void
add_link(Walk *walk, int directory, const char *name, const char *path, const struct stat *status)
{
    char target[PATH_MAX];
    ssize_t length = readlinkat(directory, name, target, sizeof target - 1);
    g_autofree char *digest = NULL;
    FileEntry *entry = NULL;

    if (length < 0)
        return;
    target[length] = '\0';
    digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, target, length);
    entry = file_list_add(walk->list, FILE_LINK, path, digest);
    entry->mtime = nanoseconds(status->st_mtim);
    entry->target = g_string_chunk_insert(walk->list->strings, target);
}

static gboolean walk_directory(Walk *walk, int fd, const char *path, guint depth, GError **error);

static gboolean
enter(Walk *walk, int parent, const char *name, const char *path, guint depth, GError **error)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    guint before = walk->list->entries->len;

    if (fd < 0) {
        if (errno != ENOENT)
            file_list_add(walk->list, FILE_DIRECTORY, path, FILE_DIGEST_UNKNOWN);
        return TRUE;
    }
    if (!walk_directory(walk, fd, path, depth + 1, error))
        return FALSE;
    /* An empty directory may be installed too; other directories follow from their files. */
    if (walk->list->entries->len == before)
        file_list_add(walk->list, FILE_DIRECTORY, path, FILE_DIGEST_NONE);
    return TRUE;
}

static gboolean
add(Walk *walk, int directory, const char *parent, const char *name, guint depth, GError **error)
{
    g_autofree char *joined = *parent != '\0' ? g_strconcat(parent, "/", name, NULL) : NULL;
    const char *path = joined != NULL ? joined : name;
    struct stat status;
    FileKind kind = FILE_REGULAR;

    if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return TRUE;
    kind = kind_of(status.st_mode);
    if (kind == FILE_DIRECTORY)
        return enter(walk, directory, name, path, depth, error);
    if (kind == FILE_REGULAR)
        add_file(walk, path, &status);
    else if (kind == FILE_LINK)
        add_link(walk, directory, name, path, &status);
    else
        file_list_add(walk->list, kind, path, FILE_DIGEST_NONE);
    return TRUE;
}

static gboolean
check_bounds(const Walk *walk, const char *path, guint depth, GError **error)
{
    if (g_cancellable_set_error_if_cancelled(walk->cancellable, error))
        return FALSE;
    if (depth > MAX_DEPTH) {
        g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                    "listing the files in %s: %s is more than %d directories deep", walk->root,
                    path, MAX_DEPTH);
        return FALSE;
    }
    if (walk->list->entries->len > MAX_ENTRIES) {
        g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                    "listing the files in %s: there are more than %d", walk->root, MAX_ENTRIES);
        return FALSE;
    }
    return TRUE;
}

gboolean
file_walk_leaves_out(const char *name)
{
    return g_strv_contains(left_out, name);
}

static gboolean
is_left_out(const char *name)
{
    return g_str_equal(name, ".") || g_str_equal(name, "..") || file_walk_leaves_out(name);
}

/* Closes @fd. @path: relative to the root; "" for the root. */
static gboolean
walk_directory(Walk *walk, int fd, const char *path, guint depth, GError **error)
{
    DIR *directory = fdopendir(fd);
    const struct dirent *entry = NULL;
    gboolean good = TRUE;

    if (directory == NULL) {
        program_error_errno(error, errno, "listing the files in %s: %s", walk->root, path);
        close(fd);
        return FALSE;
    }
    while (good && (entry = readdir(directory)) != NULL)
        good = is_left_out(entry->d_name) || (check_bounds(walk, path, depth, error) &&
                                              add(walk, fd, path, entry->d_name, depth, error));
    closedir(directory);
    return good;
}

static gboolean
is_racy(gint64 time, gint64 taken)
{
    return time > taken - RACY_NANOSECONDS;
}

/* Whether the digest of @known is still valid for @entry. */
static gboolean
still_holds(const FileEntry *known, const FileEntry *entry, gint64 taken)
{
    return known->kind == entry->kind && known->mode == entry->mode && known->size == entry->size &&
           known->mtime == entry->mtime && known->ctime == entry->ctime &&
           known->inode == entry->inode && strlen(known->digest) == DIGEST_LENGTH &&
           !is_racy(entry->mtime, taken) && !is_racy(entry->ctime, taken);
}

/* The entry of @known for @path, or NULL. *@index moves on, since both lists are sorted. */
static const FileEntry *
find_known(const FileList *known, guint *index, const char *path)
{
    for (; *index < known->entries->len; (*index)++) {
        const FileEntry *entry = file_list_get(known, *index);
        int order = strcmp(entry->path, path);

        if (order >= 0)
            return order == 0 ? entry : NULL;
    }
    return NULL;
}

/* Copies the digests of unchanged files from @known and adds the other files to @unread. Returns
 * whether @known has the same entries. */
static gboolean
take_known(FileList *list, const FileList *known, GPtrArray *unread)
{
    gboolean same = known->entries->len == list->entries->len;
    guint index = 0;

    for (guint i = 0; i < list->entries->len; i++) {
        FileEntry *entry = file_list_get(list, i);
        const FileEntry *old = find_known(known, &index, entry->path);

        if (entry->kind != FILE_REGULAR)
            same &=
                old != NULL && old->kind == entry->kind && g_str_equal(old->digest, entry->digest);
        else if (old != NULL && still_holds(old, entry, known->taken))
            memcpy(entry->digest, old->digest, sizeof entry->digest);
        else
            g_ptr_array_add(unread, entry);
    }
    return same && unread->len == 0;
}

static void
drop_vanished(FileList *list)
{
    for (guint i = list->entries->len; i-- > 0;)
        if (*file_list_get(list, i)->digest == '\0')
            g_array_remove_index(list->entries, i);
}

static void
read_rest(FileList *list, int root, const GPtrArray *unread, GCancellable *cancellable)
{
    file_hash_all(root, unread, cancellable);
    drop_vanished(list);
    file_list_seal(list);
}

FileList *
file_walk(const char *path,
          const FileList *known,
          gboolean *changed,
          GCancellable *cancellable,
          GError **error)
{
    g_autoptr(FileList) list = file_list_new(g_get_real_time() * 1000);
    g_autoptr(FileList) nothing = file_list_new(0);
    g_autoptr(GPtrArray) unread = g_ptr_array_new();
    Walk walk = {.root = path, .list = list, .cancellable = cancellable};
    int root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    gboolean walked = FALSE;

    if (root < 0) {
        program_error_errno(error, errno, "listing the files in %s", path);
        return NULL;
    }
    walked = walk_directory(&walk, fcntl(root, F_DUPFD_CLOEXEC, 0), "", 0, error);
    if (walked) {
        file_list_sort(list);
        *changed = !take_known(list, known != NULL ? known : nothing, unread) || known == NULL;
        if (*changed)
            read_rest(list, root, unread, cancellable);
        else
            g_strlcpy(list->digest, known->digest, sizeof list->digest);
    }
    close(root);
    walked = walked && !g_cancellable_set_error_if_cancelled(cancellable, error);
    return walked ? g_steal_pointer(&list) : NULL;
}

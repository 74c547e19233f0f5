/* SPDX-License-Identifier: Apache-2.0 */
#include "folder.h"

#include "beneath.h"
#include "program-error.h"
#include "remove-tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum {
    FILE_MODE = 0644,
    DIRECTORY_MODE = 0755,
};

static Folder *
folder_new(int fd, const char *path)
{
    Folder *folder = g_new0(Folder, 1);

    folder->fd = fd;
    folder->path = g_strdup(path);
    return folder;
}

Folder *
folder_open(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd >= 0)
        return folder_new(fd, path);
    program_error_errno(error, errno, "opening the directory %s", path);
    return NULL;
}

Folder *
folder_open_child(const Folder *folder, const char *name, GError **error)
{
    g_autofree char *path = g_build_filename(folder->path, name, NULL);
    int fd = openat(folder->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd >= 0)
        return folder_new(fd, path);
    program_error_errno(error, errno, "opening the directory %s", path);
    return NULL;
}

gboolean
folder_make_child(const Folder *folder, const char *name, const Owner *owner, GError **error)
{
    g_autoptr(Folder) child = NULL;

    if (mkdirat(folder->fd, name, DIRECTORY_MODE) != 0)
        return errno == EEXIST ||
               program_error_errno(error, errno, "making %s/%s", folder->path, name);
    child = folder_open_child(folder, name, error);
    return child != NULL && owner_give(owner, child->fd, child->path, error);
}

void
folder_free(Folder *folder)
{
    if (folder == NULL)
        return;
    close(folder->fd);
    g_free(folder->path);
    g_free(folder);
}

gboolean
folder_stat(const Folder *folder, const char *name, struct stat *status)
{
    return fstatat(folder->fd, name, status, AT_SYMLINK_NOFOLLOW) == 0;
}

gboolean
folder_has_directory(const Folder *folder, const char *name)
{
    struct stat status;

    return folder_stat(folder, name, &status) && S_ISDIR(status.st_mode);
}

gboolean
folder_has_file(const Folder *folder, const char *name)
{
    struct stat status;

    return folder_stat(folder, name, &status) && S_ISREG(status.st_mode);
}

/* Opens the directory again, so that reading the stream does not move the offset of @fd. */
static DIR *
open_stream(int fd)
{
    int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = copy >= 0 ? fdopendir(copy) : NULL;

    if (stream == NULL && copy >= 0)
        close(copy);
    return stream;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

char **
folder_list(const Folder *folder, guint max, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const struct dirent *entry = NULL;
    DIR *stream = open_stream(folder->fd);

    if (stream == NULL) {
        program_error_errno(error, errno, "reading the directory %s", folder->path);
        return NULL;
    }
    while (names->len < max && (entry = readdir(stream)) != NULL)
        if (!is_dots(entry->d_name))
            g_ptr_array_add(names, g_strdup(entry->d_name));
    closedir(stream);
    g_ptr_array_sort(names, compare_names);
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_steal(names, NULL);
}

GBytes *
folder_read(const Folder *folder, const char *path, gsize max, GError **error)
{
    gsize length = 0;
    char *content = beneath_read(folder->fd, path, max, &length);

    if (content != NULL)
        return g_bytes_new_take(content, length);
    program_error_errno(error, errno, "reading %s/%s", folder->path, path);
    return NULL;
}

gboolean
folder_clear(const Folder *folder, const char *name, GError **error)
{
    int failure = remove_tree(folder->fd, name);

    return failure == 0 ||
           program_error_errno(error, failure, "removing %s/%s", folder->path, name);
}

int
folder_create(const Folder *folder, const char *name, const Owner *owner, GError **error)
{
    int fd = -1;

    if (!folder_clear(folder, name, error))
        return -1;
    fd = openat(folder->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    if (fd < 0) {
        program_error_errno(error, errno, "making %s/%s", folder->path, name);
    } else if (!owner_give(owner, fd, name, error)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

int
folder_open_lock(const Folder *folder, const char *name, const Owner *owner, GError **error)
{
    struct stat status;
    int fd = beneath_open(folder->fd, name);

    if (fd >= 0)
        return fd;
    if (folder_stat(folder, name, &status) && !S_ISREG(status.st_mode) &&
        !folder_clear(folder, name, error))
        return -1;
    fd = openat(folder->fd, name, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    /* Another process has just made it. */
    if (fd < 0 && errno == EEXIST)
        fd = beneath_open(folder->fd, name);
    else if (fd >= 0 && !owner_give(owner, fd, name, error)) {
        close(fd);
        return -1;
    }
    if (fd < 0)
        program_error_errno(error, errno, "opening %s/%s", folder->path, name);
    return fd;
}

gboolean
folder_write(
    const Folder *folder, const char *name, const Owner *owner, GBytes *content, GError **error)
{
    g_autofree char *temporary = g_strdup_printf(".%s.tmp", name);
    gsize length = 0;
    const void *data = g_bytes_get_data(content, &length);
    int fd = folder_create(folder, temporary, owner, error);
    int failure = 0;
    int close_failure = 0;

    if (fd < 0)
        return FALSE;
    failure = folder_write_all(fd, data, length);
    close_failure = folder_close_file(fd);
    if (failure == 0)
        failure = close_failure;
    if (failure != 0)
        program_error_errno(error, failure, "writing %s/%s", folder->path, name);
    else if (folder_rename(folder, temporary, name, error))
        return TRUE;
    folder_clear(folder, temporary, NULL);
    return FALSE;
}

static int
rename_in(const Folder *folder, const char *from, const char *to)
{
    return renameat(folder->fd, from, folder->fd, to) == 0 ? 0 : errno;
}

gboolean
folder_rename(const Folder *folder, const char *from, const char *to, GError **error)
{
    int failure = rename_in(folder, from, to);

    /* Something of another kind has the name. */
    if (failure == EISDIR || failure == ENOTDIR || failure == ENOTEMPTY || failure == EEXIST) {
        failure = remove_tree(folder->fd, to);
        if (failure == 0)
            failure = rename_in(folder, from, to);
    }
    return failure == 0 || program_error_errno(error, failure, "naming %s/%s", folder->path, to);
}

int
folder_write_all(int fd, const void *data, size_t length)
{
    const char *rest = data;

    while (length > 0) {
        ssize_t written = write(fd, rest, length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno;
        rest += written;
        length -= (size_t)written;
    }
    return 0;
}

int
folder_close_file(int fd)
{
    /* Some file systems report a full disk only here. */
    int failure = fsync(fd) != 0 && errno != EINVAL ? errno : 0;

    if (close(fd) != 0 && failure == 0)
        failure = errno;
    return failure;
}

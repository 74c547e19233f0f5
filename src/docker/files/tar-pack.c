/* SPDX-License-Identifier: Apache-2.0 */
#include "tar-pack.h"

#include "libarchive.h"
#include <colcon-deb-docker/cdd-error.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_SIZE (128 * 1024)

typedef struct {
    const CddLibarchive *lib;
    struct archive *archive;
    gboolean keep_owner;
    GCancellable *cancellable;
    guint8 *buffer;
    int fd;
    gboolean unwanted; /* whoever reads has closed its end */
} Pack;

static gboolean
fail(GError **error, const char *path, const char *reason)
{
    g_set_error(error, CDD_ERROR, CDD_ERROR_FAILED, "packing %s: %s", path, reason);
    return FALSE;
}

/* What the archive is written to may be closed at the other end, which is no reason to be killed.
 */
static la_ssize_t
write_out(struct archive *archive, void *data, const void *bytes, size_t length)
{
    Pack *pack = data;
    ssize_t written;

    do
        written = send(pack->fd, bytes, length, MSG_NOSIGNAL);
    while (written < 0 && errno == EINTR);
    pack->unwanted = written < 0 && errno == EPIPE;
    if (written < 0)
        pack->lib->set_error(archive, errno, "%s", g_strerror(errno));
    return written;
}

static gboolean
write_contents(Pack *pack, int fd, const char *path, gint64 size, GError **error)
{
    gint64 left = size;

    while (left > 0) {
        ssize_t length = read(fd, pack->buffer, (size_t)MIN(left, BUFFER_SIZE));

        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return fail(error, path, g_strerror(errno));
        if (length == 0)
            return fail(error, path, "it became shorter while it was read");
        if (g_cancellable_set_error_if_cancelled(pack->cancellable, error))
            return FALSE;
        if (pack->lib->write_data(pack->archive, pack->buffer, (size_t)length) != length)
            return fail(error, path, pack->lib->error_string(pack->archive));
        left -= length;
    }
    return TRUE;
}

static gboolean
write_file(Pack *pack, struct archive_entry *entry, const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    struct stat status;
    gboolean ok;

    if (fd < 0)
        return fail(error, path, g_strerror(errno));
    /* Of the file that is read, which may have taken the place of the one that was looked at. */
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(fd);
        return fail(error, path, "it changed while it was read");
    }
    pack->lib->entry_set_size(entry, status.st_size);
    ok = pack->lib->write_header(pack->archive, entry) >= ARCHIVE_WARN
             ? write_contents(pack, fd, path, status.st_size, error)
             : fail(error, path, pack->lib->error_string(pack->archive));
    close(fd);
    return ok;
}

static gboolean
write_entry(
    Pack *pack, const char *path, const char *name, const struct stat *status, GError **error)
{
    struct archive_entry *entry = pack->lib->entry_new();
    g_autofree char *target = NULL;
    gboolean ok = TRUE;

    pack->lib->entry_copy_stat(entry, status);
    pack->lib->entry_set_pathname(entry, name);
    pack->lib->entry_set_nlink(entry, 1);
    if (!pack->keep_owner) {
        pack->lib->entry_set_uid(entry, 0);
        pack->lib->entry_set_gid(entry, 0);
    }
    if (S_ISLNK(status->st_mode)) {
        target = g_file_read_link(path, error);
        pack->lib->entry_set_symlink(entry, target == NULL ? "" : target);
        ok = target != NULL;
    }
    if (ok && S_ISREG(status->st_mode))
        ok = write_file(pack, entry, path, error);
    else if (ok && pack->lib->write_header(pack->archive, entry) < ARCHIVE_WARN)
        ok = fail(error, path, pack->lib->error_string(pack->archive));
    pack->lib->entry_free(entry);
    return ok;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *
list(const char *path, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    GDir *directory = g_dir_open(path, 0, error);
    const char *name;

    if (directory == NULL)
        return NULL;
    while ((name = g_dir_read_name(directory)) != NULL)
        g_ptr_array_add(names, g_strdup(name));
    g_dir_close(directory);
    g_ptr_array_sort(names, compare_names);
    return g_steal_pointer(&names);
}

static gboolean write_tree(Pack *pack, const char *path, const char *name, GError **error);

static gboolean
write_children(Pack *pack, const char *path, const char *name, GError **error)
{
    g_autoptr(GPtrArray) children = list(path, error);

    if (children == NULL)
        return FALSE;
    for (guint i = 0; i < children->len; i++) {
        const char *child = g_ptr_array_index(children, i);
        g_autofree char *child_path = g_build_filename(path, child, NULL);
        g_autofree char *child_name =
            name == NULL ? g_strdup(child) : g_build_filename(name, child, NULL);

        if (!write_tree(pack, child_path, child_name, error))
            return FALSE;
    }
    return TRUE;
}

/* A socket means nothing in another place; a device would be a right that nobody asked for. */
static gboolean
write_tree(Pack *pack, const char *path, const char *name, GError **error)
{
    struct stat status;

    if (g_cancellable_set_error_if_cancelled(pack->cancellable, error))
        return FALSE;
    if (lstat(path, &status) != 0)
        return fail(error, path, g_strerror(errno));
    if (S_ISSOCK(status.st_mode))
        return TRUE;
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode) && !S_ISLNK(status.st_mode))
        return fail(error, path, "it is neither a file, a directory nor a symbolic link");
    if (name != NULL && !write_entry(pack, path, name, &status, error))
        return FALSE;
    if (name == NULL && !S_ISDIR(status.st_mode))
        return fail(error, path, "it is not a directory");
    return !S_ISDIR(status.st_mode) || write_children(pack, path, name, error);
}

gboolean
cdd_tar_pack(const char *path,
             const char *name,
             gboolean keep_owner,
             int fd,
             GCancellable *cancellable,
             GError **error)
{
    const CddLibarchive *lib = cdd_libarchive_get(error);
    g_autofree guint8 *buffer = g_malloc(BUFFER_SIZE);
    Pack pack = {
        .lib = lib,
        .keep_owner = keep_owner,
        .cancellable = cancellable,
        .buffer = buffer,
        .fd = fd,
    };
    gboolean ok;

    if (lib == NULL)
        return FALSE;
    pack.archive = lib->write_new();
    /* GNU's format keeps names as the bytes they are, whatever the locale. */
    lib->write_set_format_gnutar(pack.archive);
    /* libarchive's own are of 10 KiB, as tapes had them: ten thousand calls for 100 MB. */
    lib->write_set_bytes_per_block(pack.archive, BUFFER_SIZE);
    lib->write_set_bytes_in_last_block(pack.archive, 1);
    lib->write_open2(pack.archive, &pack, NULL, write_out, NULL, NULL);
    ok = write_tree(&pack, path, name, error);
    if (!ok)
        lib->write_fail(pack.archive);
    if (lib->write_close(pack.archive) != ARCHIVE_OK && ok)
        ok = fail(error, path, lib->error_string(pack.archive));
    lib->write_free(pack.archive);
    if (pack.unwanted) {
        g_clear_error(error);
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE,
                            "nobody reads the archive any more");
    }
    return ok && !pack.unwanted;
}

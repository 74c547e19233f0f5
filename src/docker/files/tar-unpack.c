/* SPDX-License-Identifier: Apache-2.0 */
#include "tar-unpack.h"

#include "../value/text.h"
#include "libarchive.h"
#include "tree-writer.h"
#include <colcon-deb-docker/cdd-error.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_NAME_LENGTH = 512,
};

#define EXTRACT_FLAGS                                                                              \
    (ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_SECURE_SYMLINKS |               \
     ARCHIVE_EXTRACT_SECURE_NODOTDOT)

typedef struct {
    const CddLibarchive *lib;
    CddByteQueue *queue;
    struct archive *from;
    struct archive *to;
    char *directory; /* without symbolic links: libarchive refuses each one on the way */
    guint64 max_size;
    guint64 size;
    GCancellable *cancellable;
} Unpack;

static gboolean
fail(GError **error, const char *name, const char *reason)
{
    g_autofree char *clean = cdd_text_clean(name, strlen(name), MAX_NAME_LENGTH, CDD_TEXT_ONE_LINE);

    g_set_error(error, CDD_ERROR, CDD_ERROR_FAILED, "unpacking %s: %s", clean,
                reason != NULL ? reason : "unknown");
    return FALSE;
}

/* Moves the names of an entry below the directory. The target of a symbolic link is only text. */
static gboolean
place(Unpack *unpack, struct archive_entry *entry, GError **error)
{
    const char *name = unpack->lib->entry_pathname(entry);
    const char *linked = unpack->lib->entry_hardlink(entry);
    g_autofree char *path = NULL;

    if (name == NULL || !cdd_name_is_below(name))
        return fail(error, name != NULL ? name : "an entry", "its name leads out of the directory");
    if (linked != NULL && !cdd_name_is_below(linked))
        return fail(error, name, "it is a link to a file outside of the directory");
    if (linked != NULL) {
        g_autofree char *target = g_build_filename(unpack->directory, linked, NULL);

        unpack->lib->entry_set_hardlink(entry, target);
    }
    path = g_build_filename(unpack->directory, name, NULL);
    unpack->lib->entry_set_pathname(entry, path);
    return TRUE;
}

static gboolean
is_wanted(Unpack *unpack, struct archive_entry *entry, const char *name, GError **error)
{
    mode_t type = unpack->lib->entry_filetype(entry);

    if (unpack->lib->entry_hardlink(entry) != NULL || type == AE_IFREG || type == AE_IFDIR ||
        type == AE_IFLNK)
        return TRUE;
    return fail(error, name, "it is a device, a pipe or a socket");
}

static gboolean
copy_contents(Unpack *unpack, const char *name, GError **error)
{
    const void *block;
    size_t length;
    la_int64_t offset;
    int status;

    while ((status = unpack->lib->read_data_block(unpack->from, &block, &length, &offset)) ==
           ARCHIVE_OK) {
        if (g_cancellable_set_error_if_cancelled(unpack->cancellable, error))
            return FALSE;
        unpack->size += length;
        if (unpack->max_size > 0 && unpack->size > unpack->max_size)
            return fail(error, name, "all files together exceed the size limit");
        if (unpack->lib->write_data_block(unpack->to, block, length, offset) < ARCHIVE_OK)
            return fail(error, name, unpack->lib->error_string(unpack->to));
    }
    return status == ARCHIVE_EOF || fail(error, name, unpack->lib->error_string(unpack->from));
}

static gboolean
unpack_entry(Unpack *unpack, struct archive_entry *entry, GError **error)
{
    const char *raw = unpack->lib->entry_pathname(entry);
    g_autofree char *name = g_strdup(raw != NULL ? raw : "an entry");
    gint64 size = unpack->lib->entry_size(entry);

    if (!is_wanted(unpack, entry, name, error) || !place(unpack, entry, error))
        return FALSE;
    /* A hole has no bytes in the stream, but counts in the file's size. */
    if (unpack->max_size > 0 && size > 0 && (guint64)size > unpack->max_size)
        return fail(error, name, "it exceeds the size limit");
    unpack->lib->entry_set_perm(entry, unpack->lib->entry_perm(entry) & 0777);
    if (unpack->lib->write_header(unpack->to, entry) < ARCHIVE_WARN)
        return fail(error, name, unpack->lib->error_string(unpack->to));
    if (!copy_contents(unpack, name, error))
        return FALSE;
    if (unpack->lib->write_finish_entry(unpack->to) < ARCHIVE_WARN)
        return fail(error, name, unpack->lib->error_string(unpack->to));
    return TRUE;
}

static gboolean
unpack_all(Unpack *unpack, GError **error)
{
    struct archive_entry *entry;
    int status;

    while ((status = unpack->lib->read_next_header(unpack->from, &entry)) == ARCHIVE_OK ||
           status == ARCHIVE_WARN) {
        if (g_cancellable_set_error_if_cancelled(unpack->cancellable, error) ||
            !unpack_entry(unpack, entry, error))
            return FALSE;
    }
    return status == ARCHIVE_EOF ||
           fail(error, "the archive", unpack->lib->error_string(unpack->from));
}

/* libarchive reads in the queue's memory. */
static la_ssize_t
read_in(struct archive *archive G_GNUC_UNUSED, void *data, const void **bytes)
{
    return (la_ssize_t)cdd_byte_queue_read(((Unpack *)data)->queue, bytes);
}

/* Reads the padding after the end of the archive, so the writer is not blocked. */
static void
drain(CddByteQueue *queue)
{
    const void *rest;

    while (cdd_byte_queue_read(queue, &rest) > 0)
        ;
}

gboolean
cdd_tar_unpack(CddByteQueue *from,
               const char *directory,
               guint64 max_size,
               GCancellable *cancellable,
               GError **error)
{
    const CddLibarchive *lib = cdd_libarchive_get(error);
    Unpack unpack = {.lib = lib, .queue = from, .max_size = max_size, .cancellable = cancellable};
    gboolean ok;

    if (lib == NULL)
        return FALSE;
    unpack.directory = realpath(directory, NULL);
    if (unpack.directory == NULL)
        return fail(error, directory, g_strerror(errno));
    unpack.from = lib->read_new();
    unpack.to = lib->write_disk_new();
    lib->read_support_format_tar(unpack.from);
    /* Names are bytes in any locale. */
    lib->read_set_option(unpack.from, "tar", "hdrcharset", "BINARY");
    lib->write_disk_set_options(unpack.to, EXTRACT_FLAGS);
    ok = lib->read_open(unpack.from, &unpack, NULL, read_in, NULL) == ARCHIVE_OK
             ? unpack_all(&unpack, error)
             : fail(error, "the archive", lib->error_string(unpack.from));
    if (ok)
        drain(from);
    /* This sets the times and modes of directories. */
    if (lib->write_close(unpack.to) < ARCHIVE_WARN && ok)
        ok = fail(error, directory, lib->error_string(unpack.to));
    lib->write_free(unpack.to);
    lib->read_free(unpack.from);
    free(unpack.directory);
    return ok;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tar-pack.h"

#include "libarchive.h"
#include <colcon-deb-docker/cdd-error.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
    BUFFER_SIZE = 128 * 1024,
    /*
     * Docker's reader accepts a sparse map of 1 MiB, with about 20 bytes for each piece. A file
     * with more pieces is packed without holes.
     */
    MAX_PIECES = 16384,
    BLOCK_SIZE = 512,
};

/* A piece of a sparse file between two holes. */
typedef struct {
    gint64 start;
    gint64 end;
} Piece;

/* A file with several names, and the number of names not yet seen. */
typedef struct {
    dev_t device;
    ino_t inode;
    char *name; /* the first */
    nlink_t left;
} Linked;

typedef struct {
    const CddLibarchive *lib;
    struct archive *archive;
    struct archive_entry *entry;
    const CddTarOptions *options;
    gsize n_members_written;
    GHashTable *linked;
    GArray *pieces;
    GCancellable *cancellable;
    guint8 *buffer;
    CddByteQueue *to;
    gboolean unwanted; /* the reader has closed the queue */
} Pack;

static gboolean
fail(GError **error, const char *path, const char *reason)
{
    g_autofree char *shown = g_filename_display_name(path);

    g_set_error(error, CDD_ERROR, CDD_ERROR_FAILED, "packing %s: %s", shown, reason);
    return FALSE;
}

static la_ssize_t
write_out(struct archive *archive, void *data, const void *bytes, size_t length)
{
    Pack *pack = data;

    pack->unwanted = !cdd_byte_queue_write(pack->to, bytes, length, NULL);
    if (!pack->unwanted)
        return (la_ssize_t)length;
    pack->lib->set_error(archive, EPIPE, "%s", g_strerror(EPIPE));
    return -1;
}

static gboolean
write_header(Pack *pack, const char *path, GError **error)
{
    return pack->lib->write_header(pack->archive, pack->entry) == ARCHIVE_OK ||
           fail(error, path, pack->lib->error_string(pack->archive));
}

static gboolean
write_data(Pack *pack, const void *data, gsize length, const char *path, GError **error)
{
    if (g_cancellable_set_error_if_cancelled(pack->cancellable, error))
        return FALSE;
    return length == 0 ||
           pack->lib->write_data(pack->archive, data, length) == (la_ssize_t)length ||
           fail(error, path, pack->lib->error_string(pack->archive));
}

/* Writes the zeros of a hole; libarchive counts and drops them. */
static gboolean
write_hole(Pack *pack, gint64 length, const char *path, GError **error)
{
    static const guint8 zeros[BUFFER_SIZE];

    for (; length > 0; length -= BUFFER_SIZE) {
        if (!write_data(pack, zeros, (gsize)MIN(length, BUFFER_SIZE), path, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
write_piece(Pack *pack, int fd, const Piece *piece, const char *path, GError **error)
{
    gint64 at = piece->start;

    while (at < piece->end) {
        gsize wanted = (gsize)MIN(piece->end - at, BUFFER_SIZE);
        ssize_t length = pread(fd, pack->buffer, wanted, at);

        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return fail(error, path, g_strerror(errno));
        if (length == 0)
            return fail(error, path, "it became shorter while it was read");
        if (!write_data(pack, pack->buffer, (gsize)length, path, error))
            return FALSE;
        at += length;
    }
    return TRUE;
}

static gboolean
write_contents(Pack *pack, int fd, const char *path, gint64 size, GError **error)
{
    struct stat status;
    gint64 at = 0;

    for (guint i = 0; i < pack->pieces->len; i++) {
        const Piece *piece = &g_array_index(pack->pieces, Piece, i);

        if (!write_hole(pack, piece->start - at, path, error) ||
            !write_piece(pack, fd, piece, path, error))
            return FALSE;
        at = piece->end;
    }
    if (!write_hole(pack, size - at, path, error))
        return FALSE;
    if (fstat(fd, &status) != 0)
        return fail(error, path, g_strerror(errno));
    if (status.st_size == size)
        return TRUE;
    return fail(error, path,
                status.st_size > size ? "it became longer while it was read"
                                      : "it became shorter while it was read");
}

static void
add_piece(Pack *pack, gint64 start, gint64 end)
{
    const Piece piece = {start, end};

    g_array_append_val(pack->pieces, piece);
}

/* Finds the pieces between the holes; one piece if there are no holes, or too many. */
static void
find_pieces(Pack *pack, int fd, const struct stat *status)
{
    gint64 size = status->st_size;
    gint64 at = 0;

    g_array_set_size(pack->pieces, 0);
    while (at < size && status->st_blocks < size / BLOCK_SIZE && pack->pieces->len <= MAX_PIECES) {
        gint64 start = lseek(fd, at, SEEK_DATA);

        if (start < 0 && errno == ENXIO)
            break; /* the rest is a hole */
        at = start < 0 ? -1 : lseek(fd, start, SEEK_HOLE);
        if (at < 0)
            break;
        add_piece(pack, start, MIN(at, size));
    }
    if (at < 0 || pack->pieces->len > MAX_PIECES || status->st_blocks >= size / BLOCK_SIZE) {
        g_array_set_size(pack->pieces, 0);
        add_piece(pack, 0, size);
    }
}

static void
describe_pieces(Pack *pack, gint64 size)
{
    const Piece *first = &g_array_index(pack->pieces, Piece, 0);

    if (pack->pieces->len == 1 && first->start == 0 && first->end == size)
        return;
    for (guint i = 0; i < pack->pieces->len; i++) {
        const Piece *piece = &g_array_index(pack->pieces, Piece, i);

        pack->lib->entry_sparse_add_entry(pack->entry, piece->start, piece->end - piece->start);
    }
    pack->lib->entry_sparse_add_entry(pack->entry, size, 0);
}

static void
begin_entry(Pack *pack, const char *name, const struct stat *status)
{
    guint64 latest = pack->options->latest_time;
    gint64 time = status->st_mtim.tv_sec;
    gboolean limited = latest != 0 && time >= (gint64)latest;
    gboolean whole = limited || pack->options->whole_seconds;

    pack->lib->entry_clear(pack->entry);
    pack->lib->entry_set_pathname(pack->entry, name);
    pack->lib->entry_set_filetype(pack->entry, status->st_mode & S_IFMT);
    pack->lib->entry_set_perm(pack->entry, status->st_mode & 07777);
    pack->lib->entry_set_mtime(pack->entry, limited ? (gint64)latest : time,
                               whole ? 0 : status->st_mtim.tv_nsec);
    if (pack->options->keep_owner) {
        pack->lib->entry_set_uid(pack->entry, status->st_uid);
        pack->lib->entry_set_gid(pack->entry, status->st_gid);
    }
}

static guint
hash_linked(gconstpointer key)
{
    return (guint)((const Linked *)key)->inode;
}

static gboolean
equal_linked(gconstpointer a, gconstpointer b)
{
    const Linked *first = a;
    const Linked *second = b;

    return first->inode == second->inode && first->device == second->device;
}

static void
free_linked(gpointer data)
{
    Linked *linked = data;

    g_free(linked->name);
    g_free(linked);
}

/* Returns whether the file was packed under another name; if not, remembers this name. */
static gboolean
set_link(Pack *pack, const char *name, const struct stat *status)
{
    Linked key = {.device = status->st_dev, .inode = status->st_ino};
    Linked *known = g_hash_table_lookup(pack->linked, &key);

    if (known == NULL) {
        known = g_new(Linked, 1);
        *known = key;
        known->name = g_strdup(name);
        known->left = status->st_nlink - 1;
        g_hash_table_add(pack->linked, known);
        return FALSE;
    }
    pack->lib->entry_set_hardlink(pack->entry, known->name);
    pack->lib->entry_set_size(pack->entry, 0);
    if (--known->left == 0)
        g_hash_table_remove(pack->linked, known);
    return TRUE;
}

static gboolean
write_open_file(Pack *pack, int fd, const char *path, const char *name, GError **error)
{
    struct stat status;

    /* Get the status of the open file, which may have replaced the file that the walk saw. */
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return fail(error, path, "it changed while it was read");
    begin_entry(pack, name, &status);
    if (status.st_nlink > 1 && set_link(pack, name, &status))
        return write_header(pack, path, error);
    pack->lib->entry_set_size(pack->entry, status.st_size);
    find_pieces(pack, fd, &status);
    describe_pieces(pack, status.st_size);
    return write_header(pack, path, error) && write_contents(pack, fd, path, status.st_size, error);
}

static gboolean
write_file(Pack *pack, const char *path, const char *name, GError **error)
{
    /* O_NONBLOCK: the file may have been replaced by a pipe. */
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    gboolean ok;

    if (fd < 0)
        return fail(error, path, g_strerror(errno));
    ok = write_open_file(pack, fd, path, name, error);
    close(fd);
    return ok;
}

static gboolean
write_entry(Pack *pack, const CddTreeEntry *entry, const char *name, GError **error)
{
    if (S_ISREG(entry->status.st_mode))
        return write_file(pack, entry->path, name, error);
    begin_entry(pack, name, &entry->status);
    if (entry->link != NULL)
        pack->lib->entry_set_symlink(pack->entry, entry->link);
    return write_header(pack, entry->path, error);
}

static gboolean
write_member(Pack *pack, const CddTarMember *member, GError **error)
{
    gsize length;
    const void *data = g_bytes_get_data(member->contents, &length);
    const struct stat status = {
        .st_mode = S_IFREG | 0644,
        .st_mtim = {.tv_sec = (time_t)pack->options->latest_time},
    };

    begin_entry(pack, member->name, &status);
    pack->lib->entry_set_size(pack->entry, (la_int64_t)length);
    return write_header(pack, member->name, error) &&
           write_data(pack, data, length, member->name, error);
}

/* Writes the members that come before a name, or all for NULL. */
static gboolean
write_members_before(Pack *pack, const char *name, GError **error)
{
    const CddTarOptions *options = pack->options;

    while (pack->n_members_written < options->n_members) {
        const CddTarMember *member = &options->members[pack->n_members_written];

        if (name != NULL && strcmp(member->name, name) >= 0)
            break;
        if (!write_member(pack, member, error))
            return FALSE;
        pack->n_members_written++;
    }
    return TRUE;
}

/* Returns whether a member replaces the entry or its top directory. */
static gboolean
is_replaced(const Pack *pack, const char *name)
{
    gsize length = strcspn(name, "/");

    for (gsize i = 0; i < pack->options->n_members; i++) {
        const char *member = pack->options->members[i].name;

        if (strlen(member) == length && strncmp(member, name, length) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
write_below(Pack *pack, const char *path, const char *prefix, GError **error)
{
    g_autoptr(CddTreeWalk) walk = cdd_tree_walk_new(path, pack->options->exclude, NULL, error);
    g_autoptr(GString) name = g_string_new(prefix);
    gsize prefix_length = name->len;
    const CddTreeEntry *entry;
    GError *fault = NULL;

    if (walk == NULL)
        return FALSE;
    cdd_tree_walk_set_skipped_func(walk, pack->options->skipped, pack->options->user_data);
    while ((entry = cdd_tree_walk_next(walk, &fault)) != NULL) {
        g_string_truncate(name, prefix_length);
        g_string_append(name, entry->name);
        if (S_ISDIR(entry->status.st_mode))
            g_string_append_c(name, '/');
        if (g_cancellable_set_error_if_cancelled(pack->cancellable, error) ||
            (strchr(entry->name, '/') == NULL && !write_members_before(pack, entry->name, error)) ||
            (!is_replaced(pack, entry->name) && !write_entry(pack, entry, name->str, error)))
            return FALSE;
    }
    if (fault != NULL) {
        g_propagate_error(error, fault);
        return FALSE;
    }
    return write_members_before(pack, NULL, error);
}

static gboolean
write_root(Pack *pack, const char *path, const char *name, GError **error)
{
    g_autofree char *link = NULL;
    g_autofree char *prefix = NULL;
    CddTreeEntry entry = {.path = path};

    if (path == NULL)
        return write_members_before(pack, NULL, error);
    if (name == NULL)
        return write_below(pack, path, "", error);
    if (lstat(path, &entry.status) != 0)
        return fail(error, path, g_strerror(errno));
    if (S_ISDIR(entry.status.st_mode)) {
        prefix = g_strconcat(name, "/", NULL);
        return write_entry(pack, &entry, prefix, error) && write_below(pack, path, prefix, error);
    }
    if (S_ISLNK(entry.status.st_mode)) {
        link = g_file_read_link(path, error);
        entry.link = link;
        return link != NULL && write_entry(pack, &entry, name, error);
    }
    return S_ISREG(entry.status.st_mode)
               ? write_entry(pack, &entry, name, error)
               : fail(error, path, "it is not a file, a directory or a symbolic link");
}

/*
 * ustar, with pax records where needed: long names, holes. libarchive records fractions of seconds
 * only if all entries have pax records. Names are bytes in any locale.
 */
static gboolean
set_format(Pack *pack)
{
    const CddLibarchive *lib = pack->lib;
    gboolean ok =
        (pack->options->whole_seconds ? lib->write_set_format_pax_restricted(pack->archive)
                                      : lib->write_set_format_pax(pack->archive)) == ARCHIVE_OK &&
        lib->write_set_format_option(pack->archive, "pax", "hdrcharset", "BINARY") == ARCHIVE_OK;

    /* Without blocks: they would be a copy more. */
    lib->write_set_bytes_per_block(pack->archive, 0);
    lib->write_set_bytes_in_last_block(pack->archive, 1);
    if (pack->options->compression == CDD_CONTEXT_COMPRESSION_GZIP)
        /* The fastest level is best for a network. No timestamp: it would be the current time. */
        return ok && lib->write_add_filter_gzip(pack->archive) == ARCHIVE_OK &&
               lib->write_set_filter_option(pack->archive, "gzip", "compression-level", "1") ==
                   ARCHIVE_OK &&
               lib->write_set_filter_option(pack->archive, "gzip", "timestamp", NULL) == ARCHIVE_OK;
    if (pack->options->compression == CDD_CONTEXT_COMPRESSION_ZSTD)
        return ok && lib->write_add_filter_zstd(pack->archive) == ARCHIVE_OK;
    return ok;
}

static gboolean
write_archive(Pack *pack, const char *path, const char *name, GError **error)
{
    const CddLibarchive *lib = pack->lib;
    gboolean ok = set_format(pack) &&
                  lib->write_open2(pack->archive, pack, NULL, write_out, NULL, NULL) == ARCHIVE_OK;

    if (!ok)
        fail(error, path, lib->error_string(pack->archive));
    ok = ok && write_root(pack, path, name, error);
    if (!ok)
        lib->write_fail(pack->archive);
    if (lib->write_close(pack->archive) != ARCHIVE_OK && ok)
        ok = fail(error, path, lib->error_string(pack->archive));
    if (!pack->unwanted)
        return ok;
    g_clear_error(error);
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, "the reader closed the archive");
    return FALSE;
}

gboolean
cdd_tar_pack(const char *path,
             const char *name,
             const CddTarOptions *options,
             CddByteQueue *to,
             GCancellable *cancellable,
             GError **error)
{
    const CddLibarchive *lib = cdd_libarchive_get(error);
    Pack pack = {.lib = lib, .options = options, .cancellable = cancellable, .to = to};
    gboolean ok;

    if (lib == NULL)
        return FALSE;
    pack.archive = lib->write_new();
    pack.entry = lib->entry_new();
    pack.buffer = g_malloc(BUFFER_SIZE);
    pack.pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
    pack.linked = g_hash_table_new_full(hash_linked, equal_linked, free_linked, NULL);
    ok = write_archive(&pack, path, name, error);
    lib->entry_free(pack.entry);
    lib->write_free(pack.archive);
    g_hash_table_unref(pack.linked);
    g_array_unref(pack.pieces);
    g_free(pack.buffer);
    return ok;
}

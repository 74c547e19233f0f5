/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sends the files of a directory. In one transfer, this side sends a STAT for each file, then an
 * empty STAT. Meanwhile the engine requests contents by the position of a file's STAT. Each request
 * is answered by DATA packets, the last one empty. The engine sends FIN when it has everything and
 * gets FIN back.
 */
#include "file-sync.h"

#include "../files/follow-links.h"
#include "../files/tree-walk.h"
#include "../wire/message.h"
#include "file-packet.h"

#include <colcon-deb-docker/cdd-error.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONTEXT "context"
#define DOCKERFILE "dockerfile"
enum {
    PIECE_SIZE = 64 * 1024,
    /* The maximum number of unanswered requests. */
    MAX_REQUESTS = 10000000,
};

typedef struct {
    CddBuildSession *session;
    char *context_dir; /* NULL for no files */
    guint64 latest_time;
    const CddTarMember *files; /* for "dockerfile" */
    gsize n_files;
} FileSync;

/* What the STAT of a regular file said, to detect later changes. */
typedef struct {
    const char *name; /* NULL if it is not a regular file */
    gint64 size;
    gint64 mod_time;
} Announced;

typedef struct {
    FileSync *sync;
    CddGrpcCall *call;
    const char *root;
    gsize n_given;     /* how many of the sync's @files are sent */
    CddTreeWalk *walk; /* NULL if @files are sent, or nothing */
    GArray *announced;
    GStringChunk *names;
    GHashTable *linked; /* for files with several names: device and inode -> the first name */
    gboolean all_announced;

    GQueue requests; /* positions of STATs, as pointers */
    int fd;          /* of the file being sent; -1 if there is none */
    guint32 id;
    gint64 sent;
    guint8 *piece;
} Transfer;

static void
transfer_free(gpointer data)
{
    Transfer *transfer = data;

    g_clear_pointer(&transfer->walk, cdd_tree_walk_free);
    g_array_unref(transfer->announced);
    g_string_chunk_free(transfer->names);
    g_hash_table_unref(transfer->linked);
    g_queue_clear(&transfer->requests);
    if (transfer->fd >= 0)
        close(transfer->fd);
    g_free(transfer->piece);
    g_free(transfer);
}

/* The engine only reports a failed build, so the cause is kept for the caller. */
static void
fail(Transfer *transfer, GError *error)
{
    cdd_grpc_call_finish(transfer->call, CDD_GRPC_INTERNAL, error->message);
    cdd_build_session_report(transfer->sync->session, error);
}

static void
fail_file(Transfer *transfer, const char *name, const char *reason)
{
    fail(transfer, g_error_new(CDD_ERROR, CDD_ERROR_FAILED, "sending %s/%s: %s", transfer->root,
                               name, reason));
}

static gint64
mod_time_of(const struct stat *status)
{
    return status->st_mtim.tv_sec * G_GINT64_CONSTANT(1000000000) + status->st_mtim.tv_nsec;
}

static void
send_packet(Transfer *transfer, const Cdd__FilePacket *packet)
{
    cdd_grpc_call_send(transfer->call, cdd_message_pack(&packet->base));
}

/* An entry with a link name has no contents. @mod_time is the file's real time. */
static void
announce(Transfer *transfer, const char *name, Cdd__FileStat *stat, gint64 mod_time)
{
    Cdd__FilePacket packet = CDD__FILE_PACKET__INIT;
    Announced announced = {.size = stat->size, .mod_time = mod_time};

    if (S_ISREG(cdd_file_mode_from_wire(stat->mode)) && *stat->linkname == '\0')
        announced.name = g_string_chunk_insert(transfer->names, name);
    g_array_append_val(transfer->announced, announced);
    stat->path = (char *)name;
    packet.type = CDD__FILE_PACKET__TYPE__STAT;
    packet.stat = stat;
    send_packet(transfer, &packet);
}

/*
 * The engine treats a file as unchanged if size and time are the same. So a time that is too late
 * becomes the latest allowed second, which an image keeps, with nanoseconds that depend on the
 * original time.
 */
static gint64
bound_time(const FileSync *sync, gint64 mod_time)
{
    const gint64 second = 1000000000;
    gint64 latest = (gint64)sync->latest_time * second;

    if (sync->latest_time == 0 || mod_time < latest + second)
        return mod_time;
    return latest + 1 +
           (gint64)((guint64)mod_time * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15) %
                    (guint64)(second - 1));
}

/* Returns the name of the file that was already sent, or remembers this name and returns NULL. */
static const char *
find_first_name(Transfer *transfer, const CddTreeEntry *entry)
{
    const struct stat *status = &entry->status;
    g_autofree char *key = NULL;
    const char *first = NULL;

    if (!S_ISREG(status->st_mode) || status->st_nlink < 2)
        return NULL;
    key = g_strdup_printf("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, (guint64)status->st_dev,
                          (guint64)status->st_ino);
    first = g_hash_table_lookup(transfer->linked, key);
    if (first == NULL)
        g_hash_table_insert(transfer->linked, g_steal_pointer(&key), g_strdup(entry->name));
    return first;
}

/* The owner is root, as in an archive: owners on this machine mean nothing in an image. */
static void
announce_entry(Transfer *transfer, const CddTreeEntry *entry)
{
    Cdd__FileStat stat = CDD__FILE_STAT__INIT;
    gint64 mod_time = mod_time_of(&entry->status);
    const char *link = entry->link != NULL ? entry->link : find_first_name(transfer, entry);

    stat.mode = cdd_file_mode_to_wire(entry->status.st_mode);
    stat.mod_time = bound_time(transfer->sync, mod_time);
    if (link != NULL)
        stat.linkname = (char *)link;
    if (!S_ISDIR(entry->status.st_mode) && (link == NULL || entry->link != NULL))
        stat.size = entry->status.st_size;
    announce(transfer, entry->name, &stat, mod_time);
}

/*
 * The engine treats a file as unchanged if size and time are the same. So the time of a given file
 * is made from its contents.
 */
static gint64
time_of(GBytes *contents)
{
    g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, contents);

    digest[15] = '\0';
    return (gint64)g_ascii_strtoull(digest, NULL, 16);
}

static void
announce_given(Transfer *transfer, const CddTarMember *file)
{
    Cdd__FileStat stat = CDD__FILE_STAT__INIT;

    stat.mode = 0644;
    stat.size = (gint64)g_bytes_get_size(file->contents);
    stat.mod_time = time_of(file->contents);
    announce(transfer, file->name, &stat, stat.mod_time);
}

/* Returns FALSE without an error after the last one. */
static gboolean
announce_one(Transfer *transfer, GError **error)
{
    const FileSync *sync = transfer->sync;
    const CddTreeEntry *entry;

    if (transfer->announced->len < transfer->n_given) {
        announce_given(transfer, &sync->files[transfer->announced->len]);
        return TRUE;
    }
    entry = transfer->walk != NULL ? cdd_tree_walk_next(transfer->walk, error) : NULL;
    if (entry != NULL)
        announce_entry(transfer, entry);
    return entry != NULL;
}

static void
announce_next(Transfer *transfer)
{
    GError *error = NULL;

    if (announce_one(transfer, &error))
        return;
    if (error != NULL) {
        fail(transfer, error);
        return;
    }
    transfer->all_announced = TRUE;
    cdd_grpc_call_send(transfer->call, cdd_file_packet_new(CDD__FILE_PACKET__TYPE__STAT, 0));
}

static void
send_data(Transfer *transfer, const guint8 *data, gsize length)
{
    Cdd__FilePacket packet = CDD__FILE_PACKET__INIT;

    packet.type = CDD__FILE_PACKET__TYPE__DATA;
    packet.id = transfer->id;
    packet.data.data = (guint8 *)data;
    packet.data.len = length;
    send_packet(transfer, &packet);
}

static void
send_given(Transfer *transfer, const CddTarMember *file)
{
    gsize length = 0;
    const guint8 *data = g_bytes_get_data(file->contents, &length);

    for (gsize at = 0; at < length; at += PIECE_SIZE)
        send_data(transfer, data + at, MIN(PIECE_SIZE, length - at));
    send_data(transfer, NULL, 0);
}

static void
open_file(Transfer *transfer, const Announced *announced)
{
    g_autofree char *path = g_build_filename(transfer->root, announced->name, NULL);
    struct stat status;

    transfer->sent = 0;
    transfer->fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (transfer->fd < 0)
        fail_file(transfer, announced->name, g_strerror(errno));
    else if (fstat(transfer->fd, &status) != 0 || !S_ISREG(status.st_mode) ||
             status.st_size != announced->size || mod_time_of(&status) != announced->mod_time)
        fail_file(transfer, announced->name, "it changed after the build had started");
}

static void
begin_file(Transfer *transfer)
{
    const Announced *announced;

    transfer->id = GPOINTER_TO_UINT(g_queue_pop_head(&transfer->requests));
    announced = &g_array_index(transfer->announced, Announced, transfer->id);
    if (transfer->walk == NULL)
        send_given(transfer, &transfer->sync->files[transfer->id]);
    else
        open_file(transfer, announced);
}

static void
send_piece(Transfer *transfer)
{
    const Announced *announced = &g_array_index(transfer->announced, Announced, transfer->id);
    ssize_t length;

    do
        length = read(transfer->fd, transfer->piece, PIECE_SIZE);
    while (length < 0 && errno == EINTR);
    if (length < 0) {
        fail_file(transfer, announced->name, g_strerror(errno));
        return;
    }
    transfer->sent += length;
    if (transfer->sent > announced->size || (length == 0 && transfer->sent < announced->size)) {
        fail_file(transfer, announced->name, "its size changed while it was read");
        return;
    }
    send_data(transfer, transfer->piece, (gsize)length);
    if (length == 0) {
        close(transfer->fd);
        transfer->fd = -1;
    }
}

static gboolean
has_more(const Transfer *transfer)
{
    return !transfer->all_announced || transfer->fd >= 0 ||
           !g_queue_is_empty((GQueue *)&transfer->requests);
}

/* Sends as much as the engine accepts: first STATs, then requested contents. */
static void
on_writable(CddGrpcCall *call, gpointer user_data)
{
    Transfer *transfer = user_data;

    while (has_more(transfer) && !cdd_grpc_call_is_full(call) && !cdd_grpc_call_is_finished(call)) {
        if (!transfer->all_announced)
            announce_next(transfer);
        else if (transfer->fd >= 0)
            send_piece(transfer);
        else
            begin_file(transfer);
    }
}

static gboolean
may_request(const Transfer *transfer, guint32 id)
{
    return id < transfer->announced->len &&
           g_array_index(transfer->announced, Announced, id).name != NULL &&
           transfer->requests.length < MAX_REQUESTS;
}

static void
take_packet(Transfer *transfer, const Cdd__FilePacket *packet)
{
    if (packet->type == CDD__FILE_PACKET__TYPE__FIN) {
        cdd_grpc_call_send(transfer->call, cdd_file_packet_new(CDD__FILE_PACKET__TYPE__FIN, 0));
        cdd_grpc_call_finish(transfer->call, CDD_GRPC_OK, NULL);
    } else if (packet->type == CDD__FILE_PACKET__TYPE__REQ && may_request(transfer, packet->id)) {
        g_queue_push_tail(&transfer->requests, GUINT_TO_POINTER(packet->id));
    } else {
        cdd_grpc_call_finish(transfer->call, CDD_GRPC_INVALID_ARGUMENT, "unexpected packet");
    }
}

static void
on_message(CddGrpcCall *call, const guint8 *data, gsize length, gpointer user_data)
{
    Transfer *transfer = user_data;
    Cdd__FilePacket *packet = cdd_message_unpack(&cdd__file_packet__descriptor, data, length);

    if (packet == NULL)
        cdd_grpc_call_finish(call, CDD_GRPC_INVALID_ARGUMENT, "invalid packet");
    else
        take_packet(transfer, packet);
    cdd_message_free(packet);
    on_writable(call, transfer);
}

/* Decodes like the query of a URL, where "+" is a space. Returns NULL if the text is not valid. */
static char *
unescape(const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, "+", -1);
    g_autofree char *spaced = g_strjoinv(" ", words);

    return g_uri_unescape_string(spaced, NULL);
}

/* Returns the values of a key, or NULL. "KEY-encoded: 1" means that they are escaped. */
static GStrv
get_values(CddGrpcCall *call, const char *key)
{
    g_autofree char *encoded_key = g_strconcat(key, "-encoded", NULL);
    gboolean encoded = cdd_grpc_call_get_metadata(call, encoded_key) != NULL;
    const char *const *values = cdd_grpc_call_get_metadata(call, key);
    g_autoptr(GStrvBuilder) plain = g_strv_builder_new();

    if (values == NULL)
        return NULL;
    for (; *values != NULL; values++) {
        g_autofree char *text = encoded ? unescape(*values) : NULL;

        g_strv_builder_add(plain, text != NULL ? text : *values);
    }
    return g_strv_builder_end(plain);
}

static CddIgnore *
get_patterns(CddGrpcCall *call, const char *key, GError **error)
{
    g_auto(GStrv) values = get_values(call, key);

    return values != NULL ? cdd_ignore_new((const char *const *)values, error) : NULL;
}

/* Returns the include patterns, the paths and the targets of links. NULL includes everything. */
static CddIgnore *
get_included(CddGrpcCall *call, const char *root, GError **error)
{
    g_auto(GStrv) patterns = get_values(call, "include-patterns");
    g_auto(GStrv) paths = get_values(call, "followpaths");
    g_auto(GStrv) followed =
        paths != NULL ? cdd_follow_links(root, (const char *const *)paths) : NULL;
    g_autoptr(GStrvBuilder) all = g_strv_builder_new();
    g_auto(GStrv) list = NULL;

    if (patterns != NULL)
        g_strv_builder_addv(all, (const char **)patterns);
    if (followed != NULL)
        g_strv_builder_addv(all, (const char **)followed);
    list = g_strv_builder_end(all);
    return *list != NULL ? cdd_ignore_new((const char *const *)list, error) : NULL;
}

static void
on_skipped(const char *path, const char *what, gpointer user_data)
{
    cdd_build_session_note(user_data, "%s is skipped: it is %s", path, what);
}

static gboolean
open_walk(Transfer *transfer, GError **error)
{
    CddBuildSession *session = transfer->sync->session;
    g_autoptr(CddIgnore) excluded = get_patterns(transfer->call, "exclude-patterns", error);
    g_autoptr(CddIgnore) included = NULL;

    if (*error == NULL)
        included = get_included(transfer->call, transfer->root, error);
    if (*error == NULL)
        transfer->walk = cdd_tree_walk_new(transfer->root, excluded, included, error);
    if (*error != NULL)
        return FALSE;
    cdd_tree_walk_set_skipped_func(transfer->walk, on_skipped, session);
    return TRUE;
}

static Transfer *
transfer_new(FileSync *sync, CddGrpcCall *call)
{
    Transfer *transfer = g_new0(Transfer, 1);

    transfer->sync = sync;
    transfer->call = call;
    transfer->root = sync->context_dir;
    transfer->announced = g_array_new(FALSE, FALSE, sizeof(Announced));
    transfer->names = g_string_chunk_new(PIECE_SIZE);
    transfer->linked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    transfer->piece = g_malloc(PIECE_SIZE);
    transfer->fd = -1;
    g_queue_init(&transfer->requests);
    return transfer;
}

static void
begin(CddGrpcCall *call, gpointer service)
{
    static const CddGrpcHandlers handlers = {
        .on_message = on_message,
        .on_writable = on_writable,
        .closed = transfer_free,
    };
    FileSync *sync = service;
    g_auto(GStrv) name = get_values(call, "dir-name");
    gboolean is_dockerfile = name != NULL && g_strcmp0(name[0], DOCKERFILE) == 0;
    GError *error = NULL;
    Transfer *transfer;

    if (!is_dockerfile && (name == NULL || g_strcmp0(name[0], CONTEXT) != 0)) {
        cdd_grpc_call_finish(call, CDD_GRPC_NOT_FOUND, "the build has no directory of this name");
        return;
    }
    transfer = transfer_new(sync, call);
    cdd_grpc_call_set_handlers(call, &handlers, transfer);
    transfer->n_given = is_dockerfile ? sync->n_files : 0;
    if (!is_dockerfile && sync->context_dir != NULL && !open_walk(transfer, &error)) {
        fail(transfer, error);
        return;
    }
    on_writable(call, transfer);
}

static void
file_sync_free(gpointer data)
{
    FileSync *sync = data;

    g_free(sync->context_dir);
    g_free(sync);
}

void
cdd_file_sync_serve(CddBuildSession *session,
                    const char *context_dir,
                    guint64 latest_time,
                    const CddTarMember *dockerfile_files,
                    gsize n_dockerfile_files)
{
    static const CddBuildSessionMethod method = {"/moby.filesync.v1.FileSync/DiffCopy", begin};
    FileSync *sync = g_new0(FileSync, 1);

    sync->session = session;
    sync->context_dir = g_strdup(context_dir);
    sync->latest_time = latest_time;
    sync->files = dockerfile_files;
    sync->n_files = n_dockerfile_files;
    cdd_build_session_serve(session, &method, 1, sync, file_sync_free);
}

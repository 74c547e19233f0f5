/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Receives the output of a build. A tar archive arrives as a stream of bytes. A directory arrives
 * by the protocol in file-sync.c, with this side as the receiver: it gets STATs, requests each
 * regular file, several at a time, and sends FIN after the last one.
 */
#include "file-send.h"

#include "../files/tree-writer.h"
#include "../value/text.h"
#include "../wire/message.h"
#include "description.h"
#include "file-packet.h"
#include "wire/proto/session.pb-c.h"

#include <colcon-deb-docker/cdd-error.h>
#include <stdlib.h>
#include <sys/stat.h>

enum {
    /* The number of files written at a time. */
    MAX_OPEN = 32,
    /* The maximum number of entries of an output. */
    MAX_ENTRIES = 5000000,
    MAX_REASON_LENGTH = 1024,
};

typedef struct {
    CddBuildSession *session;
    const char *type; /* "local" or "tar" */
    char *dest;
} FileSend;

/* A regular file that was not yet requested or is not yet complete. */
typedef struct {
    guint32 id;
    char *name;
    mode_t permissions;
    gint64 mod_time;
    CddNewFile *file; /* set once the file was requested */
} Wanted;

typedef struct {
    FileSend *send;
    CddGrpcCall *call;
    CddTreeWriter *writer;
    CddNewFile *archive; /* for "tar" */

    guint32 n_entries;
    gboolean all_announced;
    GQueue waiting;   /* of Wanted, not yet requested */
    GHashTable *open; /* id -> Wanted */
} Receive;

static void
wanted_free(gpointer data)
{
    Wanted *wanted = data;

    g_free(wanted->name);
    g_clear_pointer(&wanted->file, cdd_new_file_free);
    g_free(wanted);
}

static void
receive_free(gpointer data)
{
    Receive *receive = data;

    g_queue_clear_full(&receive->waiting, wanted_free);
    g_hash_table_unref(receive->open);
    g_clear_pointer(&receive->archive, cdd_new_file_free);
    g_clear_pointer(&receive->writer, cdd_tree_writer_free);
    g_free(receive);
}

static void
fail(Receive *receive, GError *error)
{
    g_prefix_error(&error, "writing the output to %s: ", receive->send->dest);
    cdd_grpc_call_finish(receive->call, CDD_GRPC_INTERNAL, error->message);
    cdd_build_session_report(receive->send->session, error);
}

static void
refuse(Receive *receive, const char *reason)
{
    fail(receive, g_error_new_literal(CDD_ERROR, CDD_ERROR_PROTOCOL, reason));
}

static gboolean
ask(Receive *receive, Wanted *wanted, GError **error)
{
    wanted->file =
        cdd_tree_writer_add_file(receive->writer, wanted->name, wanted->permissions, error);
    if (wanted->file == NULL) {
        wanted_free(wanted);
        return FALSE;
    }
    g_hash_table_insert(receive->open, GUINT_TO_POINTER(wanted->id), wanted);
    cdd_grpc_call_send(receive->call, cdd_file_packet_new(CDD__FILE_PACKET__TYPE__REQ, wanted->id));
    return TRUE;
}

/* Requests more files, or sends FIN if none is missing. */
static gboolean
go_on(Receive *receive, GError **error)
{
    while (!g_queue_is_empty(&receive->waiting) && g_hash_table_size(receive->open) < MAX_OPEN) {
        if (!ask(receive, g_queue_pop_head(&receive->waiting), error))
            return FALSE;
    }
    if (receive->all_announced && g_hash_table_size(receive->open) == 0)
        cdd_grpc_call_send(receive->call, cdd_file_packet_new(CDD__FILE_PACKET__TYPE__FIN, 0));
    return TRUE;
}

static void
want(Receive *receive, const Cdd__FileStat *stat, mode_t permissions)
{
    Wanted *wanted = g_new0(Wanted, 1);

    wanted->id = receive->n_entries;
    wanted->name = g_strdup(stat->path);
    wanted->permissions = permissions;
    wanted->mod_time = stat->mod_time;
    g_queue_push_tail(&receive->waiting, wanted);
}

/* A regular file with a link name is a hard link; it becomes a separate copy. */
static gboolean
take_stat(Receive *receive, const Cdd__FileStat *stat, GError **error)
{
    mode_t mode = cdd_file_mode_from_wire(stat->mode);
    gboolean ok = TRUE;

    if (receive->n_entries == MAX_ENTRIES) {
        g_set_error(error, CDD_ERROR, CDD_ERROR_PROTOCOL, "the engine sends more than %d entries",
                    MAX_ENTRIES);
        return FALSE;
    }
    if (S_ISDIR(mode))
        ok = cdd_tree_writer_add_directory(receive->writer, stat->path, mode & 0777, error);
    else if (S_ISLNK(mode))
        ok = cdd_tree_writer_add_link(receive->writer, stat->path, stat->linkname, error);
    else if (S_ISREG(mode))
        want(receive, stat, mode & 0777);
    else
        cdd_build_session_note(receive->send->session,
                               "%s is skipped: it is a device, a pipe or a socket", stat->path);
    receive->n_entries++;
    return ok && go_on(receive, error);
}

static gboolean
take_data(Receive *receive, const Cdd__FilePacket *packet, GError **error)
{
    Wanted *wanted = g_hash_table_lookup(receive->open, GUINT_TO_POINTER(packet->id));

    if (wanted == NULL) {
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                            "the engine sent a file that was not requested");
        return FALSE;
    }
    if (packet->data.len > 0)
        return cdd_new_file_write(wanted->file, packet->data.data, packet->data.len, error);
    if (!cdd_new_file_finish(wanted->file, MAX(wanted->mod_time, -1), error))
        return FALSE;
    g_hash_table_remove(receive->open, GUINT_TO_POINTER(packet->id));
    return go_on(receive, error);
}

/* protobuf-c leaves the pointer to empty bytes NULL. */
static void
set_peer_error(const Cdd__FilePacket *packet, GError **error)
{
    g_autofree char *reason =
        cdd_text_clean(packet->data.len == 0 ? "" : (const char *)packet->data.data,
                       packet->data.len, MAX_REASON_LENGTH, CDD_TEXT_ONE_LINE);

    g_set_error(error, CDD_ERROR, CDD_ERROR_FAILED, "the engine could not read the output: %s",
                reason);
}

static gboolean
take_packet(Receive *receive, const Cdd__FilePacket *packet, GError **error)
{
    switch (packet->type) {
    case CDD__FILE_PACKET__TYPE__STAT:
        if (packet->stat != NULL)
            return take_stat(receive, packet->stat, error);
        receive->all_announced = TRUE;
        return go_on(receive, error);
    case CDD__FILE_PACKET__TYPE__DATA:
        return take_data(receive, packet, error);
    case CDD__FILE_PACKET__TYPE__FIN:
        cdd_grpc_call_finish(receive->call, CDD_GRPC_OK, NULL);
        return TRUE;
    default:
        set_peer_error(packet, error);
        return FALSE;
    }
}

static void
on_packet(CddGrpcCall *call, const guint8 *data, gsize length, gpointer user_data)
{
    Receive *receive = user_data;
    Cdd__FilePacket *packet = NULL;
    GError *error = NULL;

    if (cdd_grpc_call_is_finished(call))
        return;
    packet = cdd_message_unpack(&cdd__file_packet__descriptor, data, length);
    if (packet == NULL)
        refuse(receive, "the engine sent an invalid packet");
    else if (!take_packet(receive, packet, &error))
        fail(receive, error);
    cdd_message_free(packet);
}

static void
on_bytes(CddGrpcCall *call, const guint8 *data, gsize length, gpointer user_data)
{
    Receive *receive = user_data;
    Cdd__BytesMessage *message = NULL;
    GError *error = NULL;

    if (cdd_grpc_call_is_finished(call))
        return;
    message = cdd_message_unpack(&cdd__bytes_message__descriptor, data, length);
    if (message == NULL)
        refuse(receive, "the engine sent an invalid message");
    else if (!cdd_new_file_write(receive->archive, message->data.data, message->data.len, &error))
        fail(receive, error);
    cdd_message_free(message);
}

static void
on_bytes_end(CddGrpcCall *call, gpointer user_data)
{
    Receive *receive = user_data;
    GError *error = NULL;

    if (cdd_grpc_call_is_finished(call))
        return;
    if (cdd_new_file_finish(receive->archive, -1, &error))
        cdd_grpc_call_finish(call, CDD_GRPC_OK, NULL);
    else
        fail(receive, error);
}

static gboolean
open_output(Receive *receive, GError **error)
{
    const FileSend *send = receive->send;
    gboolean is_tar = g_str_equal(send->type, "tar");
    g_autofree char *directory = is_tar ? g_path_get_dirname(send->dest) : g_strdup(send->dest);
    g_autofree char *name = g_path_get_basename(send->dest);

    receive->writer = cdd_tree_writer_new(directory, error);
    if (receive->writer == NULL || !is_tar)
        return receive->writer != NULL;
    receive->archive = cdd_tree_writer_add_file(receive->writer, name, 0644, error);
    return receive->archive != NULL;
}

static void
begin(CddGrpcCall *call, gpointer service)
{
    static const CddGrpcHandlers directory_handlers = {
        .on_message = on_packet,
        .closed = receive_free,
    };
    static const CddGrpcHandlers archive_handlers = {
        .on_message = on_bytes,
        .on_end = on_bytes_end,
        .closed = receive_free,
    };
    FileSend *send = service;
    Receive *receive = g_new0(Receive, 1);
    GError *error = NULL;

    receive->send = send;
    receive->call = call;
    receive->open = g_hash_table_new_full(NULL, NULL, NULL, wanted_free);
    g_queue_init(&receive->waiting);
    cdd_grpc_call_set_handlers(
        call, g_str_equal(send->type, "tar") ? &archive_handlers : &directory_handlers, receive);
    if (!open_output(receive, &error))
        fail(receive, error);
}

/* Returns a static string for one of the two types, else NULL. */
static const char *
known_type(const char *type)
{
    static const char *const types[] = {"local", "tar"};

    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        if (g_strcmp0(type, types[i]) == 0)
            return types[i];
    }
    return NULL;
}

static void
file_send_free(gpointer data)
{
    FileSend *send = data;

    g_free(send->dest);
    g_free(send);
}

/*
 * Returns the path of the archive, with symbolic links resolved. An existing path that is not a
 * regular file, such as a device, is not replaced: NULL with an error.
 */
static char *
resolve_archive(const char *dest, GError **error)
{
    g_autofree char *resolved = NULL;
    char *real = NULL;
    struct stat status;

    if (lstat(dest, &status) != 0)
        return g_strdup(dest);
    real = realpath(dest, NULL);
    resolved = g_strdup(real);
    free(real);
    if (resolved != NULL && stat(resolved, &status) == 0 && S_ISREG(status.st_mode))
        return g_steal_pointer(&resolved);
    g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                "%s exists and is not a regular file; choose another path", dest);
    return NULL;
}

static char *
resolve(const char *type, const char *dest, GError **error)
{
    return g_str_equal(type, "tar") ? resolve_archive(dest, error) : g_strdup(dest);
}

const char *
cdd_file_send_serve(CddBuildSession *session, const char *description, GError **error)
{
    static const CddBuildSessionMethod method = {"/moby.filesync.v1.FileSend/DiffCopy", begin};
    static const char *const names[] = {"type", "dest", NULL};
    g_autoptr(GHashTable) fields = cdd_description_parse(description, names, error);
    const char *type = NULL;
    const char *dest = NULL;
    g_autofree char *place = NULL;
    FileSend *send;

    if (fields != NULL) {
        type = known_type(g_hash_table_lookup(fields, "type"));
        dest = g_hash_table_lookup(fields, "dest");
        if (type == NULL || dest == NULL)
            g_set_error_literal(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                                "use type=local,dest=DIRECTORY or type=tar,dest=FILE");
    }
    if (type != NULL && dest != NULL)
        place = resolve(type, dest, error);
    if (place == NULL) {
        g_prefix_error(error, "the output \"%s\": ", description);
        return NULL;
    }
    send = g_new0(FileSend, 1);
    send->session = session;
    send->type = type;
    send->dest = g_steal_pointer(&place);
    cdd_build_session_serve(session, &method, 1, send, file_send_free);
    return type;
}

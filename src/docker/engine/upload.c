/* SPDX-License-Identifier: Apache-2.0 */
#include "upload.h"

#include "../transport/connect.h"
#include "../wire/http1.h"
#include <string.h>

enum {
    PIECE_SIZE = 256 * 1024,
};

struct _CddUpload {
    GObject parent_instance;
    GInputStream *from;
    GIOStream *to;
    GCancellable *cancellable;
    CddUploadFunc on_ended;
    gpointer user_data;
    GError *source_error;
    gboolean ended;
    gboolean complete;

    /* A chunk to send: its start, of varying length, directly before the piece. */
    guint8 *chunk;
};

G_DEFINE_FINAL_TYPE(CddUpload, cdd_upload, G_TYPE_OBJECT)

static void read_piece(CddUpload *owned);

static void
cdd_upload_init(CddUpload *self)
{
    self->cancellable = g_cancellable_new();
    self->chunk = g_malloc(CDD_HTTP1_CHUNK_START_SIZE + PIECE_SIZE + CDD_HTTP1_CHUNK_END_SIZE);
}

static void
cdd_upload_finalize(GObject *object)
{
    CddUpload *self = CDD_UPLOAD(object);

    g_object_unref(self->from);
    g_object_unref(self->to);
    g_object_unref(self->cancellable);
    g_clear_error(&self->source_error);
    g_free(self->chunk);
    G_OBJECT_CLASS(cdd_upload_parent_class)->finalize(object);
}

static void
cdd_upload_class_init(CddUploadClass *class)
{
    G_OBJECT_CLASS(class)->finalize = cdd_upload_finalize;
}

void
cdd_upload_forget(CddUpload *self)
{
    self->on_ended = NULL;
}

void
cdd_upload_cancel(CddUpload *self)
{
    g_cancellable_cancel(self->cancellable);
}

gboolean
cdd_upload_has_ended(CddUpload *self)
{
    return self->ended;
}

gboolean
cdd_upload_is_complete(CddUpload *self)
{
    return self->complete;
}

const GError *
cdd_upload_get_source_error(CddUpload *self)
{
    return self->source_error;
}

static void
end(CddUpload *owned)
{
    g_autoptr(CddUpload) self = owned;

    self->ended = TRUE;
    if (self->on_ended != NULL)
        self->on_ended(self, self->user_data);
}

static void
on_written(GObject *source, GAsyncResult *result, gpointer user_data)
{
    CddUpload *self = user_data;
    gboolean was_last = self->complete;

    /* The engine's answer tells why writing failed: the engine may have refused the upload. */
    self->complete = FALSE;
    if (!g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, NULL, NULL)) {
        end(self);
    } else if (was_last) {
        self->complete = TRUE;
        end(self);
    } else {
        read_piece(self);
    }
}

static void
write_bytes(CddUpload *owned, const void *data, gsize length)
{
    g_output_stream_write_all_async(g_io_stream_get_output_stream(owned->to), data, length,
                                    G_PRIORITY_DEFAULT, owned->cancellable, on_written, owned);
}

static void
write_chunk(CddUpload *owned, gsize length)
{
    guint8 *piece = owned->chunk + CDD_HTTP1_CHUNK_START_SIZE;
    char start[CDD_HTTP1_CHUNK_START_SIZE];
    gsize start_length = cdd_http1_chunk_start(start, length);
    static const char chunk_end[CDD_HTTP1_CHUNK_END_SIZE] = {'\r', '\n'};

    memcpy(piece - start_length, start, start_length);
    memcpy(piece + length, chunk_end, sizeof chunk_end);
    write_bytes(owned, piece - start_length, start_length + length + CDD_HTTP1_CHUNK_END_SIZE);
}

static void
on_read(GObject *source, GAsyncResult *result, gpointer user_data)
{
    CddUpload *self = user_data;
    GError *error = NULL;
    gssize length = g_input_stream_read_finish(G_INPUT_STREAM(source), result, &error);

    if (length > 0) {
        write_chunk(self, (gsize)length);
    } else if (length == 0) {
        self->complete = TRUE;
        write_bytes(self, CDD_HTTP1_LAST_CHUNK, strlen(CDD_HTTP1_LAST_CHUNK));
    } else {
        if (!g_cancellable_is_cancelled(self->cancellable))
            self->source_error = g_steal_pointer(&error);
        g_clear_error(&error);
        /* Without the last chunk the engine knows that the body is incomplete. */
        cdd_connect_end_output(self->to);
        end(self);
    }
}

static void
read_piece(CddUpload *owned)
{
    g_input_stream_read_async(owned->from, owned->chunk + CDD_HTTP1_CHUNK_START_SIZE, PIECE_SIZE,
                              G_PRIORITY_DEFAULT, owned->cancellable, on_read, owned);
}

CddUpload *
cdd_upload_new(GInputStream *from, GIOStream *to, CddUploadFunc on_ended, gpointer user_data)
{
    CddUpload *self = g_object_new(CDD_TYPE_UPLOAD, NULL);

    self->from = g_object_ref(from);
    self->to = g_object_ref(to);
    self->on_ended = on_ended;
    self->user_data = user_data;
    read_piece(g_object_ref(self));
    return self;
}

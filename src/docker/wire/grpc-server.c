/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc-server.h"

#include <colcon-deb-docker/cdd-error.h>
#include <nghttp2/nghttp2.h>
#include <string.h>

enum {
    /* The prefix of a gRPC message: a flag, 1 if compressed, and the length. */
    PREFIX_SIZE = 5,
    /* The default limit of gRPC implementations. */
    MAX_MESSAGE_LENGTH = 4 * 1024 * 1024,
    MAX_CALLS = 100,
    MAX_METADATA_COUNT = 1024,
    /* HTTP/2's default window of 64 KiB would make the peers wait for each other all the time. */
    WINDOW_SIZE = 4 * 1024 * 1024,
    FULL_LENGTH = 256 * 1024,
};

struct _CddGrpcServer {
    nghttp2_session *session;
    const CddGrpcServerFuncs *funcs;
    gpointer user_data;
    GHashTable *calls; /* the open calls, as a set */
};

struct _CddGrpcCall {
    CddGrpcServer *server;
    gint32 stream;
    char *method;
    GHashTable *metadata; /* name -> GPtrArray of values, NULL-terminated */
    guint metadata_count;
    CddGrpcHandlers handlers;
    gpointer user_data;

    GByteArray *partial; /* the start of an incoming message, with its prefix */
    gboolean broken;     /* the input is not valid; the rest of it is ignored */

    GQueue messages; /* GBytes to send */
    gsize queued;
    gsize sent_of_first; /* includes the prefix */
    gboolean answered;   /* the response headers have been submitted */
    gboolean wants_more; /* on_writable is due */
    gboolean finished;
    CddGrpcStatus status;
    char *status_message;
};

static CddGrpcCall *
call_new(CddGrpcServer *server, gint32 stream)
{
    CddGrpcCall *call = g_new0(CddGrpcCall, 1);

    call->server = server;
    call->stream = stream;
    call->metadata =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    call->partial = g_byte_array_new();
    g_queue_init(&call->messages);
    g_hash_table_add(server->calls, call);
    return call;
}

static void
call_free(gpointer data)
{
    CddGrpcCall *call = data;

    if (call->handlers.closed != NULL)
        call->handlers.closed(call->user_data);
    g_free(call->method);
    g_hash_table_unref(call->metadata);
    g_byte_array_unref(call->partial);
    g_queue_clear_full(&call->messages, (GDestroyNotify)g_bytes_unref);
    g_free(call->status_message);
    g_free(call);
}

const char *
cdd_grpc_call_get_method(CddGrpcCall *call)
{
    return call->method;
}

const char *const *
cdd_grpc_call_get_metadata(CddGrpcCall *call, const char *name)
{
    const GPtrArray *values = g_hash_table_lookup(call->metadata, name);

    return values != NULL ? (const char *const *)values->pdata : NULL;
}

void
cdd_grpc_call_set_handlers(CddGrpcCall *call, const CddGrpcHandlers *handlers, gpointer user_data)
{
    call->handlers = *handlers;
    call->user_data = user_data;
}

/* Encodes a grpc-message: "%" and all but printable ASCII as "%XX". */
static char *
percent_encode(const char *text)
{
    GString *encoded = g_string_new(NULL);

    for (; *text != '\0'; text++) {
        if (g_ascii_isprint(*text) && *text != '%')
            g_string_append_c(encoded, *text);
        else
            g_string_append_printf(encoded, "%%%02X", (guint8)*text);
    }
    return g_string_free(encoded, FALSE);
}

/* nghttp2 copies names and values, so they need to live only during the call. */
static nghttp2_nv
header(const char *name, const char *value)
{
    return (nghttp2_nv){
        .name = (guint8 *)name,
        .value = (guint8 *)value,
        .namelen = strlen(name),
        .valuelen = strlen(value),
    };
}

static void
submit_trailers(CddGrpcCall *call)
{
    g_autofree char *status = g_strdup_printf("%d", (int)call->status);
    g_autofree char *message =
        percent_encode(call->status_message != NULL ? call->status_message : "");
    const nghttp2_nv trailers[] = {header("grpc-status", status), header("grpc-message", message)};

    nghttp2_submit_trailer(call->server->session, call->stream, trailers, G_N_ELEMENTS(trailers));
}

/* Copies from the first message and its prefix. The message is freed once it is fully copied. */
static gsize
take_queued(CddGrpcCall *call, guint8 *to, gsize length)
{
    GBytes *first = g_queue_peek_head(&call->messages);
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(first, &size);
    const guint8 prefix[PREFIX_SIZE] = {0, (guint8)(size >> 24), (guint8)(size >> 16),
                                        (guint8)(size >> 8), (guint8)size};
    gsize taken = 0;

    if (call->sent_of_first < PREFIX_SIZE) {
        taken = MIN(length, PREFIX_SIZE - call->sent_of_first);
        memcpy(to, prefix + call->sent_of_first, taken);
    }
    if (taken < length && size > 0) {
        gsize offset = call->sent_of_first + taken - PREFIX_SIZE;
        gsize piece = MIN(length - taken, size - offset);

        memcpy(to + taken, data + offset, piece);
        taken += piece;
    }
    call->sent_of_first += taken;
    call->queued -= taken;
    if (call->sent_of_first == PREFIX_SIZE + size) {
        g_bytes_unref(g_queue_pop_head(&call->messages));
        call->sent_of_first = 0;
    }
    return taken;
}

static ssize_t
read_queued(nghttp2_session *session G_GNUC_UNUSED,
            int32_t stream G_GNUC_UNUSED,
            uint8_t *to,
            size_t length,
            uint32_t *flags,
            nghttp2_data_source *source,
            void *user_data G_GNUC_UNUSED)
{
    CddGrpcCall *call = source->ptr;
    gsize taken = 0;

    while (taken < length && !g_queue_is_empty(&call->messages))
        taken += take_queued(call, to + taken, length - taken);
    call->wants_more = !call->finished && !cdd_grpc_call_is_full(call);
    if (g_queue_is_empty(&call->messages) && call->finished) {
        *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
        submit_trailers(call);
    } else if (taken == 0) {
        return NGHTTP2_ERR_DEFERRED;
    }
    return (ssize_t)taken;
}

/* The response headers are sent with the first message or the status. */
static void
flush(CddGrpcCall *call)
{
    const nghttp2_nv head[] = {header(":status", "200"),
                               header("content-type", "application/grpc")};
    const nghttp2_data_provider provider = {.source = {.ptr = call}, .read_callback = read_queued};

    if (call->answered)
        nghttp2_session_resume_data(call->server->session, call->stream);
    else
        nghttp2_submit_response(call->server->session, call->stream, head, G_N_ELEMENTS(head),
                                &provider);
    call->answered = TRUE;
    call->server->funcs->on_output(call->server->user_data);
}

void
cdd_grpc_call_send(CddGrpcCall *call, GBytes *message)
{
    if (call->finished) {
        g_bytes_unref(message);
        return;
    }
    g_queue_push_tail(&call->messages, message);
    call->queued += PREFIX_SIZE + g_bytes_get_size(message);
    flush(call);
}

gboolean
cdd_grpc_call_is_full(CddGrpcCall *call)
{
    return call->queued >= FULL_LENGTH;
}

gboolean
cdd_grpc_call_is_finished(CddGrpcCall *call)
{
    return call->finished;
}

void
cdd_grpc_call_finish(CddGrpcCall *call, CddGrpcStatus status, const char *message)
{
    if (call->finished)
        return;
    call->finished = TRUE;
    call->status = status;
    call->status_message = g_strdup(message);
    flush(call);
}

static int
on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *user_data)
{
    CddGrpcServer *self = user_data;

    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
        nghttp2_session_set_stream_user_data(session, frame->hd.stream_id,
                                             call_new(self, frame->hd.stream_id));
    return 0;
}

static void
add_metadata(CddGrpcCall *call, const char *name, const char *value)
{
    GPtrArray *values = g_hash_table_lookup(call->metadata, name);

    if (values == NULL) {
        values = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(values, NULL);
        g_hash_table_insert(call->metadata, g_strdup(name), values);
    }
    g_ptr_array_insert(values, (int)values->len - 1, g_strdup(value));
}

/* nghttp2 passes only valid names and values, which have no NUL. */
static int
on_header(nghttp2_session *session,
          const nghttp2_frame *frame,
          const uint8_t *name,
          size_t name_length,
          const uint8_t *value,
          size_t value_length,
          uint8_t flags G_GNUC_UNUSED,
          void *user_data G_GNUC_UNUSED)
{
    CddGrpcCall *call = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    g_autofree char *name_text = g_strndup((const char *)name, name_length);
    g_autofree char *value_text = g_strndup((const char *)value, value_length);

    if (call == NULL)
        return 0;
    if (++call->metadata_count > MAX_METADATA_COUNT)
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    if (g_str_equal(name_text, ":path") && call->method == NULL)
        call->method = g_steal_pointer(&value_text);
    else
        add_metadata(call, name_text, value_text);
    return 0;
}

static void
begin_call(CddGrpcCall *call)
{
    CddGrpcServer *self = call->server;

    if (call->method != NULL)
        self->funcs->on_call(call, self->user_data);
    if (call->handlers.closed == NULL)
        cdd_grpc_call_finish(call, CDD_GRPC_UNIMPLEMENTED, "unknown method");
}

/* The stream is closed once the peer has been told. Until then more may arrive. */
static void
refuse_input(CddGrpcCall *call)
{
    call->broken = TRUE;
    g_byte_array_set_size(call->partial, 0);
    nghttp2_submit_rst_stream(call->server->session, NGHTTP2_FLAG_NONE, call->stream,
                              NGHTTP2_PROTOCOL_ERROR);
}

static void
end_input(CddGrpcCall *call)
{
    if (call->partial->len > 0)
        refuse_input(call);
    else if (!call->broken && call->handlers.on_end != NULL)
        call->handlers.on_end(call, call->user_data);
}

static int
on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *user_data G_GNUC_UNUSED)
{
    CddGrpcCall *call = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);

    if (call == NULL || (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA))
        return 0;
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
        begin_call(call);
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
        end_input(call);
    return 0;
}

/* Passes on each complete message. Returns FALSE if the input is not a valid message. */
static gboolean
take_messages(CddGrpcCall *call)
{
    GByteArray *partial = call->partial;
    gsize done = 0;

    while (partial->len - done >= PREFIX_SIZE) {
        const guint8 *at = partial->data + done;
        gsize length = (gsize)at[1] << 24 | (gsize)at[2] << 16 | (gsize)at[3] << 8 | at[4];

        /* The server never announced support for compression. */
        if (at[0] != 0 || length > MAX_MESSAGE_LENGTH)
            return FALSE;
        if (partial->len - done < PREFIX_SIZE + length)
            break;
        if (call->handlers.on_message != NULL)
            call->handlers.on_message(call, at + PREFIX_SIZE, length, call->user_data);
        done += PREFIX_SIZE + length;
    }
    if (done > 0)
        g_byte_array_remove_range(partial, 0, (guint)done);
    return TRUE;
}

static int
on_data(nghttp2_session *session,
        uint8_t flags G_GNUC_UNUSED,
        int32_t stream,
        const uint8_t *data,
        size_t length,
        void *user_data G_GNUC_UNUSED)
{
    CddGrpcCall *call = nghttp2_session_get_stream_user_data(session, stream);

    if (call == NULL || call->broken)
        return 0;
    g_byte_array_append(call->partial, data, (guint)length);
    if (!take_messages(call))
        refuse_input(call);
    return 0;
}

static int
on_stream_close(nghttp2_session *session,
                int32_t stream,
                uint32_t error_code G_GNUC_UNUSED,
                void *user_data)
{
    CddGrpcServer *self = user_data;
    CddGrpcCall *call = nghttp2_session_get_stream_user_data(session, stream);

    nghttp2_session_set_stream_user_data(session, stream, NULL);
    if (call != NULL)
        g_hash_table_remove(self->calls, call);
    return 0;
}

static nghttp2_session *
session_new(CddGrpcServer *self)
{
    const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, MAX_CALLS},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, WINDOW_SIZE},
    };
    nghttp2_session_callbacks *callbacks;
    nghttp2_session *session;

    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
    nghttp2_session_server_new(&session, callbacks, self);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings, G_N_ELEMENTS(settings));
    nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, WINDOW_SIZE);
    return session;
}

CddGrpcServer *
cdd_grpc_server_new(const CddGrpcServerFuncs *funcs, gpointer user_data)
{
    CddGrpcServer *self = g_new0(CddGrpcServer, 1);

    self->funcs = funcs;
    self->user_data = user_data;
    self->calls = g_hash_table_new_full(NULL, NULL, call_free, NULL);
    self->session = session_new(self);
    return self;
}

void
cdd_grpc_server_free(CddGrpcServer *self)
{
    g_hash_table_unref(self->calls);
    nghttp2_session_del(self->session);
    g_free(self);
}

static gboolean
set_fault(GError **error, int code)
{
    g_set_error(error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                "build session: the engine violated HTTP/2: %s", nghttp2_strerror(code));
    return FALSE;
}

gboolean
cdd_grpc_server_receive(CddGrpcServer *self, const guint8 *data, gsize length, GError **error)
{
    ssize_t taken = nghttp2_session_mem_recv(self->session, data, length);

    return taken >= 0 || set_fault(error, (int)taken);
}

/* Must not be called from within nghttp2, which is not reentrant. */
static gboolean
make_more(CddGrpcServer *self)
{
    g_autoptr(GList) calls = g_hash_table_get_keys(self->calls);
    gboolean made = FALSE;

    for (const GList *item = calls; item != NULL; item = item->next) {
        CddGrpcCall *call = item->data;

        if (!call->wants_more || call->handlers.on_writable == NULL)
            continue;
        call->wants_more = FALSE;
        call->handlers.on_writable(call, call->user_data);
        made = TRUE;
    }
    return made;
}

gboolean
cdd_grpc_server_send(CddGrpcServer *self, const guint8 **data, gsize *length, GError **error)
{
    ssize_t made;

    do
        made = nghttp2_session_mem_send(self->session, data);
    while (made == 0 && make_more(self));
    *length = made > 0 ? (gsize)made : 0;
    return made >= 0 || set_fault(error, (int)made);
}

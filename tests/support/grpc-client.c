/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc-client.h"

#include <nghttp2/nghttp2.h>
#include <string.h>

#define PREFIX_SIZE 5

typedef struct {
    GByteArray *out;
    gboolean ended;
    GByteArray *in;
    GPtrArray *messages;
    int status;
    gboolean has_status;
    char *message;
} Call;

struct _GrpcClient {
    nghttp2_session *session;
    GHashTable *calls; /* stream -> Call; kept after its end */
};

static void
call_free(gpointer data)
{
    Call *call = data;

    g_byte_array_unref(call->out);
    g_byte_array_unref(call->in);
    g_ptr_array_unref(call->messages);
    g_free(call->message);
    g_free(call);
}

static Call *
get_call(GrpcClient *self, gint32 stream)
{
    return g_hash_table_lookup(self->calls, GINT_TO_POINTER(stream));
}

static int
on_data(nghttp2_session *session G_GNUC_UNUSED,
        uint8_t flags G_GNUC_UNUSED,
        int32_t stream,
        const uint8_t *data,
        size_t length,
        void *user_data)
{
    Call *call = get_call(user_data, stream);

    g_byte_array_append(call->in, data, (guint)length);
    while (call->in->len >= PREFIX_SIZE) {
        const guint8 *at = call->in->data;
        guint size = (guint)at[1] << 24 | (guint)at[2] << 16 | (guint)at[3] << 8 | at[4];

        if (call->in->len < PREFIX_SIZE + size)
            break;
        g_ptr_array_add(call->messages, g_bytes_new(at + PREFIX_SIZE, size));
        g_byte_array_remove_range(call->in, 0, PREFIX_SIZE + size);
    }
    return 0;
}

static int
on_header(nghttp2_session *session G_GNUC_UNUSED,
          const nghttp2_frame *frame,
          const uint8_t *name,
          size_t name_length G_GNUC_UNUSED,
          const uint8_t *value,
          size_t value_length G_GNUC_UNUSED,
          uint8_t flags G_GNUC_UNUSED,
          void *user_data)
{
    Call *call = get_call(user_data, frame->hd.stream_id);

    if (g_strcmp0((const char *)name, "grpc-status") == 0) {
        call->status = (int)g_ascii_strtoll((const char *)value, NULL, 10);
        call->has_status = TRUE;
    } else if (g_strcmp0((const char *)name, "grpc-message") == 0) {
        call->message = g_strdup((const char *)value);
    }
    return 0;
}

static int
on_close(nghttp2_session *session G_GNUC_UNUSED,
         int32_t stream,
         uint32_t error_code,
         void *user_data)
{
    Call *call = get_call(user_data, stream);

    if (error_code != NGHTTP2_NO_ERROR && !call->has_status) {
        call->has_status = TRUE;
        call->status = -2;
    }
    return 0;
}

GrpcClient *
grpc_client_new(void)
{
    GrpcClient *self = g_new0(GrpcClient, 1);
    nghttp2_session_callbacks *callbacks;

    self->calls = g_hash_table_new_full(NULL, NULL, NULL, call_free);
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    nghttp2_session_client_new(&self->session, callbacks, self);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(self->session, NGHTTP2_FLAG_NONE, NULL, 0);
    return self;
}

void
grpc_client_free(GrpcClient *self)
{
    nghttp2_session_del(self->session);
    g_hash_table_unref(self->calls);
    g_free(self);
}

static ssize_t
read_out(nghttp2_session *session G_GNUC_UNUSED,
         int32_t stream G_GNUC_UNUSED,
         uint8_t *to,
         size_t length,
         uint32_t *flags,
         nghttp2_data_source *source,
         void *user_data G_GNUC_UNUSED)
{
    Call *call = source->ptr;
    guint taken = (guint)MIN(length, call->out->len);

    if (taken > 0) {
        memcpy(to, call->out->data, taken);
        g_byte_array_remove_range(call->out, 0, taken);
    }
    if (call->out->len == 0 && call->ended)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    else if (taken == 0)
        return NGHTTP2_ERR_DEFERRED;
    return taken;
}

gint32
grpc_client_call(GrpcClient *self, const char *method, const char *const *metadata)
{
    g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(nghttp2_nv));
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    const char *const fixed[] = {":method", "POST",     ":scheme",      "http",
                                 ":path",   method,     ":authority",   "localhost",
                                 "te",      "trailers", "content-type", "application/grpc"};
    Call *call = g_new0(Call, 1);
    nghttp2_data_provider provider = {.source = {.ptr = call}, .read_callback = read_out};
    gint32 stream;

    for (gsize i = 0; i < G_N_ELEMENTS(fixed); i += 2) {
        nghttp2_nv field = {.name = (guint8 *)fixed[i],
                            .value = (guint8 *)fixed[i + 1],
                            .namelen = strlen(fixed[i]),
                            .valuelen = strlen(fixed[i + 1])};

        g_array_append_val(fields, field);
    }
    for (; metadata != NULL && *metadata != NULL; metadata++) {
        char **pair = g_strsplit(*metadata, ": ", 2);
        nghttp2_nv field = {.name = (guint8 *)pair[0],
                            .value = (guint8 *)pair[1],
                            .namelen = strlen(pair[0]),
                            .valuelen = strlen(pair[1])};

        g_ptr_array_add(parts, pair);
        g_array_append_val(fields, field);
    }
    call->out = g_byte_array_new();
    call->in = g_byte_array_new();
    call->messages = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    stream = nghttp2_submit_request(self->session, NULL, (nghttp2_nv *)fields->data, fields->len,
                                    &provider, NULL);
    g_assert_cmpint(stream, >, 0);
    g_hash_table_insert(self->calls, GINT_TO_POINTER(stream), call);
    return stream;
}

void
grpc_client_send_raw(GrpcClient *self, gint32 stream, gconstpointer data, gsize length)
{
    g_byte_array_append(get_call(self, stream)->out, data, (guint)length);
    nghttp2_session_resume_data(self->session, stream);
}

void
grpc_client_send(GrpcClient *self, gint32 stream, gconstpointer data, gsize length)
{
    const guint8 prefix[PREFIX_SIZE] = {0, (guint8)(length >> 24), (guint8)(length >> 16),
                                        (guint8)(length >> 8), (guint8)length};

    grpc_client_send_raw(self, stream, prefix, sizeof prefix);
    if (length > 0)
        grpc_client_send_raw(self, stream, data, length);
}

void
grpc_client_end(GrpcClient *self, gint32 stream)
{
    get_call(self, stream)->ended = TRUE;
    nghttp2_session_resume_data(self->session, stream);
}

void
grpc_client_reset(GrpcClient *self, gint32 stream)
{
    nghttp2_submit_rst_stream(self->session, NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
}

const guint8 *
grpc_client_output(GrpcClient *self, gsize *length)
{
    const guint8 *data = NULL;
    ssize_t made = nghttp2_session_mem_send(self->session, &data);

    g_assert_cmpint(made, >=, 0);
    *length = (gsize)made;
    return data;
}

gboolean
grpc_client_input(GrpcClient *self, const guint8 *data, gsize length)
{
    return nghttp2_session_mem_recv(self->session, data, length) == (ssize_t)length;
}

GPtrArray *
grpc_client_get_messages(GrpcClient *self, gint32 stream)
{
    return get_call(self, stream)->messages;
}

int
grpc_client_get_status(GrpcClient *self, gint32 stream)
{
    const Call *call = get_call(self, stream);

    return call->has_status ? call->status : -1;
}

const char *
grpc_client_get_message(GrpcClient *self, gint32 stream)
{
    return get_call(self, stream)->message;
}

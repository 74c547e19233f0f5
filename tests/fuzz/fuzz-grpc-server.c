/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes of an engine on a build session, which may be invalid HTTP/2. */
#include "fuzz.h"
#include "wire/grpc-server.h"

static void
on_message(CddGrpcCall *call, const guint8 *data, gsize length, gpointer user_data G_GNUC_UNUSED)
{
    cdd_grpc_call_send(call, g_bytes_new(data, length));
}

static void
on_end(CddGrpcCall *call, gpointer user_data G_GNUC_UNUSED)
{
    cdd_grpc_call_finish(call, CDD_GRPC_OK, cdd_grpc_call_get_method(call));
}

static void
closed(gpointer user_data)
{
    guint *n_open = user_data;

    (*n_open)--;
}

static void
on_call(CddGrpcCall *call, gpointer user_data)
{
    static const CddGrpcHandlers handlers = {
        .on_message = on_message, .on_end = on_end, .closed = closed};
    guint *n_open = user_data;

    (*n_open)++;
    cdd_grpc_call_set_handlers(call, &handlers, n_open);
}

static void
on_output(gpointer user_data G_GNUC_UNUSED)
{
}

static gboolean
drain(CddGrpcServer *server)
{
    const guint8 *out;
    gsize length;

    do {
        if (!cdd_grpc_server_send(server, &out, &length, NULL))
            return FALSE;
    } while (length > 0);
    return TRUE;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const CddGrpcServerFuncs funcs = {on_call, on_output};
    guint n_open = 0;
    CddGrpcServer *server = cdd_grpc_server_new(&funcs, &n_open);
    size_t cut = size == 0 ? 0 : data[size - 1] % size;

    if (cdd_grpc_server_receive(server, data, cut, NULL) && drain(server) &&
        cdd_grpc_server_receive(server, data + cut, size - cut, NULL))
        drain(server);
    cdd_grpc_server_free(server);
    /* Every call was closed. */
    g_assert_cmpuint(n_open, ==, 0);
    return 0;
}

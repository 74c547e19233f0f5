/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An engine's messages about the files of an output, each after its length in two bytes. Nothing
 * may be written outside of the directory.
 */
#include "buildkit/file-send.h"
#include "fuzz.h"
#include "grpc-client.h"

#include <glib/gstdio.h>
#include <string.h>

#define METHOD "/moby.filesync.v1.FileSend/DiffCopy"

static void
on_call(CddGrpcCall *call, gpointer user_data)
{
    cdd_build_session_dispatch(user_data, call);
}

static void
on_output(gpointer user_data G_GNUC_UNUSED)
{
}

static void
remove_tree(const char *path)
{
    g_autoptr(GDir) listing = g_dir_open(path, 0, NULL);
    const char *name;

    while (listing != NULL && (name = g_dir_read_name(listing)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);

        if (g_file_test(child, G_FILE_TEST_IS_DIR) && !g_file_test(child, G_FILE_TEST_IS_SYMLINK))
            remove_tree(child);
        else
            g_remove(child);
    }
    g_rmdir(path);
}

/* The parent directory may contain only "out". */
static void
check_outside(const char *directory)
{
    g_autoptr(GDir) listing = g_dir_open(directory, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(listing)) != NULL)
        g_assert_cmpstr(name, ==, "out");
}

static void
move(CddGrpcServer *server, GrpcClient *client)
{
    gsize sent = 1;
    gsize received = 1;

    while (sent + received > 0) {
        const guint8 *data = grpc_client_output(client, &sent);

        if (sent > 0 && !cdd_grpc_server_receive(server, data, sent, NULL))
            return;
        if (!cdd_grpc_server_send(server, &data, &received, NULL))
            return;
        if (received > 0)
            grpc_client_input(client, data, received);
    }
}

static void
play(CddGrpcServer *server, const uint8_t *data, size_t size)
{
    g_autoptr(GrpcClient) client = grpc_client_new();
    gint32 stream = grpc_client_call(client, METHOD, NULL);

    while (size >= 2) {
        gsize length = MIN((gsize)data[0] << 8 | data[1], size - 2);

        grpc_client_send(client, stream, data + 2, length);
        data += 2 + length;
        size -= 2 + length;
    }
    move(server, client);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const CddGrpcServerFuncs funcs = {on_call, on_output};
    g_autofree char *directory = g_dir_make_tmp("cdd-fuzz-XXXXXX", NULL);
    g_autofree char *description = g_strdup_printf("type=local,dest=%s/out", directory);
    g_autoptr(CddBuildSession) session = cdd_build_session_new("");
    CddGrpcServer *server = cdd_grpc_server_new(&funcs, session);

    g_assert_nonnull(cdd_file_send_serve(session, description, NULL));
    play(server, data, size);
    cdd_grpc_server_free(server);
    check_outside(directory);
    remove_tree(directory);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "ssh-agent.h"

#include "../wire/message.h"
#include "unary.h"
#include "wire/proto/session.pb-c.h"

#include <colcon-deb-docker/cdd-error.h>
#include <gio/gunixsocketaddress.h>
#include <sys/stat.h>

/* The agent of a build that names none. */
#define DEFAULT_AGENT "default"
/* The metadata with the agent's name. */
#define AGENT_KEY "buildkit.ssh.id"
enum {
    READ_SIZE = 16 * 1024,
    /* An agent's messages have some hundred bytes; more unread data is an error. */
    MAX_WAITING = 1024 * 1024,
};

typedef struct {
    GHashTable *sockets; /* name -> path */
} Agents;

/* One connection to an agent. Its pending reads and writes may outlive the call. */
typedef struct {
    gatomicrefcount references;
    CddGrpcCall *call; /* NULL when it has gone */
    GCancellable *cancellable;
    GSocketConnection *connection; /* NULL until connected */
    GByteArray *waiting;           /* bytes to write */
    GBytes *written;               /* bytes being written */
    gboolean ended;                /* the build has finished sending */
    guint8 buffer[READ_SIZE];
} Forward;

static void
forward_unref(Forward *forward)
{
    if (!g_atomic_ref_count_dec(&forward->references))
        return;
    g_clear_object(&forward->connection);
    g_clear_pointer(&forward->written, g_bytes_unref);
    g_object_unref(forward->cancellable);
    g_byte_array_unref(forward->waiting);
    g_free(forward);
}

static Forward *
forward_ref(Forward *forward)
{
    g_atomic_ref_count_inc(&forward->references);
    return forward;
}

static void
finish(Forward *forward, CddGrpcStatus status, const char *message)
{
    if (forward->call != NULL)
        cdd_grpc_call_finish(forward->call, status, message);
}

static void write_waiting(Forward *forward);

static void
on_written(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Forward *forward = user_data;

    g_clear_pointer(&forward->written, g_bytes_unref);
    if (g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, NULL, NULL))
        write_waiting(forward);
    forward_unref(forward);
}

static void
write_waiting(Forward *forward)
{
    if (forward->connection == NULL || forward->written != NULL)
        return;
    if (forward->waiting->len > 0) {
        forward->written = g_byte_array_free_to_bytes(forward->waiting);
        forward->waiting = g_byte_array_new();
        g_output_stream_write_all_async(
            g_io_stream_get_output_stream(G_IO_STREAM(forward->connection)),
            g_bytes_get_data(forward->written, NULL), g_bytes_get_size(forward->written),
            G_PRIORITY_DEFAULT, forward->cancellable, on_written, forward_ref(forward));
    } else if (forward->ended) {
        g_socket_shutdown(g_socket_connection_get_socket(forward->connection), FALSE, TRUE, NULL);
    }
}

static void read_agent(Forward *forward);

static void
on_read(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Forward *forward = user_data;
    gssize length = g_input_stream_read_finish(G_INPUT_STREAM(source), result, NULL);
    Cdd__BytesMessage message = CDD__BYTES_MESSAGE__INIT;

    if (length <= 0) {
        finish(forward, CDD_GRPC_OK, NULL);
    } else if (forward->call != NULL) {
        message.data.data = forward->buffer;
        message.data.len = (gsize)length;
        cdd_grpc_call_send(forward->call, cdd_message_pack(&message.base));
        /* Do not read more from the agent while the build does not read. */
        if (!cdd_grpc_call_is_full(forward->call))
            read_agent(forward);
    }
    forward_unref(forward);
}

static void
read_agent(Forward *forward)
{
    g_input_stream_read_async(g_io_stream_get_input_stream(G_IO_STREAM(forward->connection)),
                              forward->buffer, READ_SIZE, G_PRIORITY_DEFAULT, forward->cancellable,
                              on_read, forward_ref(forward));
}

static void
on_connected(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Forward *forward = user_data;
    g_autoptr(GError) error = NULL;

    forward->connection = g_socket_client_connect_finish(G_SOCKET_CLIENT(source), result, &error);
    if (forward->connection == NULL) {
        finish(forward, CDD_GRPC_UNAVAILABLE, error->message);
    } else {
        write_waiting(forward);
        read_agent(forward);
    }
    forward_unref(forward);
}

static void
on_message(CddGrpcCall *call, const guint8 *data, gsize length, gpointer user_data)
{
    Forward *forward = user_data;
    Cdd__BytesMessage *message = cdd_message_unpack(&cdd__bytes_message__descriptor, data, length);

    if (message == NULL || forward->waiting->len + message->data.len > MAX_WAITING) {
        cdd_grpc_call_finish(call, CDD_GRPC_INVALID_ARGUMENT, "invalid request to an agent");
        g_cancellable_cancel(forward->cancellable);
    } else {
        g_byte_array_append(forward->waiting, message->data.data, (guint)message->data.len);
        write_waiting(forward);
    }
    cdd_message_free(message);
}

static void
on_end(CddGrpcCall *call G_GNUC_UNUSED, gpointer user_data)
{
    Forward *forward = user_data;

    forward->ended = TRUE;
    write_waiting(forward);
}

static void
on_writable(CddGrpcCall *call G_GNUC_UNUSED, gpointer user_data)
{
    Forward *forward = user_data;
    GInputStream *input = forward->connection != NULL
                              ? g_io_stream_get_input_stream(G_IO_STREAM(forward->connection))
                              : NULL;

    if (input != NULL && !g_input_stream_has_pending(input))
        read_agent(forward);
}

static void
on_closed(gpointer user_data)
{
    Forward *forward = user_data;

    forward->call = NULL;
    g_cancellable_cancel(forward->cancellable);
    forward_unref(forward);
}

static const char *
find_socket(const Agents *agents, const char *name)
{
    return g_hash_table_lookup(agents->sockets,
                               name == NULL || *name == '\0' ? DEFAULT_AGENT : name);
}

static void
begin_forward(CddGrpcCall *call, gpointer service)
{
    static const CddGrpcHandlers handlers = {
        .on_message = on_message,
        .on_end = on_end,
        .on_writable = on_writable,
        .closed = on_closed,
    };
    const char *const *name = cdd_grpc_call_get_metadata(call, AGENT_KEY);
    const char *socket = find_socket(service, name != NULL ? *name : NULL);
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketAddress) address = NULL;
    Forward *forward;

    if (socket == NULL) {
        cdd_grpc_call_finish(call, CDD_GRPC_NOT_FOUND, "the build has no ssh agent of this name");
        return;
    }
    forward = g_new0(Forward, 1);
    g_atomic_ref_count_init(&forward->references);
    forward->call = call;
    forward->cancellable = g_cancellable_new();
    forward->waiting = g_byte_array_new();
    cdd_grpc_call_set_handlers(call, &handlers, forward);
    address = g_unix_socket_address_new(socket);
    g_socket_client_connect_async(client, G_SOCKET_CONNECTABLE(address), forward->cancellable,
                                  on_connected, forward_ref(forward));
}

static void
on_checked(CddGrpcCall *call, gconstpointer data, gpointer service)
{
    const Cdd__CheckAgentRequest *request = data;

    if (find_socket(service, request->id) == NULL) {
        cdd_grpc_call_finish(call, CDD_GRPC_NOT_FOUND, "the build has no ssh agent of this name");
        return;
    }
    cdd_grpc_call_send(call, g_bytes_new_static("", 0));
    cdd_grpc_call_finish(call, CDD_GRPC_OK, NULL);
}

static void
begin_check(CddGrpcCall *call, gpointer service)
{
    cdd_unary_begin(call, &cdd__check_agent_request__descriptor, on_checked, service);
}

static gboolean
check_socket(const char *path, GError **error)
{
    struct stat status;

    if (path == NULL) {
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                            "SSH_AUTH_SOCK is not set; start an agent: eval $(ssh-agent); ssh-add");
        return FALSE;
    }
    if (stat(path, &status) == 0 && S_ISSOCK(status.st_mode))
        return TRUE;
    g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC,
                "%s is not the socket of an ssh agent; add keys to an agent with ssh-add", path);
    return FALSE;
}

static gboolean
add(Agents *agents, const char *text, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text, "=", 2);
    const char *name = parts[0] == NULL || *parts[0] == '\0' ? DEFAULT_AGENT : parts[0];
    const char *path = parts[0] == NULL || parts[1] == NULL ? g_getenv("SSH_AUTH_SOCK") : parts[1];

    if (!check_socket(path, error)) {
        g_prefix_error(error, "the ssh agent \"%s\": ", text);
        return FALSE;
    }
    g_hash_table_insert(agents->sockets, g_strdup(name), g_strdup(path));
    return TRUE;
}

static void
agents_free(gpointer data)
{
    Agents *agents = data;

    g_hash_table_unref(agents->sockets);
    g_free(agents);
}

gboolean
cdd_build_ssh_serve(CddBuildSession *session, const char *const *descriptions, GError **error)
{
    static const CddBuildSessionMethod methods[] = {
        {"/moby.sshforward.v1.SSH/CheckAgent", begin_check},
        {"/moby.sshforward.v1.SSH/ForwardAgent", begin_forward},
    };
    Agents *agents = g_new0(Agents, 1);

    agents->sockets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    cdd_build_session_serve(session, methods, G_N_ELEMENTS(methods), agents, agents_free);
    for (; descriptions != NULL && *descriptions != NULL; descriptions++) {
        if (!add(agents, *descriptions, error))
            return FALSE;
    }
    return TRUE;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "connect.h"

#include "../value/error.h"
#include "ssh.h"
#include "tls.h"

#include <gio/gunixsocketaddress.h>

struct CddConnector {
    CddAddress *address;
    CddSshMaster *master; /* NULL before the first connection */
};

CddConnector *
cdd_connector_new(CddAddress *address)
{
    CddConnector *self = g_new0(CddConnector, 1);

    self->address = cdd_address_ref(address);
    return self;
}

void
cdd_connector_free(CddConnector *self)
{
    g_clear_pointer(&self->master, cdd_ssh_master_unref);
    cdd_address_unref(self->address);
    g_free(self);
}

static const char *
advice_for(const CddAddress *address, const GError *reason)
{
    gboolean is_socket = address->kind == CDD_ADDRESS_UNIX;

    if (g_error_matches(reason, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
        return "you have no permission to use the socket; join its group (often \"docker\") or use "
               "sudo";
    if (g_error_matches(reason, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) && is_socket)
        return "the socket does not exist; start the engine (systemctl start docker), or name "
               "another one in DOCKER_HOST";
    if (g_error_matches(reason, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
        return is_socket ? "no engine listens on the socket; start it (systemctl start docker)"
                         : "no engine listens there; check host and port, and that the engine runs "
                           "with -H tcp://…";
    return is_socket ? "check that this is an engine's socket" : "check the address";
}

static GError *
explain(const CddAddress *address, const GError *reason)
{
    if (cdd_error_is_cancelled(reason) || reason->domain == CDD_ERROR)
        return g_error_copy(reason);
    return g_error_new(CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE, "connecting to %s: %s (%s)",
                       address->uri, reason->message, advice_for(address, reason));
}

static void
on_secured(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    GError *error = NULL;
    GIOStream *stream = cdd_tls_connect_finish(result, &error);

    if (stream == NULL)
        g_task_return_error(task, error);
    else
        g_task_return_pointer(task, stream, g_object_unref);
}

static void
on_connected(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    CddAddress *address = g_task_get_task_data(task);
    GCancellable *cancellable = g_task_get_cancellable(task);
    g_autoptr(GError) reason = NULL;
    g_autoptr(GSocketConnection) connection =
        g_socket_client_connect_finish(G_SOCKET_CLIENT(source), result, &reason);

    if (connection == NULL)
        g_task_return_error(task, explain(address, reason));
    else if (address->tls_directory != NULL)
        cdd_tls_connect_async(G_IO_STREAM(connection), address, cancellable, on_secured,
                              g_steal_pointer(&task));
    else
        g_task_return_pointer(task, g_steal_pointer(&connection), g_object_unref);
}

static GSocketConnectable *
connectable_for(const CddAddress *address)
{
    if (address->kind == CDD_ADDRESS_UNIX)
        return G_SOCKET_CONNECTABLE(g_unix_socket_address_new(address->path));
    return g_network_address_new(address->host, address->port);
}

static void
on_logged_in(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    CddSshMaster *master = g_task_get_task_data(task);
    GError *error = NULL;
    GIOStream *stream = NULL;

    if (cdd_ssh_master_wait_finish(result, &error))
        stream = cdd_ssh_open(master, &error);
    if (stream == NULL)
        g_task_return_error(task, error);
    else
        g_task_return_pointer(task, stream, g_object_unref);
}

/* Opens a channel of the login. Logs in first if there is none that works. */
static void
connect_ssh(CddConnector *self, GTask *owned_task)
{
    g_autoptr(GTask) task = owned_task;
    GCancellable *cancellable = g_task_get_cancellable(task);
    GError *error = NULL;

    if (self->master != NULL && cdd_ssh_master_has_ended(self->master))
        g_clear_pointer(&self->master, cdd_ssh_master_unref);
    if (self->master == NULL)
        self->master = cdd_ssh_master_start(self->address, &error);
    if (self->master == NULL) {
        g_task_return_error(task, error);
        return;
    }
    g_task_set_task_data(task, cdd_ssh_master_ref(self->master),
                         (GDestroyNotify)cdd_ssh_master_unref);
    cdd_ssh_master_wait_async(self->master, cancellable, on_logged_in, g_steal_pointer(&task));
}

static void
connect_mock(const CddAddress *address, GTask *owned_task)
{
    g_autoptr(GTask) task = owned_task;
    GError *error = NULL;
    GIOStream *stream = address->open(address->engine, &error);

    if (stream == NULL)
        g_task_return_error(task, error);
    else
        g_task_return_pointer(task, stream, g_object_unref);
}

void
cdd_connect_async(CddConnector *self,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, user_data);
    g_autoptr(GSocketClient) client = NULL;
    g_autoptr(GSocketConnectable) connectable = NULL;

    if (self->address->kind == CDD_ADDRESS_SSH) {
        connect_ssh(self, g_steal_pointer(&task));
        return;
    }
    if (self->address->kind == CDD_ADDRESS_MOCK) {
        connect_mock(self->address, g_steal_pointer(&task));
        return;
    }
    g_task_set_task_data(task, cdd_address_ref(self->address), (GDestroyNotify)cdd_address_unref);
    client = g_socket_client_new();
    connectable = connectable_for(self->address);
    /* Engines are reached directly, never through a web proxy. */
    g_socket_client_set_enable_proxy(client, FALSE);
    g_socket_client_connect_async(client, connectable, cancellable, on_connected,
                                  g_steal_pointer(&task));
}

GIOStream *
cdd_connect_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}

void
cdd_connect_explain(GIOStream *stream, GError **error)
{
    cdd_ssh_explain(stream, error);
    cdd_tls_explain(stream, error);
}

void
cdd_connect_suspect(GIOStream *stream, GError **error)
{
    cdd_tls_suspect(stream, error);
}

/* Best effort, without waiting: if the connection is broken, reading reports it. */
void
cdd_connect_end_output(GIOStream *stream)
{
    if (G_IS_SOCKET_CONNECTION(stream))
        g_socket_shutdown(g_socket_connection_get_socket(G_SOCKET_CONNECTION(stream)), FALSE, TRUE,
                          NULL);
    else
        g_output_stream_close_async(g_io_stream_get_output_stream(stream), G_PRIORITY_DEFAULT, NULL,
                                    NULL, NULL);
}

void
cdd_connect_close(GIOStream *stream)
{
    if (G_IS_SOCKET_CONNECTION(stream))
        g_io_stream_close(stream, NULL, NULL);
    else
        g_io_stream_close_async(stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "connect.h"

#include <colcon-deb-docker/cdd-error.h>
#include <gio/gunixsocketaddress.h>

static GError *
explain(const CddAddress *address, const GError *reason)
{
    const char *advice;

    if (g_error_matches(reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return g_error_copy(reason);

    if (g_error_matches(reason, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
        advice =
            "the socket belongs to somebody else; join its group (often \"docker\") or use sudo";
    else if (g_error_matches(reason, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        advice = "no engine is there; start one (systemctl start docker) or name another with "
                 "--host or DOCKER_HOST";
    else if (g_error_matches(reason, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
        advice = "the socket is there but no engine listens; start it (systemctl start docker)";
    else
        advice = "is that an engine's socket?";
    return g_error_new(CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE, "connecting to %s: %s (%s)",
                       address->uri, reason->message, advice);
}

static void
on_connected(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    g_autoptr(GError) reason = NULL;
    g_autoptr(GSocketConnection) connection =
        g_socket_client_connect_finish(G_SOCKET_CLIENT(source), result, &reason);

    if (connection == NULL)
        g_task_return_error(task, explain(g_task_get_task_data(task), reason));
    else
        g_task_return_pointer(task, g_steal_pointer(&connection), g_object_unref);
}

void
cdd_connect_async(CddAddress *address,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
    GTask *task = g_task_new(NULL, cancellable, callback, user_data);
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketAddress) socket_address = g_unix_socket_address_new(address->path);

    g_task_set_task_data(task, cdd_address_ref(address), (GDestroyNotify)cdd_address_unref);
    g_socket_client_connect_async(client, G_SOCKET_CONNECTABLE(socket_address), cancellable,
                                  on_connected, task);
}

GIOStream *
cdd_connect_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "unix-socket.h"

#include <gio/gunixsocketaddress.h>

gboolean
unix_socket_accepts(const char *path, GError **error)
{
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
    g_autoptr(GSocketConnection) connection =
        g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, error);

    return connection != NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "ssh-arguments.h"

#define CONNECT_TIMEOUT "ConnectTimeout=30"

void
cdd_ssh_add_destination(GStrvBuilder *arguments, const CddAddress *address)
{
    g_autofree char *port = g_strdup_printf("%u", address->port);

    if (address->user != NULL)
        g_strv_builder_add_many(arguments, "-l", address->user, NULL);
    if (address->port != 0)
        g_strv_builder_add_many(arguments, "-p", port, NULL);
    g_strv_builder_add_many(arguments, "-o", CONNECT_TIMEOUT, "-T", "--", address->host, NULL);
}

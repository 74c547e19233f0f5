/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "address.h"

/*
 * One login to the machine of an ssh address, which connections share: OpenSSH's master. It is
 * private to this process. It ends with its last reference, and with the process, also if that is
 * killed; then nothing of it stays.
 *
 * If the user's own configuration of ssh already shares connections, or no directory can be made
 * for the master's socket, there is no private master, and each connection calls ssh without one.
 */
typedef struct CddSshMaster CddSshMaster;

/* Begins to log in. */
CddSshMaster *cdd_ssh_master_start(CddAddress *address, GError **error);
CddSshMaster *cdd_ssh_master_ref(CddSshMaster *self);
void cdd_ssh_master_unref(CddSshMaster *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddSshMaster, cdd_ssh_master_unref)

/* Waits until connections can be opened. If all who wait for a login cancel, the login ends. */
void cdd_ssh_master_wait_async(CddSshMaster *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean cdd_ssh_master_wait_finish(GAsyncResult *result, GError **error);

const CddAddress *cdd_ssh_master_get_address(CddSshMaster *self);

gboolean cdd_ssh_master_has_ended(CddSshMaster *self);

/* The path of the master's socket for ssh's ControlPath; NULL if there is no private master. */
const char *cdd_ssh_master_get_socket(CddSshMaster *self);

/*
 * Returns why the login ended after it had succeeded, or NULL if it has not ended. Call it after a
 * channel broke: it gives the master 20 ms to end too.
 */
char *cdd_ssh_master_explain_end(CddSshMaster *self);

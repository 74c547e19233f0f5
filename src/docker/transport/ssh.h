/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "address.h"
#include "ssh-master.h"

/*
 * Opens a connection to an engine through ssh: a channel of the master's login, or a login of its
 * own if there is no private master. The system's ssh is used, so the user's keys, agent and
 * configuration apply. It runs "docker system dial-stdio" on the remote machine, which copies to
 * the engine's socket. The stream keeps the master.
 */
GIOStream *cdd_ssh_open(CddSshMaster *master, GError **error);

/* Adds ssh's message to an error. Has no effect for other kinds of stream. */
void cdd_ssh_explain(GIOStream *stream, GError **error);

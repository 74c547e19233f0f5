/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "address.h"

/*
 * Connects to an engine through ssh. The system's ssh is used, so the user's keys, agent and
 * configuration apply. It runs "docker system dial-stdio" on the remote machine, which copies to
 * the engine's socket.
 */
GIOStream *cdd_ssh_open(const CddAddress *address, GError **error);

/* Adds ssh's message to an error. Has no effect for other kinds of stream. */
void cdd_ssh_explain(GIOStream *stream, GError **error);

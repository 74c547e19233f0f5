/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "address.h"

/*
 * A connection to an engine behind ssh: the system's ssh, so that the user's keys, agent and
 * configuration apply, runs "docker system dial-stdio" there, which copies to the engine's socket.
 */
GIOStream *cdd_ssh_open(const CddAddress *address, GError **error);

/* Adds to an error what ssh wrote; does nothing to one of another kind of stream. */
void cdd_ssh_explain(GIOStream *stream, GError **error);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * How the bytes between this program and the agent are coded: compressed if a network is on the
 * way, as they are on a unix socket.
 */
typedef struct AgentStream AgentStream;

/* @address: the engine's. */
AgentStream *agent_stream_new(const char *address);
void agent_stream_free(AgentStream *stream);

/* The agent's word for the coding. */
const char *agent_stream_get_name(const AgentStream *stream);

/* Appends all of @data to @out, coded so that the agent can decode it at once. */
void agent_stream_encode(AgentStream *stream, const void *data, gsize length, GByteArray *out);

/* Appends what @data stands for to @out. FALSE if it is no valid code. */
gboolean agent_stream_decode(AgentStream *stream, const void *data, gsize length, GByteArray *out);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/engine.h"

/*
 * A container on the engine that holds the volumes with the copies, and the conversation with the
 * program in it (scripts/transfer/agent.py). It ends when this process ends. Each function waits
 * for the engine and serves the main context meanwhile. After an error the conversation is over.
 */
typedef struct Agent Agent;

typedef struct {
    const Engine *engine;
    const CddVolumeMount *volumes; /* at /transfer/NAME */
    gsize n_volumes;
    const char *const *roots; /* the names of those that are copies */
    guint uid;                /* the owner of the copies */
    guint gid;
    void (*on_busy)(gpointer user_data); /* another run has the volumes; called once */
    gpointer user_data;
} AgentSetup;

/* Starts the agent and waits until it has the volumes for itself. @cancellable: also of the
 * functions below. */
Agent *agent_start(const AgentSetup *setup, GCancellable *cancellable, GError **error);

/* Ends the agent without waiting: nothing more will be asked of it. */
void agent_close(Agent *agent);

/* Ends the agent and waits until its container is gone. */
void agent_stop(Agent *agent);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Agent, agent_stop)

/* Replaces the cancellable. */
void agent_set_cancellable(Agent *agent, GCancellable *cancellable);

/* Queues bytes. They are on their way at the latest when an answer is awaited. */
gboolean agent_send(Agent *agent, const void *data, gsize length, GError **error);

gboolean agent_printf(Agent *agent, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Receives a line, without its end. */
char *agent_receive_line(Agent *agent, GError **error);

/* Receives bytes in pieces. If @func returns FALSE, the rest is received and dropped. */
typedef gboolean (*AgentFunc)(const void *data, gsize length, gpointer user_data);
gboolean
agent_receive(Agent *agent, guint64 size, AgentFunc func, gpointer user_data, GError **error);

/* Sends what is queued. */
gboolean agent_flush(Agent *agent, GError **error);

/* Bytes that were sent so far, as they went over the connection. */
guint64 agent_get_sent(const Agent *agent);

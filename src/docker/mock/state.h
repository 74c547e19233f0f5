/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "script.h"

/*
 * What the threads of a mock engine share. It lives as long as the engine, a service or a thread
 * that has it. The lock protects everything in it.
 */
typedef struct {
    GMutex lock;
    GCond changed;
    gboolean closing;
    GPtrArray *answers;    /* of CddMockAnswer */
    GPtrArray *runs;       /* of CddMockPlay: prepared */
    GPtrArray *containers; /* of CddMockContainer: created */
    GPtrArray *requests;   /* of CddMockRequest */
    GPtrArray *sockets;    /* of GSocket: the engine's ends of the open streams */
    guint n_threads;       /* that serve a stream */
    guint delay;           /* of answers that are added */
    guint n_ids;
    guint max_running;
} CddMockState;

CddMockState *cdd_mock_state_new(void);
CddMockState *cdd_mock_state_ref(CddMockState *self);
void cdd_mock_state_unref(CddMockState *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddMockState, cdd_mock_state_unref)

/* Waits, with the lock, until a time or the end of the engine. Returns FALSE at that end. */
gboolean cdd_mock_state_wait_until(CddMockState *self, gint64 time);

/* Returns a new id. Needs the lock. */
char *cdd_mock_state_make_id(CddMockState *self, const char *what);

/* SPDX-License-Identifier: Apache-2.0 */
#include "turns.h"

struct CddTurns {
    guint max;
    guint taken;
    GQueue waiting; /* of Waiter */
};

typedef struct {
    CddTurnFunc func;
    gpointer user_data;
} Waiter;

CddTurns *
cdd_turns_new(guint max)
{
    CddTurns *self = g_rc_box_new0(CddTurns);

    self->max = max;
    g_queue_init(&self->waiting);
    return self;
}

CddTurns *
cdd_turns_ref(CddTurns *self)
{
    return g_rc_box_acquire(self);
}

static void
turns_clear(gpointer data)
{
    g_queue_clear_full(&((CddTurns *)data)->waiting, g_free);
}

void
cdd_turns_unref(CddTurns *self)
{
    g_rc_box_release_full(self, turns_clear);
}

/* A turn may end within the callback of another one, so this function may be reentered. */
static void
call_next(CddTurns *self)
{
    while (self->taken < self->max && self->waiting.length > 0) {
        g_autofree Waiter *waiter = g_queue_pop_head(&self->waiting);

        self->taken++;
        waiter->func(waiter->user_data);
    }
}

void
cdd_turns_take(CddTurns *self, CddTurnFunc func, gpointer user_data)
{
    Waiter *waiter = g_new0(Waiter, 1);

    *waiter = (Waiter){func, user_data};
    g_queue_push_tail(&self->waiting, waiter);
    call_next(self);
}

void
cdd_turns_give_back(CddTurns *self)
{
    self->taken--;
    call_next(self);
}

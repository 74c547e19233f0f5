/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Limits how many run at a time. Others wait, first come, first served. */
typedef struct CddTurns CddTurns;

typedef void (*CddTurnFunc)(gpointer user_data);

CddTurns *cdd_turns_new(guint max);
CddTurns *cdd_turns_ref(CddTurns *self);
void cdd_turns_unref(CddTurns *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddTurns, cdd_turns_unref)

/* Calls @func when it is the caller's turn, possibly at once. */
void cdd_turns_take(CddTurns *self, CddTurnFunc func, gpointer user_data);
/* Ends the caller's turn. */
void cdd_turns_give_back(CddTurns *self);

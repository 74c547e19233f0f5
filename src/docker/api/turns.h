/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* So many at a time, the others wait in the order in which they came. */
typedef struct CddTurns CddTurns;

typedef void (*CddTurnFunc)(gpointer user_data);

CddTurns *cdd_turns_new(guint max);
CddTurns *cdd_turns_ref(CddTurns *self);
void cdd_turns_unref(CddTurns *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddTurns, cdd_turns_unref)

/* Calls func when it is the caller's turn, perhaps at once. */
void cdd_turns_take(CddTurns *self, CddTurnFunc func, gpointer user_data);
/* The caller's turn is over. */
void cdd_turns_give_back(CddTurns *self);

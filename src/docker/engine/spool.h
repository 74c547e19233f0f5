/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Bytes that wait for whoever consumes them, first in, first out: a bounded part in memory, what
 * is beyond that in a file without a name. Not safe against two threads at once.
 */
typedef struct CddSpool CddSpool;

/* At most memory bytes are held in memory. */
CddSpool *cdd_spool_new(gsize memory);
void cdd_spool_free(CddSpool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddSpool, cdd_spool_free)

/* Returns how many were taken: fewer only if memory is used up and the file cannot grow. */
gsize cdd_spool_append(CddSpool *self, const guint8 *data, gsize length);
/* Returns how many there were, 0 for none; FALSE in *ok if the file could not be read again. */
gsize cdd_spool_take(CddSpool *self, guint8 *data, gsize length, gboolean *ok);
gboolean cdd_spool_is_empty(CddSpool *self);
/* How much waits. */
guint64 cdd_spool_get_length(CddSpool *self);

/*
 * The same without a copy, for what is in memory. Between reserve and commit nothing else may be
 * put in, between peek and drop nothing else taken out; one side may do its part while the other
 * does its own.
 */

/* Where at least that much can be put, with how much in *length; NULL if it has to be appended. */
guint8 *cdd_spool_reserve(CddSpool *self, gsize at_least, gsize *length);
/* What was put there, counted from its start. */
void cdd_spool_commit(CddSpool *self, gsize length);
/* The oldest bytes, with how many stand there in *length; NULL if they have to be taken. */
const guint8 *cdd_spool_peek(CddSpool *self, gsize *length);
void cdd_spool_drop(CddSpool *self, gsize length);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * A first-in, first-out queue of bytes: up to a limit in memory, the rest in an unnamed file. Not
 * thread-safe.
 */
typedef struct CddSpool CddSpool;

/* @memory: the limit of bytes in memory. */
CddSpool *cdd_spool_new(gsize memory);
void cdd_spool_free(CddSpool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddSpool, cdd_spool_free)

/* Returns the number of bytes stored; fewer only if memory is full and the file cannot grow. */
gsize cdd_spool_append(CddSpool *self, const guint8 *data, gsize length);
/* Returns the number of bytes taken, 0 if empty; *ok is FALSE if the file could not be read. */
gsize cdd_spool_take(CddSpool *self, guint8 *data, gsize length, gboolean *ok);
gboolean cdd_spool_is_empty(CddSpool *self);
/* Returns the number of waiting bytes. */
guint64 cdd_spool_get_length(CddSpool *self);

/*
 * The same without a copy, for data in memory. Between reserve and commit nothing else may be
 * added; between peek and drop nothing else may be taken. One thread may fill reserved memory while
 * another one reads peeked memory.
 */

/* Returns memory for @at_least bytes and its size in *length; NULL: append the data instead. */
guint8 *cdd_spool_reserve(CddSpool *self, gsize at_least, gsize *length);
/* Adds the first @length bytes of the reserved memory. */
void cdd_spool_commit(CddSpool *self, gsize length);
/* Returns the oldest bytes and their number in *length; NULL if they must be taken. */
const guint8 *cdd_spool_peek(CddSpool *self, gsize *length);
void cdd_spool_drop(CddSpool *self, gsize length);

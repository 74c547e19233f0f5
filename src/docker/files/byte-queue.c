/* SPDX-License-Identifier: Apache-2.0 */
#include "byte-queue.h"

#include <string.h>

enum {
    CAPACITY = 256 * 1024,
};

struct _CddByteQueue {
    gatomicrefcount references;
    GMutex lock;
    GCond changed;
    guint n_blocked;  /* threads that wait for a change */
    GSource *waiting; /* the other side's; NULL if it does not wait */
    gboolean ended;   /* by the writer */
    gboolean closed;  /* by the reader */

    gsize begin; /* of the bytes in the ring */
    gsize length;
    gsize lent; /* at the begin: the reader still uses them */
    guint8 ring[CAPACITY];
};

CddByteQueue *
cdd_byte_queue_new(void)
{
    /* The ring is large and need not be cleared. */
    CddByteQueue *self = g_malloc(sizeof *self);

    memset(self, 0, G_STRUCT_OFFSET(CddByteQueue, ring));
    g_atomic_ref_count_init(&self->references);
    g_mutex_init(&self->lock);
    g_cond_init(&self->changed);
    return self;
}

CddByteQueue *
cdd_byte_queue_ref(CddByteQueue *self)
{
    g_atomic_ref_count_inc(&self->references);
    return self;
}

void
cdd_byte_queue_unref(CddByteQueue *self)
{
    if (!g_atomic_ref_count_dec(&self->references))
        return;
    g_clear_pointer(&self->waiting, g_source_unref);
    g_mutex_clear(&self->lock);
    g_cond_clear(&self->changed);
    g_free(self);
}

/* Wakes the side that waits. Like the functions below, with the lock. */
static void
tell(CddByteQueue *self)
{
    if (self->n_blocked > 0)
        g_cond_broadcast(&self->changed);
    if (self->waiting != NULL)
        g_source_set_ready_time(self->waiting, 0);
    g_clear_pointer(&self->waiting, g_source_unref);
}

static void
block(CddByteQueue *self)
{
    self->n_blocked++;
    g_cond_wait(&self->changed, &self->lock);
    self->n_blocked--;
}

static void
wait_with(CddByteQueue *self, GSource *wait)
{
    g_clear_pointer(&self->waiting, g_source_unref);
    self->waiting = g_source_ref(wait);
}

/* Copies as much as fits, in one piece or, around the ring's end, in two. */
static gsize
put(CddByteQueue *self, const guint8 *data, gsize length)
{
    gsize taken = MIN(length, CAPACITY - self->length);
    gsize at = (self->begin + self->length) % CAPACITY;
    gsize first = MIN(taken, CAPACITY - at);

    if (taken == 0)
        return 0;
    memcpy(self->ring + at, data, first);
    memcpy(self->ring, data + first, taken - first);
    self->length += taken;
    tell(self);
    return taken;
}

/* The writer is woken when half of the ring is free, not for each piece. */
static void
drop(CddByteQueue *self, gsize length)
{
    self->begin = (self->begin + length) % CAPACITY;
    self->length -= length;
    if (self->length <= CAPACITY / 2)
        tell(self);
}

static gsize
get_span(const CddByteQueue *self)
{
    return MIN(self->length, CAPACITY - self->begin);
}

static gboolean
check_open(const CddByteQueue *self, GError **error)
{
    if (self->closed)
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE,
                            "the reader closed the archive");
    return !self->closed;
}

void
cdd_byte_queue_end(CddByteQueue *self)
{
    g_mutex_lock(&self->lock);
    self->ended = TRUE;
    tell(self);
    g_mutex_unlock(&self->lock);
}

void
cdd_byte_queue_close(CddByteQueue *self)
{
    g_mutex_lock(&self->lock);
    self->closed = TRUE;
    tell(self);
    g_mutex_unlock(&self->lock);
}

gboolean
cdd_byte_queue_write(CddByteQueue *self, const void *data, gsize length, GError **error)
{
    const guint8 *next = data;
    const guint8 *end = next + length;
    gboolean open;

    g_mutex_lock(&self->lock);
    while ((open = check_open(self, error))) {
        next += put(self, next, (gsize)(end - next));
        if (next == end)
            break;
        block(self);
    }
    g_mutex_unlock(&self->lock);
    return open;
}

gsize
cdd_byte_queue_read(CddByteQueue *self, const void **data)
{
    gsize length;

    g_mutex_lock(&self->lock);
    drop(self, self->lent);
    self->lent = 0;
    while (self->length == 0 && !self->ended)
        block(self);
    length = self->lent = get_span(self);
    *data = self->ring + self->begin;
    g_mutex_unlock(&self->lock);
    return length;
}

gsize
cdd_byte_queue_try_write(
    CddByteQueue *self, const void *data, gsize length, GSource *wait, GError **error)
{
    gsize taken = 0;

    g_mutex_lock(&self->lock);
    if (check_open(self, error)) {
        taken = put(self, data, length);
        if (taken == 0)
            wait_with(self, wait);
    }
    g_mutex_unlock(&self->lock);
    return taken;
}

gsize
cdd_byte_queue_try_read(CddByteQueue *self, void *buffer, gsize size, GSource *wait, gboolean *end)
{
    gsize length;

    g_mutex_lock(&self->lock);
    length = MIN(size, get_span(self));
    *end = length == 0 && self->ended;
    if (length > 0) {
        memcpy(buffer, self->ring + self->begin, length);
        drop(self, length);
    } else {
        wait_with(self, wait);
    }
    g_mutex_unlock(&self->lock);
    return length;
}

static gboolean
dispatch(GSource *source G_GNUC_UNUSED, GSourceFunc callback, gpointer user_data)
{
    return callback != NULL ? callback(user_data) : G_SOURCE_REMOVE;
}

GSource *
cdd_byte_queue_wait_source_new(GCancellable *cancellable)
{
    static GSourceFuncs funcs = {.dispatch = dispatch};
    GSource *source = g_source_new(&funcs, sizeof(GSource));
    g_autoptr(GSource) cancelled = NULL;

    if (cancellable == NULL)
        return source;
    cancelled = g_cancellable_source_new(cancellable);
    g_source_set_dummy_callback(cancelled);
    g_source_add_child_source(source, cancelled);
    return source;
}

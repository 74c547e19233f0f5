/* SPDX-License-Identifier: Apache-2.0 */
#include "reader.h"

#include "../value/error.h"
#include "spool.h"

enum {
    PIECE_SIZE = 64 * 1024,
    MAX_READ = 256 * 1024,
    MEMORY = 1024 * 1024,
};

enum {
    /*
     * Bulk output comes in pieces of the engine's buffer, up to 32 KiB, and to wake two threads for
     * each costs far more than to move it. So after a read that looks like bulk the thread lets
     * more come together before it reads again, and the main context looks again by itself, a
     * little later. A line, which somebody may wait for, is not kept waiting.
     */
    BULK_SIZE = 4 * 1024,
    /* What a socket holds is near its end: the pause was so long that the engine may have waited.
     */
    FULL_SIZE = 128 * 1024,
};
/* That much is handed on at once. */
#define MUCH (MEMORY / 4)
enum {
    /* In microseconds. */
    SHORTEST_PAUSE = 125,
    LONGEST_PAUSE = 2000,
};

/* Shared by the thread and the main context; what stands below the lock is guarded by it. */
typedef struct {
    GInputStream *stream;
    GCancellable *cancellable; /* of the thread's reading */
    GSource *source;           /* in the caller's context: there is something to do */
    GSource *cancel_watch;
    CddPieceFunc func;
    gpointer func_data;
    GError *func_error;
    guint8 *piece; /* the main context's, for what has been in the file; NULL before */

    GMutex lock;
    GCond room;
    gboolean waiting;  /* the thread, for room */
    gboolean expected; /* the main context looks again by itself */
    CddSpool *spool;
    gboolean given_up; /* nobody consumes any more */
    gboolean ended;    /* the thread has read its last */
    GError *error;     /* of the reading */
} Reader;

static void
reader_clear(gpointer data)
{
    Reader *reader = data;

    g_object_unref(reader->stream);
    g_object_unref(reader->cancellable);
    g_source_unref(reader->source);
    g_clear_error(&reader->func_error);
    g_free(reader->piece);
    g_mutex_clear(&reader->lock);
    g_cond_clear(&reader->room);
    cdd_spool_free(reader->spool);
    g_clear_error(&reader->error);
}

static void
reader_unref(gpointer reader)
{
    g_atomic_rc_box_release_full(reader, reader_clear);
}

/* With the lock held: keeps all of it, waiting for room where there is none. */
static void
keep(Reader *reader, const guint8 *data, gsize length)
{
    while (length > 0 && !reader->given_up) {
        gsize taken = cdd_spool_append(reader->spool, data, length);

        data += taken;
        length -= taken;
        reader->waiting = length > 0;
        if (reader->waiting)
            g_cond_wait(&reader->room, &reader->lock);
    }
    reader->waiting = FALSE;
}

/* With the lock held. The condition costs a system call even when nobody waits for it. */
static void
tell_of_room(Reader *reader)
{
    if (reader->waiting)
        g_cond_signal(&reader->room);
}

/* Straight into the spool's memory if it has room, else by way of a buffer, which is made then. */
static gssize
read_once(Reader *reader, guint8 **buffer)
{
    GError *error = NULL;
    gsize room = 0;
    gssize length;
    guint8 *place;
    gboolean is_expected;

    g_mutex_lock(&reader->lock);
    place = cdd_spool_reserve(reader->spool, PIECE_SIZE, &room);
    g_mutex_unlock(&reader->lock);
    if (place == NULL && *buffer == NULL)
        *buffer = g_malloc(PIECE_SIZE);
    length = g_input_stream_read(reader->stream, place != NULL ? place : *buffer,
                                 place != NULL ? MIN(room, MAX_READ) : PIECE_SIZE,
                                 reader->cancellable, &error);

    g_mutex_lock(&reader->lock);
    if (length > 0 && place != NULL)
        cdd_spool_commit(reader->spool, (gsize)length);
    else if (length > 0)
        keep(reader, *buffer, (gsize)length);
    reader->error = error;
    reader->ended = length <= 0 || reader->given_up;
    is_expected = reader->expected && !reader->ended && length >= BULK_SIZE &&
                  cdd_spool_get_length(reader->spool) < MUCH;
    if (reader->ended)
        length = 0;
    g_mutex_unlock(&reader->lock);
    if (!is_expected)
        g_source_set_ready_time(reader->source, 0);
    return length;
}

/* Longer as long as little comes together, shorter when it is much: some 100 KiB a read. */
static gulong
pause_after(gssize length, gulong pause)
{
    if (length < BULK_SIZE)
        return 0;
    if (length >= FULL_SIZE)
        return pause / 2 < SHORTEST_PAUSE ? 0 : pause / 2;
    if (length < FULL_SIZE / 2)
        return CLAMP(pause * 2, SHORTEST_PAUSE, LONGEST_PAUSE);
    return pause;
}

static gpointer
read_to_the_end(gpointer data)
{
    Reader *reader = data;
    g_autofree guint8 *buffer = NULL;
    GPollFD kept;
    /* Otherwise each wait for the stream would make its own descriptor of it. */
    gboolean is_kept = g_cancellable_make_pollfd(reader->cancellable, &kept);
    gulong pause = 0;
    gssize length;

    while ((length = read_once(reader, &buffer)) > 0) {
        pause = pause_after(length, pause);
        if (pause > 0)
            g_usleep(pause);
    }
    if (is_kept)
        g_cancellable_release_fd(reader->cancellable);
    reader_unref(reader);
    return NULL;
}

/* Stops the reading; the end is reported when the thread has stopped. */
static void
give_up(Reader *reader)
{
    g_mutex_lock(&reader->lock);
    reader->given_up = TRUE;
    tell_of_room(reader);
    g_mutex_unlock(&reader->lock);
    g_cancellable_cancel(reader->cancellable);
    g_source_set_ready_time(reader->source, 0);
}

static gboolean
on_cancelled(GCancellable *cancellable G_GNUC_UNUSED, gpointer user_data)
{
    give_up(user_data);
    return G_SOURCE_REMOVE;
}

static void
end(GTask *task)
{
    Reader *reader = g_task_get_task_data(task);

    g_source_destroy(reader->source);
    if (reader->cancel_watch != NULL) {
        g_source_destroy(reader->cancel_watch);
        g_clear_pointer(&reader->cancel_watch, g_source_unref);
    }
    if (reader->func_error != NULL)
        g_task_return_error(task, g_steal_pointer(&reader->func_error));
    else if (reader->error != NULL)
        g_task_return_error(task, g_steal_pointer(&reader->error));
    else if (reader->given_up)
        g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                "the reading was cancelled");
    else
        g_task_return_boolean(task, TRUE);
    g_object_unref(task);
}

/* What has waited in the file comes by way of a buffer; what is in memory stays there. */
static const guint8 *
look_at_piece(Reader *reader, gsize *length, gboolean *readable)
{
    const guint8 *data = cdd_spool_peek(reader->spool, length);

    *length = MIN(*length, MAX_READ);
    if (data != NULL || cdd_spool_is_empty(reader->spool))
        return data;
    if (reader->piece == NULL)
        reader->piece = g_malloc(PIECE_SIZE);
    *length = cdd_spool_take(reader->spool, reader->piece, PIECE_SIZE, readable);
    return reader->piece;
}

/* With the lock held, when all has been consumed: soon, or when the thread says so. */
static void
look_again(Reader *reader, gboolean soon)
{
    reader->expected = soon;
    g_source_set_ready_time(reader->source, soon ? g_get_monotonic_time() + LONGEST_PAUSE : -1);
}

/* One piece at a time, so that what else there is in the main context gets its turn. */
static gboolean
consume(gpointer user_data)
{
    GTask *task = user_data;
    Reader *reader = g_task_get_task_data(task);
    const guint8 *data = NULL;
    gboolean readable = TRUE;
    gsize length = 0;
    gboolean over;

    g_mutex_lock(&reader->lock);
    if (!reader->given_up)
        data = look_at_piece(reader, &length, &readable);
    g_mutex_unlock(&reader->lock);

    if (!readable)
        g_set_error_literal(&reader->func_error, CDD_ERROR, CDD_ERROR_FAILED,
                            "the file that output waits in cannot be read");
    if (!readable ||
        (length > 0 && !reader->func(data, length, reader->func_data, &reader->func_error)))
        give_up(reader);

    g_mutex_lock(&reader->lock);
    if (data != reader->piece)
        cdd_spool_drop(reader->spool, length);
    tell_of_room(reader);
    over = reader->given_up || cdd_spool_is_empty(reader->spool);
    if (over)
        look_again(reader, length >= BULK_SIZE);
    over = over && reader->ended;
    g_mutex_unlock(&reader->lock);
    if (over)
        end(task);
    return G_SOURCE_CONTINUE;
}

/* A source that is ready when it is told so, from any thread. */
static gboolean
dispatch(GSource *source G_GNUC_UNUSED, GSourceFunc callback, gpointer user_data)
{
    return callback(user_data);
}

static GSourceFuncs source_funcs = {.dispatch = dispatch};

static void
watch(GTask *task, Reader *reader, GCancellable *cancellable)
{
    GMainContext *context = g_main_context_get_thread_default();

    reader->source = g_source_new(&source_funcs, sizeof(GSource));
    g_source_set_callback(reader->source, consume, task, NULL);
    g_source_attach(reader->source, context);
    if (cancellable == NULL)
        return;
    reader->cancel_watch = g_cancellable_source_new(cancellable);
    g_source_set_callback(reader->cancel_watch, G_SOURCE_FUNC(on_cancelled), reader, NULL);
    g_source_attach(reader->cancel_watch, context);
}

void
cdd_reader_async(GInputStream *stream,
                 GBytes *leftover,
                 CddPieceFunc func,
                 gpointer func_data,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer user_data)
{
    GTask *task = g_task_new(NULL, cancellable, callback, user_data);
    Reader *reader = g_atomic_rc_box_new0(Reader);

    g_task_set_check_cancellable(task, FALSE);
    reader->stream = g_object_ref(stream);
    reader->cancellable = g_cancellable_new();
    reader->func = func;
    reader->func_data = func_data;
    reader->spool = cdd_spool_new(MEMORY);
    g_mutex_init(&reader->lock);
    g_cond_init(&reader->room);
    if (leftover != NULL)
        cdd_spool_append(reader->spool, g_bytes_get_data(leftover, NULL),
                         g_bytes_get_size(leftover));
    g_task_set_task_data(task, reader, reader_unref);
    watch(task, reader, cancellable);
    g_source_set_ready_time(reader->source, 0);
    g_thread_unref(g_thread_new("cdd-reader", read_to_the_end, g_atomic_rc_box_acquire(reader)));
}

gboolean
cdd_reader_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean(G_TASK(result), error);
}

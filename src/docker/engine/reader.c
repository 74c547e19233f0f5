/* SPDX-License-Identifier: Apache-2.0 */
#include "reader.h"

#include "spool.h"

#include <colcon-deb-docker/cdd-error.h>
#include <gio/gfiledescriptorbased.h>

enum {
    PIECE_SIZE = 64 * 1024,
    MAX_READ = 256 * 1024,
    MEMORY = 1024 * 1024,
};

enum {
    /*
     * Bulk output arrives in pieces of up to 32 KiB. Waking two threads for each piece costs far
     * more than copying it. So after a large read the thread pauses to let more data arrive, and
     * the main context polls again by itself a little later. Short output, such as a line, is never
     * delayed.
     */
    BULK_SIZE = 4 * 1024,
    /* The socket was nearly full: the pause was too long and the engine may have waited. */
    FULL_SIZE = 128 * 1024,
};
/* When this much waits, the main context is woken at once. */
#define MUCH (MEMORY / 4)
enum {
    /* Microseconds. */
    SHORTEST_PAUSE = 125,
    LONGEST_PAUSE = 2000,
};

/* Shared by the thread and the main context. The lock guards the members below it. */
typedef struct {
    GInputStream *stream;
    GCancellable *cancellable; /* of the thread's reads */
    GCancellable *at_end;      /* the caller's; NULL for none */
    GMainContext *context;     /* the caller's: it must not be freed before @source */
    GSource *source;           /* wakes it */
    GSource *cancel_watch;
    CddPieceFunc func;
    gpointer func_data;
    GError *func_error;
    guint8 *piece; /* the main context's buffer for data from the file; NULL until needed */

    GMutex lock;
    GCond room;
    gboolean waiting;  /* the thread waits for room */
    gboolean expected; /* the main context polls again by itself */
    CddSpool *spool;
    gboolean given_up; /* no data is consumed any more */
    gboolean ended;    /* the thread has finished reading */
    GError *error;     /* the error of reading */
} Reader;

static void
reader_clear(gpointer data)
{
    Reader *reader = data;

    g_object_unref(reader->stream);
    g_object_unref(reader->cancellable);
    g_clear_object(&reader->at_end);
    g_source_unref(reader->source);
    g_main_context_unref(reader->context);
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

/* Stores all of the data and waits for room if needed. Called with the lock held. */
static void
store(Reader *reader, const guint8 *data, gsize length)
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

/* Called with the lock held. The check saves a system call if nobody waits. */
static void
signal_room(Reader *reader)
{
    if (reader->waiting)
        g_cond_signal(&reader->room);
}

static gboolean
on_readable(GObject *stream G_GNUC_UNUSED, gpointer user_data)
{
    *(gboolean *)user_data = TRUE;
    return G_SOURCE_CONTINUE;
}

/* Also ends when the reading is cancelled. */
static void
await_data(Reader *reader)
{
    g_autoptr(GMainContext) context = g_main_context_new();
    g_autoptr(GSource) source = g_pollable_input_stream_create_source(
        G_POLLABLE_INPUT_STREAM(reader->stream), reader->cancellable);
    gboolean readable = FALSE;

    g_source_set_callback(source, G_SOURCE_FUNC(on_readable), &readable, NULL);
    g_source_attach(source, context);
    while (!readable)
        g_main_context_iteration(context, TRUE);
    g_source_destroy(source);
}

/* A read that blocks in GLib's TLS holds up the end of the output of the same connection, for which
 * the peer may wait. So such a stream is only read when it has data. */
static gssize
read_stream(Reader *reader, void *place, gsize size, GError **error)
{
    gboolean blocks = G_IS_FILE_DESCRIPTOR_BASED(reader->stream) ||
                      !G_IS_POLLABLE_INPUT_STREAM(reader->stream) ||
                      !g_pollable_input_stream_can_poll(G_POLLABLE_INPUT_STREAM(reader->stream));

    for (;;) {
        GError *failure = NULL;
        gssize length = g_pollable_stream_read(reader->stream, place, size, blocks,
                                               reader->cancellable, &failure);

        if (!g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
            if (failure != NULL)
                g_propagate_error(error, failure);
            return length;
        }
        g_error_free(failure);
        await_data(reader);
    }
}

/* Reads straight into the spool's memory if it has room, else through a buffer made on demand. */
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
    length = read_stream(reader, place != NULL ? place : *buffer,
                         place != NULL ? MIN(room, MAX_READ) : PIECE_SIZE, &error);

    g_mutex_lock(&reader->lock);
    if (length > 0 && place != NULL)
        cdd_spool_commit(reader->spool, (gsize)length);
    else if (length > 0)
        store(reader, *buffer, (gsize)length);
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

/* Lengthens the pause after small reads and shortens it after large ones: about 100 KiB a read. */
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
    /* Keep one descriptor; otherwise each wait for the stream would create its own. */
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
    if (reader->at_end != NULL)
        g_cancellable_cancel(reader->at_end);
    reader_unref(reader);
    return NULL;
}

/* Stops reading. The end is reported when the thread has stopped. */
static void
give_up(Reader *reader)
{
    g_mutex_lock(&reader->lock);
    reader->given_up = TRUE;
    signal_room(reader);
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
        g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "reading was cancelled");
    else
        g_task_return_boolean(task, TRUE);
    g_object_unref(task);
}

/* Data from the file goes through a buffer; data in memory is used in place. */
static const guint8 *
peek_piece(Reader *reader, gsize *length, gboolean *readable)
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

/* Called with the lock held if no data is left. Polls again soon, or waits for the thread. */
static void
poll_again(Reader *reader, gboolean soon)
{
    reader->expected = soon;
    g_source_set_ready_time(reader->source, soon ? g_get_monotonic_time() + LONGEST_PAUSE : -1);
}

/* Consumes one piece at a time, so other sources of the main context get their turn. */
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
        data = peek_piece(reader, &length, &readable);
    g_mutex_unlock(&reader->lock);

    if (!readable)
        g_set_error_literal(&reader->func_error, CDD_ERROR, CDD_ERROR_FAILED,
                            "the temporary file with waiting output cannot be read");
    if (!readable ||
        (length > 0 && !reader->func(data, length, reader->func_data, &reader->func_error)))
        give_up(reader);

    g_mutex_lock(&reader->lock);
    if (data != reader->piece)
        cdd_spool_drop(reader->spool, length);
    signal_room(reader);
    over = reader->given_up || cdd_spool_is_empty(reader->spool);
    if (over)
        poll_again(reader, length >= BULK_SIZE);
    over = over && reader->ended;
    g_mutex_unlock(&reader->lock);
    if (over)
        end(task);
    return G_SOURCE_CONTINUE;
}

/* A source whose ready time any thread may set. */
static gboolean
dispatch(GSource *source G_GNUC_UNUSED, GSourceFunc callback, gpointer user_data)
{
    return callback(user_data);
}

static GSourceFuncs source_funcs = {.dispatch = dispatch};

static void
watch(GTask *task, Reader *reader, GCancellable *cancellable)
{
    GMainContext *context = g_main_context_ref_thread_default();

    reader->context = context;
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
                 GCancellable *at_end,
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
    reader->at_end = at_end != NULL ? g_object_ref(at_end) : NULL;
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

/* SPDX-License-Identifier: Apache-2.0 */
#include "reader.h"

#include "../wire/error.h"
#include "spool.h"

#define PIECE_SIZE (64 * 1024)
#define MEMORY (1024 * 1024)

/* Shared by the thread and the main context; what stands below the lock is guarded by it. */
typedef struct {
    GInputStream *stream;
    GCancellable *cancellable; /* of the thread's reading */
    GSource *source;           /* in the caller's context: there is something to do */
    GSource *cancel_watch;
    CddPieceFunc func;
    gpointer func_data;
    GError *func_error;
    guint8 piece[PIECE_SIZE]; /* the main context's */

    GMutex lock;
    GCond room;
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
        if (length > 0)
            g_cond_wait(&reader->room, &reader->lock);
    }
}

static gpointer
read_to_the_end(gpointer data)
{
    Reader *reader = data;
    g_autofree guint8 *buffer = g_malloc(PIECE_SIZE);
    gboolean ended = FALSE;

    while (!ended) {
        GError *error = NULL;
        gssize length =
            g_input_stream_read(reader->stream, buffer, PIECE_SIZE, reader->cancellable, &error);

        g_mutex_lock(&reader->lock);
        if (length > 0)
            keep(reader, buffer, (gsize)length);
        reader->error = error;
        ended = length <= 0 || reader->given_up;
        reader->ended = ended;
        g_mutex_unlock(&reader->lock);
        g_source_set_ready_time(reader->source, 0);
    }
    reader_unref(reader);
    return NULL;
}

/* Stops the reading; the end is reported when the thread has stopped. */
static void
give_up(Reader *reader)
{
    g_mutex_lock(&reader->lock);
    reader->given_up = TRUE;
    g_cond_signal(&reader->room);
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

/* One piece at a time, so that what else there is in the main context gets its turn. */
static gboolean
consume(gpointer user_data)
{
    GTask *task = user_data;
    Reader *reader = g_task_get_task_data(task);
    gboolean readable = TRUE;
    gsize length = 0;
    gboolean ended;

    g_mutex_lock(&reader->lock);
    if (!reader->given_up)
        length = cdd_spool_take(reader->spool, reader->piece, PIECE_SIZE, &readable);
    if (length == 0)
        g_source_set_ready_time(reader->source, -1);
    ended = reader->ended;
    g_cond_signal(&reader->room);
    g_mutex_unlock(&reader->lock);

    if (!readable)
        g_set_error_literal(&reader->func_error, CDD_ERROR, CDD_ERROR_FAILED,
                            "the file that output waits in cannot be read");
    if (!readable || (length > 0 &&
                      !reader->func(reader->piece, length, reader->func_data, &reader->func_error)))
        give_up(reader);
    else if (length == 0 && ended)
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

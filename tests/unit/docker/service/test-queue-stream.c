/* SPDX-License-Identifier: Apache-2.0 */
/* A queue between a thread that blocks and streams that do not. */
#include "await.h"
#include "service/queue-stream.h"

enum {
    PIECE = 100 * 1000,
    N_PIECES = 50,
};

/* Each byte depends on its place, so a lost, doubled or swapped piece shows. */
static guint8
byte_at(gsize at)
{
    return (guint8)(at * 31 + at / PIECE);
}

static guint8 *
piece_number(guint i)
{
    guint8 *data = g_malloc(PIECE);

    for (gsize at = 0; at < PIECE; at++)
        data[at] = byte_at((gsize)i * PIECE + at);
    return data;
}

static void
assert_in_order(const guint8 *data, gsize length, gsize at)
{
    for (gsize i = 0; i < length; i++)
        g_assert_cmpuint(data[i], ==, byte_at(at + i));
}

static gpointer
write_all(gpointer queue)
{
    for (guint i = 0; i < N_PIECES; i++) {
        g_autofree guint8 *piece = piece_number(i);

        g_assert_true(cdd_byte_queue_write(queue, piece, PIECE, NULL));
    }
    cdd_byte_queue_end(queue);
    return NULL;
}

static gssize
read_some(GInputStream *stream, guint8 *buffer, gsize size)
{
    g_autoptr(GAsyncResult) result = NULL;

    g_input_stream_read_async(stream, buffer, size, G_PRIORITY_DEFAULT, NULL, await_ready, &result);
    return g_input_stream_read_finish(stream, await(&result), NULL);
}

static void
test_a_thread_writes(void)
{
    g_autoptr(CddByteQueue) queue = cdd_byte_queue_new();
    g_autoptr(GInputStream) stream = cdd_queue_input_new(queue);
    GThread *thread = g_thread_new("write", write_all, queue);
    guint8 buffer[33333];
    gsize total = 0;
    gssize length;

    while ((length = read_some(stream, buffer, sizeof buffer)) > 0) {
        assert_in_order(buffer, (gsize)length, total);
        total += (gsize)length;
    }
    g_thread_join(thread);
    g_assert_cmpint(length, ==, 0);
    g_assert_cmpuint(total, ==, (gsize)PIECE * N_PIECES);
}

static gpointer
read_all(gpointer queue)
{
    gsize total = 0;
    gsize length;
    const void *piece;

    while ((length = cdd_byte_queue_read(queue, &piece)) > 0) {
        assert_in_order(piece, length, total);
        total += length;
    }
    return GSIZE_TO_POINTER(total);
}

static void
test_a_thread_reads(void)
{
    g_autoptr(CddByteQueue) queue = cdd_byte_queue_new();
    g_autoptr(GOutputStream) stream = cdd_queue_output_new(queue);
    GThread *thread = g_thread_new("read", read_all, queue);

    for (guint i = 0; i < N_PIECES; i++) {
        g_autofree guint8 *piece = piece_number(i);
        g_autoptr(GAsyncResult) result = NULL;

        g_output_stream_write_all_async(stream, piece, PIECE, G_PRIORITY_DEFAULT, NULL, await_ready,
                                        &result);
        g_assert_true(g_output_stream_write_all_finish(stream, await(&result), NULL, NULL));
    }
    cdd_byte_queue_end(queue);
    g_assert_cmpuint(GPOINTER_TO_SIZE(g_thread_join(thread)), ==, (gsize)PIECE * N_PIECES);
}

/* Nobody reads: the writes that fit succeed, and the next one waits. */
static GError *
fill_and_wait(CddByteQueue *queue,
              GOutputStream *stream,
              GCancellable *cancellable,
              void (*end)(CddByteQueue *queue, GCancellable *cancellable))
{
    g_autofree guint8 *piece = piece_number(0);
    GError *error = NULL;

    for (guint i = 0; i < N_PIECES && error == NULL; i++) {
        g_autoptr(GAsyncResult) result = NULL;

        g_output_stream_write_async(stream, piece, PIECE, G_PRIORITY_DEFAULT, cancellable,
                                    await_ready, &result);
        for (guint turn = 0; turn < 10 && result == NULL; turn++)
            g_main_context_iteration(NULL, FALSE);
        if (result == NULL)
            end(queue, cancellable);
        g_output_stream_write_finish(stream, await(&result), &error);
    }
    return error;
}

static void
close_queue(CddByteQueue *queue, GCancellable *cancellable G_GNUC_UNUSED)
{
    cdd_byte_queue_close(queue);
}

static void
cancel(CddByteQueue *queue G_GNUC_UNUSED, GCancellable *cancellable)
{
    g_cancellable_cancel(cancellable);
}

static void
test_a_write_waits_and_can_be_ended(void)
{
    g_autoptr(CddByteQueue) closed = cdd_byte_queue_new();
    g_autoptr(GOutputStream) to_closed = cdd_queue_output_new(closed);
    g_autoptr(CddByteQueue) full = cdd_byte_queue_new();
    g_autoptr(GOutputStream) to_full = cdd_queue_output_new(full);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    GError *error = fill_and_wait(closed, to_closed, cancellable, close_queue);

    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
    g_clear_error(&error);
    g_assert_false(cdd_byte_queue_write(closed, "x", 1, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
    g_clear_error(&error);
    error = fill_and_wait(full, to_full, cancellable, cancel);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error(&error);
}

static void
test_a_read_that_is_cancelled(void)
{
    g_autoptr(CddByteQueue) queue = cdd_byte_queue_new();
    g_autoptr(GInputStream) stream = cdd_queue_input_new(queue);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GAsyncResult) result = NULL;
    g_autoptr(GError) error = NULL;
    guint8 buffer[16];

    g_input_stream_read_async(stream, buffer, sizeof buffer, G_PRIORITY_DEFAULT, cancellable,
                              await_ready, &result);
    g_cancellable_cancel(cancellable);
    g_assert_cmpint(g_input_stream_read_finish(stream, await(&result), &error), <, 0);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    /* What comes later is not lost. */
    cdd_byte_queue_write(queue, "x", 1, NULL);
    g_assert_cmpint(read_some(stream, buffer, sizeof buffer), ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/queue-stream/a-thread-writes", test_a_thread_writes);
    g_test_add_func("/queue-stream/a-thread-reads", test_a_thread_reads);
    g_test_add_func("/queue-stream/a-write-waits-and-can-be-ended",
                    test_a_write_waits_and_can_be_ended);
    g_test_add_func("/queue-stream/a-read-that-is-cancelled", test_a_read_that_is_cancelled);
    return g_test_run();
}

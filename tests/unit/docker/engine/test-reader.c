/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the spool and the reader with output that arrives faster than it is consumed. */
#include "await.h"

#include "engine/reader.h"
#include "engine/spool.h"
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Returns the byte at a position of the stream. Its period divides no buffer's size. */
static guint8
byte_at(guint64 position)
{
    return (guint8)(position % 251 ^ position / 251 % 241);
}

static void
append(CddSpool *spool, guint64 *position, gsize length)
{
    g_autofree guint8 *data = g_malloc(length);

    for (gsize i = 0; i < length; i++)
        data[i] = byte_at(*position + i);
    g_assert_cmpuint(cdd_spool_append(spool, data, length), ==, length);
    *position += length;
}

static void
take(CddSpool *spool, guint64 *position, guint64 end, gsize length)
{
    g_autofree guint8 *data = g_malloc(length);
    gboolean ok;
    gsize taken = cdd_spool_take(spool, data, length, &ok);

    g_assert_true(ok);
    g_assert_true(taken <= length && *position + taken <= end);
    g_assert_true(taken > 0 || *position == end);
    for (gsize i = 0; i < taken; i++)
        g_assert_cmpuint(data[i], ==, byte_at(*position + i));
    *position += taken;
}

static void
test_a_spool_keeps_order_whatever_goes_in_and_out(void)
{
    g_autoptr(CddSpool) spool = cdd_spool_new(1000);
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    guint64 in = 0;
    guint64 out = 0;

    for (int i = 0; i < 20000; i++) {
        /* Phases in which the queue grows into the file, and phases in which it shrinks. */
        gsize most = i / 500 % 2 == 0 ? 700 : 100;

        append(spool, &in, (gsize)g_rand_int_range(random, 1, (int)most));
        take(spool, &out, in, (gsize)g_rand_int_range(random, 1, 500));
        g_assert_cmpint(cdd_spool_is_empty(spool), ==, in == out);
    }
    while (out < in)
        take(spool, &out, in, 4096);
    g_assert_true(cdd_spool_is_empty(spool));
}

/* Adds bytes like the reader: straight into the spool's memory, or from a buffer if it is full. */
static void
put_in_place(CddSpool *spool, guint64 *position, gsize length)
{
    gsize room;
    guint8 *place = cdd_spool_reserve(spool, MIN(length, 50), &room);

    if (place == NULL) {
        append(spool, position, length);
        return;
    }
    length = MIN(length, room);
    for (gsize i = 0; i < length; i++)
        place[i] = byte_at(*position + i);
    cdd_spool_commit(spool, length);
    *position += length;
}

static void
take_in_place(CddSpool *spool, guint64 *position, guint64 end, gsize length)
{
    gsize there;
    const guint8 *data = cdd_spool_peek(spool, &there);

    if (data == NULL) {
        take(spool, position, end, length);
        return;
    }
    length = MIN(length, there);
    for (gsize i = 0; i < length; i++)
        g_assert_cmpuint(data[i], ==, byte_at(*position + i));
    cdd_spool_drop(spool, length);
    *position += length;
}

static void
test_a_spool_keeps_order_without_copies_too(void)
{
    g_autoptr(CddSpool) spool = cdd_spool_new(1000);
    g_autoptr(GRand) random = g_rand_new_with_seed(11);
    guint64 in = 0;
    guint64 out = 0;

    for (int i = 0; i < 20000; i++) {
        gsize most = i / 500 % 2 == 0 ? 700 : 100;

        put_in_place(spool, &in, (gsize)g_rand_int_range(random, 1, (int)most));
        take_in_place(spool, &out, in, (gsize)g_rand_int_range(random, 1, 500));
        g_assert_cmpuint(cdd_spool_get_length(spool), ==, in - out);
    }
    while (out < in)
        take_in_place(spool, &out, in, 4096);
    g_assert_true(cdd_spool_is_empty(spool));
}

/* Reserved memory stays valid while other bytes are taken. */
static void
test_a_place_stays_while_the_rest_is_taken(void)
{
    g_autoptr(CddSpool) spool = cdd_spool_new(1000);
    guint64 in = 0;
    guint64 out = 0;
    gsize length;
    guint8 *place;

    append(spool, &in, 300);
    place = cdd_spool_reserve(spool, 100, &length);
    g_assert_cmpuint(length, ==, 700);
    take_in_place(spool, &out, in, 300);
    g_assert_true(cdd_spool_is_empty(spool));
    for (gsize i = 0; i < 100; i++)
        place[i] = byte_at(in + i);
    cdd_spool_commit(spool, 100);
    in += 100;
    take_in_place(spool, &out, in, 100);
    g_assert_cmpuint(out, ==, in);
    /* The next one starts at the beginning, so a long stream uses little memory. */
    g_assert_true(cdd_spool_reserve(spool, 1000, &length) != NULL);
}

/* Files of this process cannot grow, so bytes that do not fit in memory are refused. */
static void
test_a_spool_without_room_says_how_much_it_took(void)
{
    g_autoptr(CddSpool) spool = cdd_spool_new(100);
    struct rlimit before;
    struct rlimit none = {0, 0};
    guint8 data[250];
    gboolean ok;

    memset(data, 'x', sizeof data);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    none.rlim_max = before.rlim_max;
    setrlimit(RLIMIT_FSIZE, &none);
    g_assert_cmpuint(cdd_spool_append(spool, data, sizeof data), ==, 100);
    g_assert_cmpuint(cdd_spool_append(spool, data, sizeof data), ==, 0);
    g_assert_cmpuint(cdd_spool_take(spool, data, 60, &ok), ==, 60);
    g_assert_cmpuint(cdd_spool_append(spool, data, sizeof data), ==, 60);
    setrlimit(RLIMIT_FSIZE, &before);
}

typedef struct {
    int fd;
    guint64 length;
} Writer;

static gpointer
write_all(gpointer data)
{
    Writer *writer = data;
    guint8 buffer[8192];
    guint64 position = 0;

    while (position < writer->length) {
        gsize length = (gsize)MIN(sizeof buffer, writer->length - position);
        ssize_t written;

        for (gsize i = 0; i < length; i++)
            buffer[i] = byte_at(position + i);
        written = write(writer->fd, buffer, length);
        g_assert_cmpint(written, >, 0);
        position += (guint64)written;
    }
    close(writer->fd);
    return NULL;
}

typedef struct {
    guint64 position;
    GThread *wait_for; /* the writer; func blocks at the first piece until it has ended */
    gint64 fail_at;
    GCancellable *cancel;
} Consumer;

static gboolean
on_piece(const guint8 *data, gsize length, gpointer user_data, GError **error)
{
    Consumer *consumer = user_data;

    if (consumer->wait_for != NULL)
        g_thread_join(g_steal_pointer(&consumer->wait_for));
    for (gsize i = 0; i < length; i++)
        g_assert_cmpuint(data[i], ==, byte_at(consumer->position + i));
    consumer->position += length;
    if (consumer->cancel != NULL)
        g_cancellable_cancel(consumer->cancel);
    if (consumer->fail_at == 0 || (gint64)consumer->position < consumer->fail_at)
        return TRUE;
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "enough");
    return FALSE;
}

static gboolean
read_from(Writer *writer, Consumer *consumer, const char *leftover, GError **error)
{
    int ends[2];
    g_autoptr(GInputStream) stream = NULL;
    g_autoptr(GBytes) first = g_bytes_new(leftover, strlen(leftover));
    g_autoptr(GAsyncResult) done = NULL;

    g_assert_true(g_unix_open_pipe(ends, FD_CLOEXEC, NULL));
    writer->fd = ends[1];
    consumer->wait_for = g_thread_new("writer", write_all, writer);
    stream = g_unix_input_stream_new(ends[0], TRUE);
    cdd_reader_async(stream, first, NULL, on_piece, consumer, consumer->cancel, await_ready, &done);
    await(&done);
    if (consumer->wait_for != NULL)
        g_thread_join(consumer->wait_for);
    return cdd_reader_finish(done, error);
}

/* If the reader waited for the consumer, the writer could not end first. */
static void
test_a_consumer_that_blocks_does_not_stall_the_writer(void)
{
    Writer writer = {.length = 20 * 1000 * 1000};
    Consumer consumer = {0};
    g_autoptr(GError) error = NULL;

    g_assert_true(read_from(&writer, &consumer, "", &error));
    g_assert_no_error(error);
    g_assert_cmpuint(consumer.position, ==, writer.length);
}

static gboolean
note(const guint8 *data, gsize length, gpointer user_data, GError **error G_GNUC_UNUSED)
{
    g_string_append_len(user_data, (const char *)data, (gssize)length);
    return TRUE;
}

static void
test_what_was_read_before_comes_first(void)
{
    g_autoptr(GInputStream) stream = g_memory_input_stream_new_from_data("cd", 2, NULL);
    g_autoptr(GBytes) leftover = g_bytes_new_static("ab", 2);
    g_autoptr(GString) all = g_string_new(NULL);
    g_autoptr(GAsyncResult) done = NULL;

    cdd_reader_async(stream, leftover, NULL, note, all, NULL, await_ready, &done);
    g_assert_true(cdd_reader_finish(await(&done), NULL));
    g_assert_cmpstr(all->str, ==, "abcd");
}

static void
test_a_fault_of_the_consumer_ends_the_reading(void)
{
    Writer writer = {.length = 3 * 1000 * 1000};
    Consumer consumer = {.fail_at = 1000 * 1000};
    g_autoptr(GError) error = NULL;

    g_assert_false(read_from(&writer, &consumer, "", &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    g_assert_cmpuint(consumer.position, <, writer.length);
}

/* This holds too if everything was read already and waits for the consumer. */
static void
test_cancelling_drops_the_rest_and_says_so(void)
{
    Writer writer = {.length = 3 * 1000 * 1000};
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    Consumer consumer = {.cancel = cancellable};
    g_autoptr(GError) error = NULL;

    g_assert_false(read_from(&writer, &consumer, "", &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpuint(consumer.position, <, writer.length);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/spool/keeps-order-whatever-goes-in-and-out",
                    test_a_spool_keeps_order_whatever_goes_in_and_out);
    g_test_add_func("/spool/keeps-order-without-copies-too",
                    test_a_spool_keeps_order_without_copies_too);
    g_test_add_func("/spool/a-place-stays-while-the-rest-is-taken",
                    test_a_place_stays_while_the_rest_is_taken);
    g_test_add_func("/spool/without-room-says-how-much-it-took",
                    test_a_spool_without_room_says_how_much_it_took);
    g_test_add_func("/reader/a-consumer-that-blocks-does-not-stall-the-writer",
                    test_a_consumer_that_blocks_does_not_stall_the_writer);
    g_test_add_func("/reader/what-was-read-before-comes-first",
                    test_what_was_read_before_comes_first);
    g_test_add_func("/reader/a-fault-of-the-consumer-ends-the-reading",
                    test_a_fault_of_the_consumer_ends_the_reading);
    g_test_add_func("/reader/cancelling-drops-the-rest-and-says-so",
                    test_cancelling_drops_the_rest_and_says_so);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Input that nobody reads: each write ends, once, before the operation, and leaves no descriptor.
 */
#include "engine-test.h"

#include <gio/gunixinputstream.h>
#include <string.h>
#include <unistd.h>

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

enum {
    LENGTH = 20 * 1024 * 1024,
    REPETITIONS = 20,
};

/* A write, and what it saw. */
typedef struct {
    GOutputStream *input;
    guint8 *data;
    guint n_ended;
    gboolean over; /* the operation has called back */
    gboolean late; /* the write ended after that */
    GError *error;
    GString *out;
} Feed;

static void
feed_init(Feed *feed)
{
    *feed = (Feed){.data = g_malloc0(LENGTH), .out = g_string_new(NULL)};
}

static void
feed_clear(Feed *feed)
{
    g_clear_object(&feed->input);
    g_free(feed->data);
    g_clear_error(&feed->error);
    g_string_free(feed->out, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Feed, feed_clear)

static guint
count_descriptors(void)
{
    g_autoptr(GDir) directory = g_dir_open("/proc/self/fd", 0, NULL);
    guint n = 0;

    while (g_dir_read_name(directory) != NULL)
        n++;
    return n;
}

/* Threads close theirs a little later. */
static void
assert_no_more_descriptors(guint wanted)
{
    for (guint tries = 0; tries < 200 && count_descriptors() > wanted; tries++)
        g_usleep(20000);
    g_assert_cmpuint(count_descriptors(), <=, wanted);
}

static void
on_written(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Feed *feed = user_data;

    g_clear_error(&feed->error);
    g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, NULL, &feed->error);
    feed->n_ended++;
    feed->late = feed->over;
}

static void
begin_feeding(GOutputStream *input, gpointer user_data)
{
    Feed *feed = user_data;

    /* Kept, as a program may do. */
    feed->input = g_object_ref(input);
    g_output_stream_write_all_async(input, feed->data, LENGTH, G_PRIORITY_DEFAULT, NULL, on_written,
                                    feed);
}

static void
feed_blocking(GOutputStream *input, gpointer user_data)
{
    Feed *feed = user_data;

    g_output_stream_write_all(input, feed->data, LENGTH, NULL, NULL, &feed->error);
    g_output_stream_close(input, NULL, NULL);
    feed->n_ended++;
}

static void
on_stdout(const void *data, gsize length, gpointer user_data)
{
    g_string_append_len(((Feed *)user_data)->out, data, (gssize)length);
}

static void
assert_refused(Feed *feed)
{
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_cmpuint(feed->n_ended, ==, 1);
    g_assert_false(feed->late);
    g_assert_nonnull(feed->error);
    if (!g_error_matches(feed->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
        g_assert_error(feed->error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
}

static void
exec_without_reading(EngineTest *test, const char *id)
{
    const CddExecSpec spec = {.command = LIST("true"), .attach_stdin = TRUE};
    g_autoptr(GAsyncResult) started = NULL;
    g_autoptr(GAsyncResult) read = NULL;
    g_autoptr(CddAttachment) attachment = NULL;
    GError *error = NULL;
    g_auto(Feed) feed;

    feed_init(&feed);
    cdd_service_start_exec_async(test->service, id, &spec, NULL, await_ready, &started);
    attachment = cdd_service_start_exec_finish(test->service, await(&started), &error);
    g_assert_no_error(error);
    begin_feeding(cdd_attachment_get_stdin(attachment), &feed);
    cdd_attachment_read_output_async(attachment, NULL, NULL, await_ready, &read);
    cdd_attachment_read_output_finish(attachment, await(&read), &error);
    feed.over = TRUE;
    g_assert_no_error(error);
    assert_refused(&feed);
    g_assert_false(g_output_stream_write_all(feed.input, "x", 1, NULL, NULL, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
    g_clear_error(&error);
}

static void
test_a_command_that_reads_nothing(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *id = begin_container(test, "sleep 100");
    guint n_descriptors = 0;

    for (guint i = 0; i < REPETITIONS; i++) {
        exec_without_reading(test, id);
        if (i == 0)
            n_descriptors = count_descriptors();
    }
    assert_no_more_descriptors(n_descriptors);
    end_container(test, id);
}

static void
run(EngineTest *test, const char *script, CddInputFunc on_stdin, Feed *feed)
{
    const CddContainerSpec spec = {
        .image = test->image,
        .command = LIST("sh", "-c", script),
        .network_mode = CDD_NETWORK_HOST,
        .open_stdin = TRUE,
    };
    const CddOutputHandler handler = {
        .on_stdout = on_stdout, .on_stdin = on_stdin, .user_data = feed};
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddContainerResult) result = NULL;
    GError *error = NULL;

    cdd_service_run_container_async(test->service, &spec, &handler, NULL, await_ready, &done);
    result = cdd_service_run_container_finish(test->service, await(&done), &error);
    feed->over = TRUE;
    g_assert_no_error(error);
    g_assert_cmpint(result->exit_code, ==, 0);
}

static void
test_a_container_that_reads_little(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    guint n_descriptors = 0;

    if (test->is_podman) {
        g_test_skip("Podman loses output when it cannot pass the input on");
        return;
    }
    for (guint i = 0; i < REPETITIONS; i++) {
        g_auto(Feed) feed;

        feed_init(&feed);
        memset(feed.data, 'a', LENGTH);
        run(test, "head -c 10", begin_feeding, &feed);
        assert_refused(&feed);
        g_assert_cmpstr(feed.out->str, ==, "aaaaaaaaaa");
        if (i == 0)
            n_descriptors = count_descriptors();
    }
    assert_no_more_descriptors(n_descriptors);
}

/* The container writes all that it reads, so neither side may wait for the other. */
static void
test_input_that_is_written_by_blocking(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_auto(Feed) whole;
    g_auto(Feed) part;

    feed_init(&whole);
    memset(whole.data, 'b', LENGTH);
    run(test, "cat", feed_blocking, &whole);
    g_assert_no_error(whole.error);
    g_assert_cmpuint(whole.out->len, ==, LENGTH);
    g_assert_cmpuint(whole.n_ended, ==, 1);

    feed_init(&part);
    if (test->is_podman) /* see above */
        return;
    memset(part.data, 'c', LENGTH);
    run(test, "head -c 10", feed_blocking, &part);
    g_assert_cmpstr(part.out->str, ==, "cccccccccc");
    assert_refused(&part);
}

static void
test_an_attachment_that_is_dropped(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    const CddExecSpec spec = {.command = LIST("sleep", "30"), .attach_stdin = TRUE};
    g_autofree char *id = begin_container(test, "sleep 100");
    guint n_descriptors = count_descriptors();
    g_autoptr(GAsyncResult) started = NULL;
    CddAttachment *attachment;
    GError *error = NULL;
    g_auto(Feed) feed;

    feed_init(&feed);
    cdd_service_start_exec_async(test->service, id, &spec, NULL, await_ready, &started);
    attachment = cdd_service_start_exec_finish(test->service, await(&started), &error);
    g_assert_no_error(error);
    begin_feeding(cdd_attachment_get_stdin(attachment), &feed);
    for (guint i = 0; i < 20; i++) {
        g_usleep(10000);
        while (g_main_context_iteration(NULL, FALSE))
            ;
    }
    g_assert_cmpuint(feed.n_ended, ==, 0);
    g_object_unref(attachment);
    assert_refused(&feed);
    assert_no_more_descriptors(n_descriptors);
    end_container(test, id);
}

/* A pipe's reading end, whose reads cannot be cancelled. */
struct _StubbornStream {
    GInputStream parent_instance;
    int descriptor;
};

#define TYPE_STUBBORN_STREAM (stubborn_stream_get_type())
G_DECLARE_FINAL_TYPE(StubbornStream, stubborn_stream, STUBBORN, STREAM, GInputStream)
G_DEFINE_FINAL_TYPE(StubbornStream, stubborn_stream, G_TYPE_INPUT_STREAM)

static void
stubborn_stream_init(StubbornStream *self G_GNUC_UNUSED)
{
}

static gssize
read_stubbornly(GInputStream *stream,
                void *buffer,
                gsize count,
                GCancellable *cancellable G_GNUC_UNUSED,
                GError **error G_GNUC_UNUSED)
{
    return read(STUBBORN_STREAM(stream)->descriptor, buffer, count);
}

static void
stubborn_stream_class_init(StubbornStreamClass *class)
{
    G_INPUT_STREAM_CLASS(class)->read_fn = read_stubbornly;
}

/* A source without data: its pipe stays open until it is cleared. */
typedef struct {
    int ends[2];
    GInputStream *stream;
} Silent;

static void
silent_init(Silent *silent, gboolean stubborn)
{
    g_assert_cmpint(pipe(silent->ends), ==, 0);
    if (stubborn) {
        silent->stream = g_object_new(TYPE_STUBBORN_STREAM, NULL);
        STUBBORN_STREAM(silent->stream)->descriptor = silent->ends[0];
    } else {
        silent->stream = g_unix_input_stream_new(silent->ends[0], FALSE);
    }
}

/* A thread that reads sees the end then. */
static void
silent_clear(Silent *silent)
{
    close(silent->ends[1]);
    while (g_input_stream_has_pending(silent->stream))
        g_main_context_iteration(NULL, TRUE);
    g_object_unref(silent->stream);
    close(silent->ends[0]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Silent, silent_clear)

static void
exec_with_silence(EngineTest *test, gboolean stubborn)
{
    const CddExecSpec spec = {.command = LIST("true")};
    g_autofree char *id = begin_container(test, "sleep 100");
    g_autoptr(GAsyncResult) done = NULL;
    GError *error = NULL;
    gint64 exit_code = -1;
    g_auto(Silent) source;

    silent_init(&source, stubborn);
    cdd_service_exec_async(test->service, id, &spec, source.stream, NULL, NULL, await_ready, &done);
    cdd_service_exec_finish(test->service, await(&done), &exit_code, &error);
    g_assert_no_error(error);
    g_assert_cmpint(exit_code, ==, 0);
    end_container(test, id);
}

static void
test_exec_with_a_silent_source(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    exec_with_silence(test, FALSE);
    exec_with_silence(test, TRUE);
}

static void
on_spliced(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Feed *feed = user_data;

    g_output_stream_splice_finish(G_OUTPUT_STREAM(source), result, &feed->error);
    feed->n_ended++;
    feed->late = feed->over;
}

static CddAttachment *
start_true(EngineTest *test, const char *id)
{
    const CddExecSpec spec = {.command = LIST("true"), .attach_stdin = TRUE};
    g_autoptr(GAsyncResult) started = NULL;
    CddAttachment *attachment;
    GError *error = NULL;

    cdd_service_start_exec_async(test->service, id, &spec, NULL, await_ready, &started);
    attachment = cdd_service_start_exec_finish(test->service, await(&started), &error);
    g_assert_no_error(error);
    return attachment;
}

static void
read_output(CddAttachment *attachment)
{
    g_autoptr(GAsyncResult) read = NULL;
    GError *error = NULL;

    cdd_attachment_read_output_async(attachment, NULL, NULL, await_ready, &read);
    cdd_attachment_read_output_finish(attachment, await(&read), &error);
    g_assert_no_error(error);
}

static void
splice_silence(EngineTest *test, gboolean stubborn)
{
    g_autofree char *id = begin_container(test, "sleep 100");
    g_autoptr(CddAttachment) attachment = start_true(test, id);
    g_auto(Silent) source;
    g_auto(Feed) feed;

    feed_init(&feed);
    silent_init(&source, stubborn);
    g_output_stream_splice_async(cdd_attachment_get_stdin(attachment), source.stream,
                                 G_OUTPUT_STREAM_SPLICE_NONE, G_PRIORITY_DEFAULT, NULL, on_spliced,
                                 &feed);
    read_output(attachment);
    feed.over = TRUE;
    assert_refused(&feed);
    end_container(test, id);
}

static void
test_a_splice_from_a_silent_source(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    splice_silence(test, FALSE);
    splice_silence(test, TRUE);
}

typedef struct {
    GOutputStream *target;
    GInputStream *source;
    GError *error;
} BlockingSplice;

static gpointer
splice_in_thread(gpointer user_data)
{
    BlockingSplice *splice = user_data;

    g_output_stream_splice(splice->target, splice->source, G_OUTPUT_STREAM_SPLICE_NONE, NULL,
                           &splice->error);
    return NULL;
}

static void
test_a_blocking_splice(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *id = begin_container(test, "sleep 100");
    g_autoptr(CddAttachment) attachment = start_true(test, id);
    BlockingSplice splice = {.target = cdd_attachment_get_stdin(attachment)};
    g_auto(Silent) source;
    GThread *thread;

    silent_init(&source, FALSE);
    splice.source = source.stream;
    thread = g_thread_new("splice", splice_in_thread, &splice);
    read_output(attachment);
    g_thread_join(thread);
    g_assert_error(splice.error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
    g_error_free(splice.error);
    end_container(test, id);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ENGINE_TEST("/input/a-command-that-reads-nothing", test_a_command_that_reads_nothing);
    ENGINE_TEST("/input/a-container-that-reads-little", test_a_container_that_reads_little);
    ENGINE_TEST("/input/input-that-is-written-by-blocking", test_input_that_is_written_by_blocking);
    ENGINE_TEST("/input/an-attachment-that-is-dropped", test_an_attachment_that_is_dropped);
    ENGINE_TEST("/input/exec-with-a-silent-source", test_exec_with_a_silent_source);
    ENGINE_TEST("/input/a-splice-from-a-silent-source", test_a_splice_from_a_silent_source);
    ENGINE_TEST("/input/a-blocking-splice", test_a_blocking_splice);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Tests input and output of processes in containers: attach and exec. */
#include "engine-test.h"

#include <string.h>

static void
test_output_and_exit_code_of_a_process_are_kept_apart(EngineTest *test,
                                                      gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *id = begin_container(test, "sleep 60");
    g_auto(Output) output = {NULL};

    output_init(&output);
    g_assert_cmpint(exec_shell(test, id, "echo out; echo err >&2; exit 7", &output), ==, 7);
    g_assert_cmpstr(output.out->str, ==, "out\n");
    g_assert_cmpstr(output.err->str, ==, "err\n");
    g_assert_cmpint(exec_shell(test, id, "true", NULL), ==, 0);
    end_container(test, id);
}

static void
exec_with_input(EngineTest *test,
                const char *id,
                const char *script,
                GInputStream *input,
                Output *output,
                gint64 *exit_code,
                GError **error)
{
    CddExecSpec spec = {.command = (const char *const[]){"sh", "-c", script, NULL}};
    CddOutputHandler handler = output_handler(output);
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_exec_async(test->service, id, &spec, input, &handler, NULL, await_ready, &done);
    cdd_service_exec_finish(test->service, await(&done), exit_code, error);
}

static void
test_a_process_reads_its_input_to_the_end(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *id = begin_container(test, "sleep 60");
    gsize length = 3 * 1000 * 1000;
    g_autoptr(GBytes) bytes = g_bytes_new_take(g_malloc0(length), length);
    g_autoptr(GInputStream) input = g_memory_input_stream_new_from_bytes(bytes);
    g_auto(Output) output = {NULL};
    GError *error = NULL;
    gint64 exit_code = -1;

    /* The output follows the end of the input, so only the input was closed. */
    output_init(&output);
    exec_with_input(test, id, "wc -c; echo after", input, &output, &exit_code, &error);
    g_assert_no_error(error);
    g_assert_cmpint(exit_code, ==, 0);
    g_assert_cmpstr(output.out->str, ==, "3000000\nafter\n");
    end_container(test, id);
}

static void
test_a_process_need_not_take_its_input(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *id = begin_container(test, "sleep 60");
    gsize length = 20 * 1000 * 1000;
    g_autoptr(GBytes) bytes = g_bytes_new_take(g_malloc0(length), length);
    g_autoptr(GInputStream) input = g_memory_input_stream_new_from_bytes(bytes);
    g_auto(Output) output = {NULL};
    GError *error = NULL;
    gint64 exit_code = -1;

    output_init(&output);
    exec_with_input(test, id, "exit 3", input, &output, &exit_code, &error);
    g_assert_no_error(error);
    g_assert_cmpint(exit_code, ==, 3);
    end_container(test, id);
}

static void
test_what_cannot_be_run_is_an_exit_code_or_an_error(EngineTest *test,
                                                    gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *id = begin_container(test, "sleep 60");
    CddExecSpec spec = {.command = (const char *const[]){"/no/such/program", NULL}};
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;
    gint64 exit_code = -1;

    cdd_service_exec_async(test->service, id, &spec, NULL, NULL, NULL, await_ready, &done);
    if (cdd_service_exec_finish(test->service, await(&done), &exit_code, &error))
        g_assert_true(exit_code == 126 || exit_code == 127);
    else
        g_assert_true(error->domain == CDD_ERROR);
    g_test_message("exit code %" G_GINT64_FORMAT ", %s", exit_code,
                   error == NULL ? "no error" : error->message);
    end_container(test, id);
}

static void
test_bad_processes_are_refused(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    CddExecSpec nothing = {.command = (const char *const[]){NULL}};
    CddExecSpec something = {.command = (const char *const[]){"true", NULL}};
    g_autoptr(GAsyncResult) refused = NULL;
    g_autoptr(GAsyncResult) missing = NULL;
    g_autoptr(GError) error = NULL;

    cdd_service_exec_async(test->service, "any", &nothing, NULL, NULL, NULL, await_ready, &refused);
    g_assert_false(cdd_service_exec_finish(test->service, await(&refused), NULL, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_clear_error(&error);
    cdd_service_exec_async(test->service, "cdd-no-such-container", &something, NULL, NULL, NULL,
                           await_ready, &missing);
    g_assert_false(cdd_service_exec_finish(test->service, await(&missing), NULL, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_NOT_FOUND);
}

/* Writes text to a process. */
static void
say(GOutputStream *to, const char *text)
{
    g_autoptr(GAsyncResult) done = NULL;
    GError *error = NULL;

    g_output_stream_write_all_async(to, text, strlen(text), G_PRIORITY_DEFAULT, NULL, await_ready,
                                    &done);
    g_output_stream_write_all_finish(to, await(&done), NULL, &error);
    g_assert_no_error(error);
}

static void
hear(Output *output, const char *text)
{
    while (strstr(output->out->str, text) == NULL)
        g_main_context_iteration(NULL, TRUE);
}

static void
test_a_conversation_goes_both_ways(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *id = begin_container(test, "sleep 60");
    const char *script = "while read word; do echo \"heard $word\"; done; echo the end; exit 5";
    CddExecSpec spec = {.command = (const char *const[]){"sh", "-c", script, NULL},
                        .attach_stdin = TRUE};
    g_autoptr(GAsyncResult) started = NULL;
    g_autoptr(GAsyncResult) read = NULL;
    g_autoptr(GAsyncResult) closed = NULL;
    g_autoptr(GAsyncResult) inspected = NULL;
    g_autoptr(CddAttachment) attachment = NULL;
    g_autoptr(CddExecInfo) info = NULL;
    g_auto(Output) output = {NULL};
    CddOutputHandler handler;
    GOutputStream *input;
    GError *error = NULL;

    output_init(&output);
    handler = output_handler(&output);
    cdd_service_start_exec_async(test->service, id, &spec, NULL, await_ready, &started);
    attachment = cdd_service_start_exec_finish(test->service, await(&started), &error);
    g_assert_no_error(error);
    cdd_attachment_read_output_async(attachment, &handler, NULL, await_ready, &read);
    input = cdd_attachment_get_stdin(attachment);
    say(input, "one\n");
    hear(&output, "heard one\n");
    say(input, "two\n");
    hear(&output, "heard two\n");
    g_output_stream_close_async(input, G_PRIORITY_DEFAULT, NULL, await_ready, &closed);
    g_assert_true(g_output_stream_close_finish(input, await(&closed), NULL));
    cdd_attachment_read_output_finish(attachment, await(&read), &error);
    g_assert_no_error(error);
    g_assert_cmpstr(output.out->str, ==, "heard one\nheard two\nthe end\n");

    cdd_service_inspect_exec_async(test->service, cdd_attachment_get_id(attachment), NULL,
                                   await_ready, &inspected);
    info = cdd_service_inspect_exec_finish(test->service, await(&inspected), &error);
    g_assert_no_error(error);
    g_assert_true(info->has_exited && !info->running);
    g_assert_cmpint(info->exit_code, ==, 5);
    g_assert_cmpstr(info->container_id, ==, id);
    end_container(test, id);
}

static void
test_a_terminal_has_a_size_and_one_output(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *id = begin_container(test, "sleep 60");
    const char *script = "test -t 0 && test -t 1 && echo terminal >&2; read go; stty size";
    CddExecSpec spec = {.command = (const char *const[]){"sh", "-c", script, NULL},
                        .tty = TRUE,
                        .attach_stdin = TRUE};
    g_autoptr(GAsyncResult) started = NULL;
    g_autoptr(GAsyncResult) read = NULL;
    g_autoptr(GAsyncResult) resized = NULL;
    g_autoptr(CddAttachment) attachment = NULL;
    g_auto(Output) output = {NULL};
    CddOutputHandler handler;
    GError *error = NULL;

    output_init(&output);
    handler = output_handler(&output);
    cdd_service_start_exec_async(test->service, id, &spec, NULL, await_ready, &started);
    attachment = cdd_service_start_exec_finish(test->service, await(&started), &error);
    g_assert_no_error(error);
    cdd_attachment_read_output_async(attachment, &handler, NULL, await_ready, &read);
    hear(&output, "terminal\r\n");
    cdd_service_resize_exec_async(test->service, cdd_attachment_get_id(attachment), 132, 43, NULL,
                                  await_ready, &resized);
    cdd_service_resize_exec_finish(test->service, await(&resized), &error);
    g_assert_no_error(error);
    say(cdd_attachment_get_stdin(attachment), "\n");
    cdd_attachment_read_output_finish(attachment, await(&read), &error);
    g_assert_no_error(error);
    g_assert_nonnull(strstr(output.out->str, "43 132\r\n"));
    g_assert_cmpuint(output.err->len, ==, 0);
    end_container(test, id);
}

static void
test_a_container_is_attached_to_and_fed(EngineTest *test, gconstpointer data G_GNUC_UNUSED)
{
    CddContainerSpec spec = {.image = test->image,
                             .command = (const char *const[]){"sh", "-c", "wc -c; echo done", NULL},
                             .open_stdin = TRUE};
    g_autoptr(GAsyncResult) created = NULL;
    g_autoptr(GAsyncResult) attached = NULL;
    g_autoptr(GAsyncResult) started = NULL;
    g_autoptr(GAsyncResult) read = NULL;
    g_autoptr(GAsyncResult) closed = NULL;
    g_autoptr(GAsyncResult) waited = NULL;
    g_autoptr(GAsyncResult) removed = NULL;
    g_autoptr(CddAttachment) attachment = NULL;
    g_autofree char *id = NULL;
    g_auto(Output) output = {NULL};
    CddOutputHandler handler;
    GError *error = NULL;
    gint64 exit_code = -1;

    output_init(&output);
    handler = output_handler(&output);
    cdd_service_create_container_async(test->service, &spec, NULL, await_ready, &created);
    id = cdd_service_create_container_finish(test->service, await(&created), &error);
    g_assert_no_error(error);
    cdd_service_attach_container_async(test->service, id, TRUE, NULL, await_ready, &attached);
    attachment = cdd_service_attach_container_finish(test->service, await(&attached), &error);
    g_assert_no_error(error);
    cdd_attachment_read_output_async(attachment, &handler, NULL, await_ready, &read);
    cdd_service_start_container_async(test->service, id, NULL, await_ready, &started);
    cdd_service_start_container_finish(test->service, await(&started), &error);
    g_assert_no_error(error);
    say(cdd_attachment_get_stdin(attachment), "hello");
    g_output_stream_close_async(cdd_attachment_get_stdin(attachment), G_PRIORITY_DEFAULT, NULL,
                                await_ready, &closed);
    await(&closed);
    cdd_attachment_read_output_finish(attachment, await(&read), &error);
    g_assert_no_error(error);
    g_assert_cmpstr(output.out->str, ==, "5\ndone\n");
    cdd_service_wait_container_async(test->service, id, CDD_WAIT_NOT_RUNNING, NULL, await_ready,
                                     &waited);
    cdd_service_wait_container_finish(test->service, await(&waited), &exit_code, &error);
    g_assert_no_error(error);
    g_assert_cmpint(exit_code, ==, 0);
    cdd_service_remove_container_async(test->service, id, CDD_REMOVE_NONE, NULL, await_ready,
                                       &removed);
    cdd_service_remove_container_finish(test->service, await(&removed), &error);
    g_assert_no_error(error);
}

typedef struct {
    GChecksum *sum;
    guint64 length;
} Flood;

static void
on_flood(const void *data, gsize length, gpointer user_data)
{
    Flood *flood = user_data;

    g_checksum_update(flood->sum, data, (gssize)length);
    flood->length += length;
    /* A frame has at most 16 KiB, so with this pause 1 GiB takes at least 10 s. */
    g_usleep(100);
}

static guint64
peak_memory(void)
{
    g_autofree char *status = NULL;
    const char *peak;

    g_assert_true(g_file_get_contents("/proc/self/status", &status, NULL, NULL));
    peak = strstr(status, "VmHWM:");
    return g_ascii_strtoull(peak + strlen("VmHWM:"), NULL, 10) * 1024;
}

/* 1 GiB through attach to a slow handler: no byte is lost, and memory is bounded. */
static void
test_a_slow_handler_gets_every_byte_in_bounded_memory(EngineTest *test,
                                                      gconstpointer data G_GNUC_UNUSED)
{
    const char *script = "head -c 1073741824 /dev/zero | tr '\\0' 'x'";
    CddContainerSpec spec = {.image = test->image,
                             .command = (const char *const[]){"sh", "-c", script, NULL}};
    Flood flood = {.sum = g_checksum_new(G_CHECKSUM_SHA256)};
    CddOutputHandler handler = {.on_stdout = on_flood, .user_data = &flood};
    g_autoptr(GChecksum) expected = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree guchar *block = g_malloc(1024 * 1024);
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddContainerResult) result = NULL;
    guint64 before = peak_memory();
    GError *error = NULL;

    cdd_service_run_container_async(test->service, &spec, &handler, NULL, await_ready, &done);
    result = cdd_service_run_container_finish(test->service, await(&done), &error);
    g_assert_no_error(error);
    g_assert_cmpint(result->exit_code, ==, 0);
    g_assert_cmpuint(flood.length, ==, 1073741824);
    memset(block, 'x', 1024 * 1024);
    for (int i = 0; i < 1024; i++)
        g_checksum_update(expected, block, 1024 * 1024);
    g_assert_cmpstr(g_checksum_get_string(flood.sum), ==, g_checksum_get_string(expected));
    g_test_message("peak memory grew by %" G_GUINT64_FORMAT " KiB",
                   (peak_memory() - before) / 1024);
    /* The sanitizer keeps freed memory for a while, so the limit is generous. */
    g_assert_cmpuint(peak_memory() - before, <, 200 * 1024 * 1024);
    g_checksum_free(flood.sum);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ENGINE_TEST("/exec/output-and-exit-code-are-kept-apart",
                test_output_and_exit_code_of_a_process_are_kept_apart);
    ENGINE_TEST("/exec/a-process-reads-its-input-to-the-end",
                test_a_process_reads_its_input_to_the_end);
    ENGINE_TEST("/exec/a-process-need-not-take-its-input", test_a_process_need_not_take_its_input);
    ENGINE_TEST("/exec/what-cannot-be-run-is-an-exit-code-or-an-error",
                test_what_cannot_be_run_is_an_exit_code_or_an_error);
    ENGINE_TEST("/exec/bad-processes-are-refused", test_bad_processes_are_refused);
    ENGINE_TEST("/exec/a-conversation-goes-both-ways", test_a_conversation_goes_both_ways);
    ENGINE_TEST("/exec/a-terminal-has-a-size-and-one-output",
                test_a_terminal_has_a_size_and_one_output);
    ENGINE_TEST("/attach/a-container-is-attached-to-and-fed",
                test_a_container_is_attached_to_and_fed);
    ENGINE_TEST("/attach/a-slow-handler-gets-every-byte-in-bounded-memory",
                test_a_slow_handler_gets_every_byte_in_bounded_memory);
    return g_test_run();
}

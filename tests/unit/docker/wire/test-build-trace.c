/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the events of a handler for the output of both builders. */
#include "wire/build-trace.h"
#include "wire/classic-trace.h"
#include "wire/message.h"
#include "wire/proto/build-trace.pb-c.h"

#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

static void
on_stdout(const void *data, gsize length, gpointer user_data)
{
    g_string_append_printf(user_data, "out %.*s|", (int)length, (const char *)data);
}

static void
on_stderr(const void *data, gsize length, gpointer user_data)
{
    g_string_append_printf(user_data, "err %.*s|", (int)length, (const char *)data);
}

static void
on_progress(const CddBuildProgress *progress, gpointer user_data)
{
    static const char *const states[] = {"working", "started", "cached",
                                         "done",    "failed",  "warning"};

    g_string_append_printf(user_data, "%s", states[progress->state]);
    if (progress->total_steps > 0)
        g_string_append_printf(user_data, " %u/%u", progress->current_step, progress->total_steps);
    if (progress->stage != NULL)
        g_string_append_printf(user_data, " of %s:", progress->stage);
    if (progress->current > 0)
        g_string_append_printf(user_data, " %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT,
                               progress->current, progress->total);
    g_string_append_printf(user_data, " %s", progress->message);
    if (progress->duration > 0 && progress->duration % 1000 != 0)
        g_string_append_printf(user_data, " in %" G_GINT64_FORMAT " ms", progress->duration);
    g_string_append_c(user_data, '|');
}

static CddOutputHandler
handler_for(GString *events)
{
    return (CddOutputHandler){.on_stdout = on_stdout,
                              .on_stderr = on_stderr,
                              .on_progress = on_progress,
                              .user_data = events};
}

static void
feed(CddBuildTrace *trace, Cdd__StatusResponse *report, GString *events)
{
    const CddOutputHandler handler = handler_for(events);
    g_autoptr(GBytes) bytes = cdd_message_pack(&report->base);
    gsize length;
    const guint8 *data = g_bytes_get_data(bytes, &length);
    g_autofree char *text = g_base64_encode(data, length);
    g_autoptr(GError) error = NULL;

    g_assert_true(cdd_build_trace_feed(trace, text, &handler, &error));
    g_assert_no_error(error);
}

static void
feed_vertex(CddBuildTrace *trace, Cdd__Vertex *vertex, GString *events)
{
    Cdd__StatusResponse report = CDD__STATUS_RESPONSE__INIT;

    report.n_vertexes = 1;
    report.vertexes = &vertex;
    feed(trace, &report, events);
}

static void
feed_log(CddBuildTrace *trace, const char *digest, int stream, const char *text, GString *events)
{
    Cdd__StatusResponse report = CDD__STATUS_RESPONSE__INIT;
    Cdd__VertexLog log = CDD__VERTEX_LOG__INIT;
    Cdd__VertexLog *logs = &log;

    log.vertex = (char *)digest;
    log.stream = stream;
    log.msg.data = (guint8 *)text;
    log.msg.len = strlen(text);
    report.n_logs = 1;
    report.logs = &logs;
    feed(trace, &report, events);
}

static Cdd__Vertex
make_vertex(const char *digest, const char *name)
{
    Cdd__Vertex vertex = CDD__VERTEX__INIT;

    vertex.digest = (char *)digest;
    vertex.name = (char *)name;
    return vertex;
}

/* BuildKit repeats its reports; the handler gets the start and the end of a step once. */
static void
test_life_of_a_step(void)
{
    g_autoptr(CddBuildTrace) trace = cdd_build_trace_new();
    g_autoptr(GString) events = g_string_new(NULL);
    Cdd__Timestamp start = CDD__TIMESTAMP__INIT;
    Cdd__Timestamp end = CDD__TIMESTAMP__INIT;
    Cdd__Vertex vertex = make_vertex("sha256:a", "[stage 2/7] RUN make");

    start.seconds = 1700000000;
    start.nanos = 999999000;
    end.seconds = 1700000002;
    end.nanos = 1499000;
    feed_vertex(trace, &vertex, events);
    g_assert_cmpstr(events->str, ==, "");
    vertex.started = &start;
    feed_vertex(trace, &vertex, events);
    feed_vertex(trace, &vertex, events);
    feed_log(trace, "sha256:a", 1, "to out", events);
    feed_log(trace, "sha256:a", 2, "to err", events);
    vertex.completed = &end;
    feed_vertex(trace, &vertex, events);
    feed_vertex(trace, &vertex, events);
    g_assert_cmpstr(events->str, ==,
                    "started 2/7 of stage: RUN make|out to out|err to err|"
                    "done 2/7 of stage: RUN make in 1001 ms|");
    g_assert_null(cdd_build_trace_dup_failure(trace));
}

static void
test_cached_and_failed(void)
{
    g_autoptr(CddBuildTrace) trace = cdd_build_trace_new();
    g_autoptr(GString) events = g_string_new(NULL);
    Cdd__Timestamp time = CDD__TIMESTAMP__INIT;
    Cdd__Vertex cached = make_vertex("sha256:a", "[1/2] FROM x");
    Cdd__Vertex failed = make_vertex("sha256:b", "[2/2] RUN \033[31mfalse");
    Cdd__Vertex late = make_vertex("sha256:c", "exporting");
    g_autofree char *failure = NULL;

    time.seconds = 1;
    cached.cached = TRUE;
    feed_vertex(trace, &cached, events);
    failed.started = &time;
    feed_vertex(trace, &failed, events);
    feed_log(trace, "sha256:b", 1, "the \033[1mreason\n", events);
    g_string_truncate(events, 0);
    failed.completed = &time;
    failed.error = (char *)"exit code: 1";
    feed_vertex(trace, &failed, events);
    late.completed = &time;
    late.error = (char *)"cancelled";
    feed_vertex(trace, &late, events);
    g_assert_cmpstr(events->str, ==, "failed 2/2 RUN  [31mfalse|failed exporting|");
    failure = cdd_build_trace_dup_failure(trace);
    g_assert_cmpstr(failure, ==, "[2/2] RUN  [31mfalse\nthe  [1mreason");
}

static void
test_numbers_in_names(void)
{
    const struct {
        const char *name;
        const char *event;
    } cases[] = {
        {"[2/7] RUN make", "started 2/7 RUN make|"},
        {"[linux/arm64 stage 12/17] RUN x", "started 12/17 of linux/arm64 stage: RUN x|"},
        {"[internal] load metadata", "started [internal] load metadata|"},
        {"[a/b] x", "started [a/b] x|"},
        {"[/] x", "started [/] x|"},
        {"[1/] x", "started [1/] x|"},
        {"[1/2/3] x", "started [1/2/3] x|"},
        {"[99999999999999999999/1] x", "started [99999999999999999999/1] x|"},
        {"[1/2", "started [1/2|"},
        {"1/2] x", "started 1/2] x|"},
        {"[] x", "started [] x|"},
        {"[1]2 x", "started [1]2 x|"},
        {"", "started |"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(CddBuildTrace) trace = cdd_build_trace_new();
        g_autoptr(GString) events = g_string_new(NULL);
        Cdd__Timestamp time = CDD__TIMESTAMP__INIT;
        Cdd__Vertex vertex = make_vertex("sha256:a", cases[i].name);

        vertex.started = &time;
        feed_vertex(trace, &vertex, events);
        g_assert_cmpstr(events->str, ==, cases[i].event);
    }
}

static void
test_statuses_and_warnings(void)
{
    g_autoptr(CddBuildTrace) trace = cdd_build_trace_new();
    g_autoptr(GString) events = g_string_new(NULL);
    Cdd__StatusResponse report = CDD__STATUS_RESPONSE__INIT;
    Cdd__VertexStatus status = CDD__VERTEX_STATUS__INIT;
    Cdd__VertexStatus *statuses = &status;
    Cdd__VertexWarning warning = CDD__VERTEX_WARNING__INIT;
    Cdd__VertexWarning *warnings = &warning;

    status.id = (char *)"transferring context:";
    status.vertex = (char *)"sha256:unknown";
    status.current = 30;
    status.total = -5;
    warning.short_text.data = (guint8 *)"beware\n";
    warning.short_text.len = 7;
    report.n_statuses = 1;
    report.statuses = &statuses;
    report.n_warnings = 1;
    report.warnings = &warnings;
    feed(trace, &report, events);
    g_assert_cmpstr(events->str, ==, "working 30 of 0 transferring context:|warning beware|");
}

static void
test_what_is_none(void)
{
    g_autoptr(CddBuildTrace) trace = cdd_build_trace_new();
    g_autoptr(GString) events = g_string_new(NULL);
    const CddOutputHandler handler = handler_for(events);
    g_autoptr(GError) error = NULL;

    g_assert_false(cdd_build_trace_feed(trace, "////", &handler, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_PROTOCOL);
    g_assert_true(cdd_build_trace_feed(trace, "", &handler, NULL));
    g_assert_cmpstr(events->str, ==, "");
}

static void
test_classic(void)
{
    const struct {
        const char *lines[6];
        gboolean ok;
        const char *events;
        const char *tail;
    } cases[] = {
        {{"Step 1/2 : FROM x\n", " ---> 0123\n", "Step 2/2 : RUN make\n", "made\n"},
         TRUE,
         "started 1/2 FROM x|out Step 1/2 : FROM x\n|out  ---> 0123\n|done 1/2 FROM x|"
         "started 2/2 RUN make|out Step 2/2 : RUN make\n|out made\n|done 2/2 RUN make|",
         "made"},
        {{"STEP 1/1: RUN x\n", "--> Using cache 0123\n"},
         TRUE,
         "started 1/1 RUN x|out STEP 1/1: RUN x\n|out --> Using cache 0123\n|cached 1/1 RUN x|",
         "--> Using cache 0123"},
        {{"Step 3/8 : RUN false\n", " ---> Using cache\n", "Step 4/8 : RUN false\n", "why\n"},
         FALSE,
         "started 3/8 RUN false|out Step 3/8 : RUN false\n|out  ---> Using cache\n|"
         "cached 3/8 RUN false|started 4/8 RUN false|out Step 4/8 : RUN false\n|out why\n|"
         "failed 4/8 RUN false|",
         "why"},
        {{"Step 1 : FROM x\n", "Step 1/x : y\n", "Step 999999/1 : y\n"},
         TRUE,
         "out Step 1 : FROM x\n|out Step 1/x : y\n|out Step 999999/1 : y\n|",
         "Step 1 : FROM x\nStep 1/x : y\nStep 999999/1 : y"},
        /* The output of a step does not begin another step. */
        {{"Step 1/2 : RUN x\n", "Step 7/9 : y\n", "Step 2/9 : y\n", "Step 2/2 : z\n"},
         TRUE,
         "started 1/2 RUN x|out Step 1/2 : RUN x\n|out Step 7/9 : y\n|out Step 2/9 : y\n|"
         "done 1/2 RUN x|started 2/2 z|out Step 2/2 : z\n|done 2/2 z|",
         NULL},
        {{NULL}, TRUE, "", NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(CddClassicTrace) trace = cdd_classic_trace_new();
        g_autoptr(GString) events = g_string_new(NULL);
        const CddOutputHandler handler = handler_for(events);
        g_autofree char *tail = NULL;

        for (gsize j = 0; cases[i].lines[j] != NULL; j++)
            cdd_classic_trace_feed(trace, cases[i].lines[j], &handler);
        cdd_classic_trace_end(trace, cases[i].ok, &handler);
        tail = cdd_classic_trace_dup_tail(trace);
        g_assert_cmpstr(tail, ==, cases[i].tail);
        g_assert_cmpstr(events->str, ==, cases[i].events);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/build-trace/life-of-a-step", test_life_of_a_step);
    g_test_add_func("/build-trace/cached-and-failed", test_cached_and_failed);
    g_test_add_func("/build-trace/numbers-in-names", test_numbers_in_names);
    g_test_add_func("/build-trace/statuses-and-warnings", test_statuses_and_warnings);
    g_test_add_func("/build-trace/what-is-none", test_what_is_none);
    g_test_add_func("/build-trace/classic", test_classic);
    return g_test_run();
}

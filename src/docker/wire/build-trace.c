/* SPDX-License-Identifier: Apache-2.0 */
#include "build-trace.h"

#include "../value/text.h"
#include "message.h"
#include "wire/proto/build-trace.pb-c.h"

#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

enum {
    MAX_NAME_LENGTH = 1024,
    TAIL_LENGTH = 4096,
    /* The maximum number of steps; further steps are ignored. */
    MAX_STEPS = 100000,
    MAX_STEP_NUMBER = 100000,
    /* The number of standard error in a log. */
    STREAM_STDERR = 2,
};

typedef struct {
    char *name;   /* BuildKit's name */
    char *stage;  /* NULL if the name has none */
    char *action; /* the name without its number */
    guint number; /* 0 if the name has none */
    guint total;
    gboolean started;
    gboolean ended;
    GString *tail; /* the end of its output; NULL before any */
} Step;

struct _CddBuildTrace {
    GHashTable *steps;  /* digest -> Step */
    const Step *failed; /* the first one */
};

static void
step_free(gpointer data)
{
    Step *step = data;

    g_free(step->name);
    g_free(step->stage);
    g_free(step->action);
    if (step->tail != NULL)
        g_string_free(step->tail, TRUE);
    g_free(step);
}

CddBuildTrace *
cdd_build_trace_new(void)
{
    CddBuildTrace *self = g_new0(CddBuildTrace, 1);

    self->steps = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, step_free);
    return self;
}

void
cdd_build_trace_free(CddBuildTrace *self)
{
    g_hash_table_unref(self->steps);
    g_free(self);
}

/* Returns the start of the number in "[linux/arm64 stage 2/7] RUN make", or NULL. */
static const char *
parse_number(const char *name, guint *number, guint *total)
{
    const char *close = *name == '[' ? strchr(name, ']') : NULL;
    const char *start = close;
    char *end;
    guint64 first;
    guint64 second;

    while (start != NULL && start > name + 1 && (g_ascii_isdigit(start[-1]) || start[-1] == '/'))
        start--;
    if (start == NULL || start == close)
        return NULL;
    first = g_ascii_strtoull(start, &end, 10);
    if (end == start || *end != '/' || !g_ascii_isdigit(end[1]))
        return NULL;
    second = g_ascii_strtoull(end + 1, &end, 10);
    if (end != close || first > MAX_STEP_NUMBER || second > MAX_STEP_NUMBER)
        return NULL;
    *number = (guint)first;
    *total = (guint)second;
    return start;
}

static void
set_name(Step *step, char *name)
{
    const char *start = parse_number(name, &step->number, &step->total);

    step->name = name;
    if (start == NULL) {
        step->action = g_strdup(name);
        return;
    }
    step->action = g_strchug(g_strdup(strchr(start, ']') + 1));
    if (start > name + 1)
        step->stage = g_strchomp(g_strndup(name + 1, (gsize)(start - name - 1)));
}

static char *
clean(const char *text)
{
    return cdd_text_clean(text, strlen(text), MAX_NAME_LENGTH, CDD_TEXT_ONE_LINE);
}

/* Returns NULL if there are too many steps. */
static Step *
get_step(CddBuildTrace *self, const char *digest)
{
    Step *step = g_hash_table_lookup(self->steps, digest);

    if (step != NULL || g_hash_table_size(self->steps) >= MAX_STEPS)
        return step;
    step = g_new0(Step, 1);
    g_hash_table_insert(self->steps, g_strdup(digest), step);
    return step;
}

static gint64
to_microseconds(const Cdd__Timestamp *time)
{
    return time->seconds * G_USEC_PER_SEC + time->nanos / 1000;
}

static void
call_handler(const CddOutputHandler *handler, const CddBuildProgress *progress)
{
    if (handler->on_progress != NULL)
        handler->on_progress(progress, handler->user_data);
}

static CddBuildStepState
end_of(const Cdd__Vertex *vertex)
{
    if (*vertex->error != '\0')
        return CDD_BUILD_STEP_FAILED;
    return vertex->cached ? CDD_BUILD_STEP_CACHED : CDD_BUILD_STEP_DONE;
}

static void
take_vertex(CddBuildTrace *self, const Cdd__Vertex *vertex, const CddOutputHandler *handler)
{
    Step *step = get_step(self, vertex->digest);
    CddBuildProgress progress = {.id = vertex->digest};

    if (step == NULL)
        return;
    if (step->name == NULL)
        set_name(step, clean(vertex->name));
    progress.stage = step->stage;
    progress.message = step->action;
    progress.current_step = step->number;
    progress.total_steps = step->total;
    if (vertex->started != NULL && !step->started) {
        step->started = TRUE;
        progress.state = CDD_BUILD_STEP_STARTED;
        call_handler(handler, &progress);
    }
    if ((vertex->completed == NULL && !vertex->cached) || step->ended)
        return;
    step->ended = TRUE;
    progress.state = end_of(vertex);
    if (vertex->started != NULL && vertex->completed != NULL)
        progress.duration =
            MAX(to_microseconds(vertex->completed) - to_microseconds(vertex->started), 0) / 1000;
    if (progress.state == CDD_BUILD_STEP_FAILED && self->failed == NULL)
        self->failed = step;
    call_handler(handler, &progress);
}

static void
take_status(CddBuildTrace *self, const Cdd__VertexStatus *status, const CddOutputHandler *handler)
{
    const Step *step = g_hash_table_lookup(self->steps, status->vertex);
    g_autofree char *name = clean(*status->name != '\0' ? status->name : status->id);
    CddBuildProgress progress = {
        .message = name,
        .id = status->id,
        .current = (guint64)MAX(status->current, 0),
        .total = (guint64)MAX(status->total, 0),
    };

    if (step != NULL) {
        progress.current_step = step->number;
        progress.total_steps = step->total;
    }
    call_handler(handler, &progress);
}

static void
take_log(CddBuildTrace *self, const Cdd__VertexLog *log, const CddOutputHandler *handler)
{
    Step *step = g_hash_table_lookup(self->steps, log->vertex);

    if (log->msg.len == 0)
        return;
    if (step != NULL) {
        if (step->tail == NULL)
            step->tail = g_string_new(NULL);
        cdd_text_tail_append(step->tail, log->msg.data, log->msg.len, TAIL_LENGTH);
    }
    if (log->stream == STREAM_STDERR && handler->on_stderr != NULL)
        handler->on_stderr(log->msg.data, log->msg.len, handler->user_data);
    else if (log->stream != STREAM_STDERR && handler->on_stdout != NULL)
        handler->on_stdout(log->msg.data, log->msg.len, handler->user_data);
}

static void
take_warning(const Cdd__VertexWarning *warning, const CddOutputHandler *handler)
{
    g_autofree char *text = NULL;

    /* protobuf-c leaves the pointer to empty bytes NULL. */
    if (warning->short_text.len == 0)
        return;
    text = cdd_text_clean((const char *)warning->short_text.data, warning->short_text.len,
                          MAX_NAME_LENGTH, CDD_TEXT_ONE_LINE);
    call_handler(handler, &(CddBuildProgress){.message = text, .state = CDD_BUILD_STEP_WARNING});
}

static void
take_report(CddBuildTrace *self, const Cdd__StatusResponse *report, const CddOutputHandler *handler)
{
    for (gsize i = 0; i < report->n_vertexes; i++)
        take_vertex(self, report->vertexes[i], handler);
    for (gsize i = 0; i < report->n_statuses; i++)
        take_status(self, report->statuses[i], handler);
    for (gsize i = 0; i < report->n_logs; i++)
        take_log(self, report->logs[i], handler);
    for (gsize i = 0; i < report->n_warnings; i++)
        take_warning(report->warnings[i], handler);
}

gboolean
cdd_build_trace_feed(CddBuildTrace *self,
                     const char *base64,
                     const CddOutputHandler *handler,
                     GError **error)
{
    gsize length = 0;
    g_autofree guint8 *data = g_base64_decode(base64, &length);
    Cdd__StatusResponse *report =
        cdd_message_unpack(&cdd__status_response__descriptor, data, length);

    if (report == NULL) {
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_PROTOCOL,
                            "a report in the engine's build progress is not a BuildKit message");
        return FALSE;
    }
    take_report(self, report, handler);
    cdd_message_free(report);
    return TRUE;
}

char *
cdd_build_trace_dup_failure(CddBuildTrace *self)
{
    g_autofree char *tail = NULL;

    if (self->failed == NULL || self->failed->tail == NULL)
        return NULL;
    tail = cdd_text_tail_clean(self->failed->tail, TAIL_LENGTH);
    return g_strdup_printf("%s\n%s", self->failed->name, g_strchomp(tail));
}

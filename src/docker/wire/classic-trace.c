/* SPDX-License-Identifier: Apache-2.0 */
#include "classic-trace.h"

#include "../value/text.h"

#include <string.h>

/* The start of a step's line, in Docker's or Podman's case. */
#define STEP "step "
/* Docker's and Podman's lines for a cached step. */
#define DOCKER_CACHED " ---> Using cache"
#define PODMAN_CACHED "--> Using cache"
enum {
    MAX_STEPS = 100000,
    TAIL_LENGTH = 4096,
    MAX_MESSAGE_LENGTH = 1024,
};

struct _CddClassicTrace {
    char *message; /* of the current step; NULL if there is none */
    guint number;
    guint total;
    gint64 start;
    gboolean cached;
    GString *tail;
};

CddClassicTrace *
cdd_classic_trace_new(void)
{
    CddClassicTrace *self = g_new0(CddClassicTrace, 1);

    self->tail = g_string_new(NULL);
    return self;
}

void
cdd_classic_trace_free(CddClassicTrace *self)
{
    g_free(self->message);
    g_string_free(self->tail, TRUE);
    g_free(self);
}

/* Returns the text after the number; NULL if there is no number or it is out of range. */
static const char *
take_number(const char *text, guint *number)
{
    char *end;
    guint64 value = g_ascii_strtoull(text, &end, 10);

    *number = (guint)MIN(value, MAX_STEPS);
    return end == text || value > MAX_STEPS ? NULL : end;
}

/* Returns the step's instruction; NULL if the text does not begin a step. */
static const char *
parse_step(const char *text, guint *number, guint *total)
{
    const char *at = NULL;

    if (g_ascii_strncasecmp(text, STEP, strlen(STEP)) == 0)
        at = take_number(text + strlen(STEP), number);
    if (at == NULL || *at != '/')
        return NULL;
    at = take_number(at + 1, total);
    return at != NULL ? at + strspn(at, " :") : NULL;
}

static void
report_step(const CddClassicTrace *self, CddBuildStepState state, const CddOutputHandler *handler)
{
    const CddBuildProgress progress = {
        .current_step = self->number,
        .total_steps = self->total,
        .message = self->message,
        .state = state,
        .duration =
            state == CDD_BUILD_STEP_STARTED ? 0 : (g_get_monotonic_time() - self->start) / 1000,
    };

    if (handler->on_progress != NULL)
        handler->on_progress(&progress, handler->user_data);
}

void
cdd_classic_trace_end(CddClassicTrace *self, gboolean ok, const CddOutputHandler *handler)
{
    if (self->message == NULL)
        return;
    if (!ok)
        report_step(self, CDD_BUILD_STEP_FAILED, handler);
    else
        report_step(self, self->cached ? CDD_BUILD_STEP_CACHED : CDD_BUILD_STEP_DONE, handler);
    g_clear_pointer(&self->message, g_free);
}

/* The output of a step may look like the start of another step. */
static gboolean
is_next(const CddClassicTrace *self, guint number, guint total)
{
    return self->total == 0 || (number == self->number + 1 && total == self->total);
}

void
cdd_classic_trace_feed(CddClassicTrace *self, const char *text, const CddOutputHandler *handler)
{
    guint number = 0;
    guint total = 0;
    const char *message = parse_step(text, &number, &total);

    if (message != NULL && is_next(self, number, total)) {
        cdd_classic_trace_end(self, TRUE, handler);
        self->message =
            cdd_text_clean(message, strlen(message), MAX_MESSAGE_LENGTH, CDD_TEXT_ONE_LINE);
        g_strchomp(self->message);
        self->number = number;
        self->total = total;
        self->start = g_get_monotonic_time();
        self->cached = FALSE;
        g_string_truncate(self->tail, 0);
        report_step(self, CDD_BUILD_STEP_STARTED, handler);
    } else {
        if (g_str_has_prefix(text, DOCKER_CACHED) || g_str_has_prefix(text, PODMAN_CACHED))
            self->cached = TRUE;
        cdd_text_tail_append(self->tail, text, strlen(text), TAIL_LENGTH);
    }
    if (handler->on_stdout != NULL)
        handler->on_stdout(text, strlen(text), handler->user_data);
}

char *
cdd_classic_trace_dup_tail(CddClassicTrace *self)
{
    g_autofree char *tail = cdd_text_tail_clean(self->tail, TAIL_LENGTH);

    g_strchomp(tail);
    return *tail == '\0' ? NULL : g_steal_pointer(&tail);
}

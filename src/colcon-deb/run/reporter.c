/* SPDX-License-Identifier: Apache-2.0 */
#include "reporter.h"

#include "../base/clock.h"
#include "../events/event-fields.h"
#include "../events/host-event.h"

#include <stdarg.h>

void
reporter_init(Reporter *self, const RunRequest *request, RunState *state)
{
    *self = (Reporter){
        .request = request,
        .state = state,
        .started = g_get_real_time(),
        .started_clock = clock_now(),
    };
}

gint64
reporter_get_duration(const Reporter *self)
{
    return clock_now() - self->started_clock;
}

void
reporter_emit_at(Reporter *self, const CddBuildEvent *event, gint64 timestamp)
{
    View *view = self->request->view;

    run_state_apply(self->state, event, clock_now());
    if (self->record != NULL && !self->unchanged)
        run_record_event(self->record, self->state, event, timestamp);
    if (view != NULL)
        view->on_event(view, self->state, event, timestamp);
}

void
reporter_emit(const CddBuildEvent *event, gpointer self)
{
    reporter_emit_at(self, event, clock_timestamp());
}

void
reporter_emit_own(Reporter *self, CddBuildEvent *event)
{
    reporter_emit(event, self);
    cdd_build_event_free(event);
}

void
reporter_say(Reporter *self, const char *level, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    reporter_emit_own(self, host_event_log(level, message));
}

void
reporter_say_plain(const char *level, const char *message, gpointer self)
{
    reporter_say(self, level, "%s", message);
}

static RunSummary
summarise(const Reporter *self)
{
    const Engine *engine = self->engine;

    return (RunSummary){
        .workspace = self->request->config->colcon_repo,
        .ros_distro = engine != NULL ? engine->ros_distro : self->request->config->ros_distro,
        .image_reference = engine != NULL ? engine->image_reference : self->request->config->image,
        .image = engine != NULL ? engine->image : NULL,
        .engine = engine != NULL ? engine->info : NULL,
        .started = self->started,
        .duration = reporter_get_duration(self),
        .state = self->state,
    };
}

gboolean
reporter_begin(Reporter *self, GError **error)
{
    RunSummary summary = summarise(self);

    summary.running = TRUE;
    return self->record == NULL || run_record_begin(self->record, &summary, error);
}

/* The words of summary.json. */
static const char *
name_end(const GError *failure)
{
    if (failure == NULL)
        return "success";
    return g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? "interrupted" : "failed";
}

static CddBuildEvent *
make_last_event(const Reporter *self, const GError *failure)
{
    g_autofree char *ms = g_strdup_printf("%" G_GINT64_FORMAT, reporter_get_duration(self));
    g_autofree char *message = event_bounded(failure != NULL ? failure->message : NULL);

    return host_event_progress("run_complete", "state", name_end(failure), "ms", ms, "error",
                               message, NULL);
}

/* A build does not fail because its report cannot be written. A run that had nothing to do leaves
 * the report of the last build. */
static void
write_page(Reporter *self, const CddBuildEvent *last, gint64 timestamp)
{
    g_autoptr(GError) error = NULL;

    if (self->unchanged || !reporter_begin(self, &error))
        return;
    self->page = run_record_write_page(self->record, last, timestamp, &error);
    if (self->page == NULL)
        reporter_say(self, "warning", "there is no report of this build: %s", error->message);
}

/* The report is written before the last event, because that may have to be preceded by a warning.
 */
static void
announce_end(Reporter *self, const GError *failure)
{
    gint64 timestamp = clock_timestamp();
    CddBuildEvent *last = NULL;

    if (self->record == NULL)
        return;
    last = make_last_event(self, failure);
    write_page(self, last, timestamp);
    reporter_emit_at(self, last, timestamp);
    cdd_build_event_free(last);
}

static gboolean
close_record(Reporter *self, const GError *failure, GError **error)
{
    RunSummary summary = summarise(self);

    summary.success = failure == NULL;
    summary.interrupted = g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    summary.error = failure != NULL ? failure->message : NULL;
    return self->record == NULL || run_record_close(self->record, &summary, self->unchanged, error);
}

void
reporter_show_end(const Reporter *self, const GError *failure)
{
    View *view = self->request->view;

    if (view == NULL || self->request->mode != CDD_BUILD_MODE_BUILD)
        return;
    view->on_end(
        view, self->state,
        &(ViewEnd){.success = failure == NULL,
                   .interrupted = g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED),
                   .unchanged = self->unchanged,
                   .duration = reporter_get_duration(self),
                   .report = self->page});
}

gboolean
reporter_open(Reporter *self, GError **error)
{
    const Config *config = self->request->config;

    self->record = run_record_open(config, error);
    if (self->record == NULL)
        return FALSE;
    reporter_emit_own(self, host_event_progress("run", "workspace", config->colcon_repo, "version",
                                                PROGRAM_VERSION, NULL));
    return TRUE;
}

gboolean
reporter_end(Reporter *self, const GError *failure, GError **error)
{
    announce_end(self, failure);
    return close_record(self, failure, error);
}

void
reporter_clear(Reporter *self)
{
    g_clear_pointer(&self->record, run_record_free);
}

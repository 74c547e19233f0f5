/* SPDX-License-Identifier: Apache-2.0 */
#include "image-view-events.h"

#include "../base/clock.h"
#include "../base/text.h"
#include "../events/host-event.h"

enum {
    REPORT_INTERVAL = 500 /* milliseconds */
};

typedef struct {
    ImageView view;
    void (*on_event)(const CddBuildEvent *event, gpointer user_data);
    gpointer user_data;
    gint64 started; /* milliseconds; 0 before the first report */
    gint64 reported;
} EventsView;

static void
emit(const EventsView *self, CddBuildEvent *event)
{
    self->on_event(event, self->user_data);
    cdd_build_event_free(event);
}

/* @unit: NULL for items. */
static void
emit_message(
    const EventsView *self, guint64 current, guint64 total, const char *unit, const char *message)
{
    g_autofree char *done = g_strdup_printf("%" G_GUINT64_FORMAT, current);
    g_autofree char *all = g_strdup_printf("%" G_GUINT64_FORMAT, total);

    emit(self, host_event_progress("general", "current", done, "total", all, "message", message,
                                   "unit", unit, NULL));
}

static void
begin(EventsView *self)
{
    if (self->started != 0)
        return;
    self->started = clock_now();
    emit(self, host_event_progress("stage", "value", "image", NULL));
}

/* BuildKit's ids already end with a colon. */
static const char *
separator_after(const char *id)
{
    if (id == NULL)
        return "";
    return g_str_has_suffix(id, ":") ? " " : ": ";
}

/* An engine reports every few milliseconds: too often for a file. */
static void
on_moved(EventsView *self, const CddBuildProgress *progress)
{
    gint64 now = clock_now();
    g_autofree char *message = NULL;

    if (now - self->reported < REPORT_INTERVAL)
        return;
    self->reported = now;
    message = g_strdup_printf("%s%s%s", progress->id != NULL ? progress->id : "",
                              separator_after(progress->id), progress->message);
    emit_message(self, progress->current, progress->total, "bytes", message);
}

/* Reports a step that was done; a cached step is progress only. */
static void
on_step(const EventsView *self, const CddBuildProgress *progress)
{
    g_autofree char *label = image_view_label(progress);
    g_autofree char *duration = text_duration(progress->duration);
    g_autofree char *line = NULL;

    if (progress->state == CDD_BUILD_STEP_DONE && !g_str_has_prefix(label, "[internal]")) {
        line = g_strdup_printf("%s %s", label, duration);
        emit(self, host_event_log("info", line));
        return;
    }
    line = g_strconcat(label, progress->state == CDD_BUILD_STEP_CACHED ? " cached" : "", NULL);
    emit_message(self, progress->current_step, progress->total_steps, NULL, line);
}

static void
on_progress(ImageView *view, const CddBuildProgress *progress)
{
    EventsView *self = (EventsView *)view;

    begin(self);
    if (progress->state == CDD_BUILD_STEP_WORKING)
        on_moved(self, progress);
    else if (progress->state == CDD_BUILD_STEP_WARNING)
        emit(self, host_event_log("warning", progress->message));
    else
        on_step(self, progress);
}

/* As a message: a line of a step may look like an event. */
static void
on_line(ImageView *view, CddOutputStream stream, const char *line)
{
    EventsView *self = (EventsView *)view;

    begin(self);
    emit_message(self, 0, 0, NULL, line);
}

static void
on_end(ImageView *view, const ImageResult *result)
{
    const EventsView *self = (const EventsView *)view;
    g_autofree char *ms = g_strdup_printf("%" G_GINT64_FORMAT, clock_now() - self->started);

    if (self->started == 0)
        return;
    emit(self, host_event_progress("stage_complete", "value", "image", "success",
                                   result->error != NULL ? "false" : "true", "ms", ms, NULL));
}

static void
free_view(ImageView *view)
{
    g_free(view);
}

ImageView *
image_view_events_new(void (*on_event)(const CddBuildEvent *event, gpointer user_data),
                      gpointer user_data)
{
    EventsView *self = g_new0(EventsView, 1);

    self->view.on_progress = on_progress;
    self->view.on_line = on_line;
    self->view.on_end = on_end;
    self->view.free = free_view;
    self->on_event = on_event;
    self->user_data = user_data;
    return &self->view;
}

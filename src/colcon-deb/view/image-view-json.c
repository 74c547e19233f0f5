/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/clock.h"
#include "../base/json.h"
#include "../events/event-json.h"
#include "image-view.h"

enum {
    REPORT_INTERVAL = 500 /* milliseconds */
};

typedef struct {
    ImageView view;
    FILE *out;
    gint64 reported; /* when progress was last written, milliseconds */
} JsonView;

static const char *const states[] = {
    [CDD_BUILD_STEP_STARTED] = "started",
    [CDD_BUILD_STEP_CACHED] = "cached",
    [CDD_BUILD_STEP_DONE] = "done",
    [CDD_BUILD_STEP_FAILED] = "failed",
};

static JsonBuilder *
begin(const char *type)
{
    JsonBuilder *line = json_line_begin();

    json_add_number(line, "ts", clock_timestamp());
    json_add_string(line, "type", type);
    return line;
}

/* An engine reports every few milliseconds: too often for a reader. */
static void
on_moved(JsonView *self, const CddBuildProgress *progress)
{
    gint64 now = clock_now();
    JsonBuilder *line = NULL;

    if (self->reported != 0 && now - self->reported < REPORT_INTERVAL)
        return;
    self->reported = now;
    line = begin("progress");
    json_add_string(line, "id", progress->id);
    json_add_string(line, "message", progress->message);
    json_add_number(line, "current", (gint64)progress->current);
    json_add_number(line, "total", (gint64)progress->total);
    json_line_end(line, self->out);
}

static void
on_step(JsonView *self, const CddBuildProgress *progress)
{
    JsonBuilder *line = begin("step");

    json_add_string(line, "state", states[progress->state]);
    json_add_string(line, "id", progress->id);
    if (progress->stage != NULL)
        json_add_string(line, "stage", progress->stage);
    if (progress->total_steps > 0) {
        json_add_number(line, "step", progress->current_step);
        json_add_number(line, "steps", progress->total_steps);
    }
    json_add_string(line, "message", progress->message);
    if (progress->state != CDD_BUILD_STEP_STARTED)
        json_add_number(line, "ms", progress->duration);
    json_line_end(line, self->out);
}

static void
on_progress(ImageView *view, const CddBuildProgress *progress)
{
    JsonView *self = (JsonView *)view;
    JsonBuilder *line = NULL;

    switch (progress->state) {
    case CDD_BUILD_STEP_WORKING:
        on_moved(self, progress);
        break;
    case CDD_BUILD_STEP_WARNING:
        line = begin("warning");
        json_add_string(line, "message", progress->message);
        json_line_end(line, self->out);
        break;
    default:
        on_step(self, progress);
        break;
    }
}

static void
on_line(ImageView *view, CddOutputStream stream, const char *text)
{
    JsonBuilder *line = begin("output");

    json_add_string(line, "stream", stream == CDD_OUTPUT_STDOUT ? "stdout" : "stderr");
    json_add_string(line, "line", text);
    json_line_end(line, ((JsonView *)view)->out);
}

static void
on_end(ImageView *view, const ImageResult *result)
{
    JsonBuilder *line = begin("image_complete");

    json_add_boolean(line, "success", result->error == NULL);
    json_add_string(line, "image", result->id);
    json_add_strings(line, "names", result->error != NULL ? NULL : result->names);
    json_add_string(line, "output", result->output);
    if (result->error != NULL)
        json_add_string(line, "error", result->error->message);
    json_add_number(line, "ms", result->duration);
    json_line_end(line, ((JsonView *)view)->out);
}

static void
free_view(ImageView *view)
{
    g_free(view);
}

ImageView *
image_view_json_new(FILE *out)
{
    JsonView *self = g_new0(JsonView, 1);

    self->view.on_progress = on_progress;
    self->view.on_line = on_line;
    self->view.on_end = on_end;
    self->view.free = free_view;
    self->out = out;
    return &self->view;
}

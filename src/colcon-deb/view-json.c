/* SPDX-License-Identifier: Apache-2.0 */
#include "event-json.h"
#include "view.h"

typedef struct {
    View view;
    FILE *out;
} JsonView;

static void
on_event(View *view, const RunState *state, const CddBuildEvent *event, gint64 timestamp)
{
    JsonView *self = (JsonView *)view;
    g_autofree char *line = event_to_json(event, timestamp);

    fputs(line, self->out);
    fflush(self->out);
}

static void
free_view(View *view)
{
    g_free(view);
}

View *
view_json_new(FILE *out)
{
    JsonView *self = g_new0(JsonView, 1);

    self->view = (View){.on_event = on_event, .free = free_view};
    self->out = out;
    return &self->view;
}

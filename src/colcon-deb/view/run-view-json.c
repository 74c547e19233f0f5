/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/terminal.h"
#include "../events/event-json.h"
#include "view.h"

typedef struct {
    View view;
    FILE *out;
} JsonView;

/* Programs read standard output; a person who looks for the error reads standard error. */
static void
write_error(const RunState *state, const CddBuildEvent *event)
{
    const RunTarget *target = run_state_lookup_target(state, event);
    const char *text = cdd_build_event_lookup(event, "msg");
    g_autofree char *message =
        g_strconcat(target != NULL ? target->name : "", target != NULL ? ": " : "",
                    text != NULL ? text : "", NULL);

    terminal_write_error(stderr, message);
}

static void
on_event(View *view, const RunState *state, const CddBuildEvent *event, gint64 timestamp)
{
    JsonView *self = (JsonView *)view;
    g_autofree char *line = event_to_json(event, timestamp);

    fputs(line, self->out);
    fflush(self->out);
    if (cdd_build_event_get_kind(event) == CDD_BUILD_EVENT_LOG &&
        g_str_equal(cdd_build_event_get_name(event), "error"))
        write_error(state, event);
}

static void
on_end(View *view, const RunState *state, const ViewEnd *end)
{
    /* The event run_complete says how the run ended. */
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

    self->view = (View){.on_event = on_event, .on_end = on_end, .free = free_view};
    self->out = out;
    return &self->view;
}

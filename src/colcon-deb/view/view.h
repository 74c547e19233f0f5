/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/terminal.h"
#include "../events/run-state.h"

/*
 * What a run looks like to whoever started it. All that happens comes as an event, what the host
 * does as well as what the container says.
 */
typedef struct View View;

struct View {
    /* @state has taken @event in; @timestamp is the wall clock's, milliseconds. */
    void (*on_event)(View *view,
                     const RunState *state,
                     const CddBuildEvent *event,
                     gint64 timestamp);
    void (*free)(View *view);
};

typedef enum {
    VIEW_QUIET,    /* errors */
    VIEW_WARNINGS, /* and warnings */
    VIEW_NORMAL,   /* and progress */
    VIEW_VERBOSE,  /* and all output */
} ViewDetail;

/* Lines for people. Takes @terminal over. The paths of logs are put behind @output_dir; NULL leaves
 * them as they come. */
View *view_plain_new(Terminal *terminal, ViewDetail detail, const char *output_dir);

/* One JSON object for each event. */
View *view_json_new(FILE *out);

static inline void
view_free(View *view)
{
    if (view != NULL)
        view->free(view);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(View, view_free)

/* What the plain view's status line says at @now, by the clock of run_state_apply(). */
char *view_plain_status(const RunState *state, gint64 now);

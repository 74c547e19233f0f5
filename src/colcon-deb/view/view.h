/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/terminal.h"
#include "../events/run-state.h"

/*
 * How a run is shown. Everything comes as an event, from the container and from the host.
 */
typedef struct View View;

struct View {
    /* @state includes @event. @timestamp: milliseconds since 1970. */
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

/* Lines for people. Takes ownership of @terminal. @output_dir: put before the paths of logs; NULL
 * for nothing. */
View *view_plain_new(Terminal *terminal, ViewDetail detail, const char *output_dir);

/* Print the warnings of compilers in each package, too. @view: a plain one. */
void view_plain_show_warnings(View *view);

/* One JSON object for each event. */
View *view_json_new(FILE *out);

static inline void
view_free(View *view)
{
    if (view != NULL)
        view->free(view);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(View, view_free)

/* The text of the plain view's status line at @now, by clock_now(). */
char *view_plain_status(const RunState *state, gint64 now);

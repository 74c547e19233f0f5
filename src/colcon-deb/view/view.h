/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/terminal.h"
#include "../events/run-state.h"

/*
 * How a run is shown. Everything comes as an event, from the container and from the host; at the
 * end comes the result.
 */
typedef struct View View;

/* How a build ended. */
typedef struct {
    gboolean success;
    gboolean interrupted;
    gboolean unchanged; /* nothing had to be built */
    gint64 duration;    /* milliseconds */
    const char *report; /* the path of report.html, if this run wrote it; or NULL */
} ViewEnd;

struct View {
    /* @state includes @event. @timestamp: milliseconds since 1970. */
    void (*on_event)(View *view,
                     const RunState *state,
                     const CddBuildEvent *event,
                     gint64 timestamp);
    /* Only after a build. @state is final. The caller prints the reason of a failure. */
    void (*on_end)(View *view, const RunState *state, const ViewEnd *end);
    void (*free)(View *view);
};

typedef enum {
    VIEW_QUIET,    /* errors */
    VIEW_WARNINGS, /* and warnings */
    VIEW_NORMAL,   /* and progress */
    VIEW_VERBOSE,  /* and all output */
} ViewDetail;

/* What the views for people need to know. Strings are borrowed until the view is freed; an
 * unknown one is NULL. */
typedef struct {
    ViewDetail detail;
    gboolean show_warnings;    /* also print the warnings of compilers */
    gboolean title_progress;   /* show the progress in the title of the terminal, too */
    const char *output_dir;    /* before the paths of logs */
    const char *workspace;     /* before the paths of sources, if it is not the current directory */
    const char *command;       /* that begins this build; options can be appended to it */
    void (*on_stop)(gpointer); /* for a key that stops the build */
    gpointer user_data;        /* of on_stop */
} ViewSetup;

/* A terminal: lines that stay, and below them what goes on. Takes ownership of @terminal. */
View *view_live_new(Terminal *terminal, const ViewSetup *setup);

/* Lines for a log: one for each event, and one every 30 seconds while nothing else happens. Takes
 * ownership of @terminal. */
View *view_plain_new(Terminal *terminal, const ViewSetup *setup);

/* Lines for the log of a GitHub workflow: stages are groups, errors become annotations of the
 * source. */
View *view_github_new(FILE *out, const ViewSetup *setup);

/* One JSON object for each event. */
View *view_json_new(FILE *out);

static inline void
view_free(View *view)
{
    if (view != NULL)
        view->free(view);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(View, view_free)

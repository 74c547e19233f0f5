/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "state.h"

/* What containers of an image do: a copy of what a test prepared. */
typedef struct {
    char *image; /* NULL for any */
    CddMockRun *run;
    gboolean used;
} CddMockPlay;

void cdd_mock_play_free(CddMockPlay *play);

/* A container that was created from a prepared run. */
typedef struct {
    char *id;
    char *name;
    char *image;
    const CddMockRun *run;
    gboolean tty;
    gint64 ends_at;       /* monotonic time; 0 before the start */
    gboolean open_stdin;  /* an attachment can have an input */
    gboolean input_ended; /* nothing more comes from the client */
    gboolean killed;
    gboolean auto_remove;
    gboolean removed;
    guint n_restarts;      /* starts after an end */
    gint64 last_exit_code; /* before the last of them */
} CddMockContainer;

void cdd_mock_container_free(CddMockContainer *container);

/*
 * Plays a request to create a container, or about one that was created. Returns FALSE if it is
 * neither; *more says whether the connection can take another request. @request is a copy,
 * @recorded the one that a test reads: it gets the container's input.
 */
gboolean cdd_mock_container_serve(CddMockState *state,
                                  const CddMockRequest *request,
                                  CddMockRequest *recorded,
                                  GInputStream *input,
                                  GOutputStream *output,
                                  gboolean *more);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-output.h>

/*
 * Turns the output of the classic builder into calls of a #CddOutputHandler. A line "Step 3/8 : RUN
 * make" (Docker) or "STEP 3/8: RUN make" (Podman) begins a step. The next step or the end of the
 * build ends it.
 */
typedef struct _CddClassicTrace CddClassicTrace;

CddClassicTrace *cdd_classic_trace_new(void);
void cdd_classic_trace_free(CddClassicTrace *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddClassicTrace, cdd_classic_trace_free)

/* Takes a piece of the builder's output and passes it to on_stdout. */
void
cdd_classic_trace_feed(CddClassicTrace *self, const char *text, const CddOutputHandler *handler);

/* Ends the last step when the build has ended. */
void cdd_classic_trace_end(CddClassicTrace *self, gboolean ok, const CddOutputHandler *handler);

/* Returns the end of the last step's output; NULL without output. */
char *cdd_classic_trace_dup_tail(CddClassicTrace *self);

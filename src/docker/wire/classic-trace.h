/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-output.h>

/*
 * What the classic builder writes of a build, as the events of a #CddOutputHandler: "Step 3/8 : RUN
 * make" of Docker and "STEP 3/8: RUN make" of Podman begin a step, the next one or the end of the
 * build ends it.
 */
typedef struct _CddClassicTrace CddClassicTrace;

CddClassicTrace *cdd_classic_trace_new(void);
void cdd_classic_trace_free(CddClassicTrace *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddClassicTrace, cdd_classic_trace_free)

/* One piece of the builder's output, which also goes to on_stdout. */
void
cdd_classic_trace_feed(CddClassicTrace *self, const char *text, const CddOutputHandler *handler);

/* The build has ended. */
void cdd_classic_trace_end(CddClassicTrace *self, gboolean ok, const CddOutputHandler *handler);

/* What the last step wrote at last; NULL if that was nothing. */
char *cdd_classic_trace_dup_tail(CddClassicTrace *self);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-output.h>

/*
 * Turns BuildKit's reports of a build (`moby.buildkit.trace` in the answer to `POST /build`) into
 * calls of a #CddOutputHandler. BuildKit repeats its reports of a step; each change is passed on
 * once. A step named "[stage 2/7] RUN make" is step 2 of 7 of its stage; other steps have no
 * number.
 */
typedef struct _CddBuildTrace CddBuildTrace;

CddBuildTrace *cdd_build_trace_new(void);
void cdd_build_trace_free(CddBuildTrace *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddBuildTrace, cdd_build_trace_free)

/* Takes one report: a StatusResponse in base64. */
gboolean cdd_build_trace_feed(CddBuildTrace *self,
                              const char *base64,
                              const CddOutputHandler *handler,
                              GError **error);

/* Returns the name of the failed step and the end of its output; NULL without output. */
char *cdd_build_trace_dup_failure(CddBuildTrace *self);

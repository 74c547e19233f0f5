/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-output.h>

/*
 * What BuildKit reports of a build (`moby.buildkit.trace` in the answer to `POST /build`), as the
 * events of a #CddOutputHandler. Steps are reported again and again; each change is told once. What
 * BuildKit calls "[stage 2/7] RUN make" is step 2 of 7 of a stage, others have no number.
 */
typedef struct _CddBuildTrace CddBuildTrace;

CddBuildTrace *cdd_build_trace_new(void);
void cdd_build_trace_free(CddBuildTrace *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddBuildTrace, cdd_build_trace_free)

/* One report, a StatusResponse in base64. */
gboolean cdd_build_trace_feed(CddBuildTrace *self,
                              const char *base64,
                              const CddOutputHandler *handler,
                              GError **error);

/* What the step that failed wrote at last, under its name; NULL if that was nothing. */
char *cdd_build_trace_dup_failure(CddBuildTrace *self);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

typedef struct RunState RunState;

typedef enum {
    TARGET_WAITING, /* its build has not been started */
    TARGET_RUNNING,
    TARGET_SUCCESS,
    TARGET_FAILED,
    TARGET_INTERRUPTED,
    TARGET_SKIPPED, /* its build was never started */
} TargetStatus;

/* One target of a build of several. */
typedef struct {
    char *name;
    char *directory; /* of its logs and packages, relative to the output directory */
    TargetStatus status;
    gboolean begun;   /* its build has begun to write its own record */
    RunState *state;  /* what its own build reported */
    gint64 started;   /* by the caller's clock */
    gint64 duration;  /* milliseconds */
    gint64 exit_code; /* of its build; -1 if it was killed, or never started */
    char *error;      /* why it failed; NULL if it did not */
} RunTarget;

RunTarget *run_target_new(const char *name, const char *directory);
void run_target_free(RunTarget *target);

/* Applies an event of this target. */
void run_target_apply(RunTarget *target, const CddBuildEvent *event, gint64 now);

/* Whether its build has ended, or will never begin. */
gboolean run_target_is_finished(const RunTarget *target);

/* Whether its build has found that there is nothing to do. */
gboolean run_target_is_unchanged(const RunTarget *target);

/* Whether it failed, and no package of it did: its error is all that is known. */
gboolean run_target_failed_alone(const RunTarget *target);

const char *target_status_get_name(TargetStatus status);

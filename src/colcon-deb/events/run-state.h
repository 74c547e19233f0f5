/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * What the events of a run say so far. It is made of the stream alone, so that every view and the
 * report tell the same story, and it is bounded whatever a container sends.
 */
enum {
    STATE_MAX_PACKAGES = 10000,
    STATE_MAX_ARTIFACTS = 1000, /* of one package */
    STATE_MAX_TAIL = 30,        /* lines, of one package and of the whole run */
    STATE_MAX_ERRORS = 50,
    STATE_MAX_TEXT = 4096, /* bytes of any one text */
};

typedef enum {
    PACKAGE_PLANNED,
    PACKAGE_BUILDING,
    PACKAGE_BUILT,
    PACKAGE_FAILED,
    PACKAGE_SKIPPED,
    PACKAGE_CACHED, /* not built, because what was built before still holds */
} PackageStatus;

typedef struct {
    char *path;
    char *sha256;
    char *kind;
    gint64 size;
} Artifact;

typedef struct {
    char *name;
    char *version;
    char *path; /* relative to the workspace's src */
    char *build_type;
    char *deb;
    char *deps; /* names, separated by spaces */
    PackageStatus status;
    gint64 position; /* in the order in which they are done with, from 1; 0 before, and if cached */
    gint64 started;  /* by the caller's clock, milliseconds */
    gint64 duration;
    char *cause; /* of a skipped one: the package that failed */
    char *error;
    char *log;            /* relative to the output directory */
    GPtrArray *artifacts; /* Artifact */
    GQueue tail;          /* the last lines of a failed one */
} Package;

typedef struct {
    char *stage;          /* at work; NULL between stages */
    gint64 stage_started; /* by the caller's clock */
    char *failed_stage;   /* the last that was completed without success */
    char *message;        /* of the last `general` event of the stage */
    gint64 step;          /* of that event */
    gint64 steps;
    GPtrArray *packages; /* Package, in the order of the plan */
    GHashTable *by_name;
    GPtrArray *working; /* Package, those at work, in the order in which they were begun */
    gint64 finished;    /* how many packages are done with, but for the cached ones */
    gint64 total; /* of the packages; from the first one's start, of those that are not cached */
    GPtrArray *errors; /* texts of log events of level error */
    guint warnings;
    gboolean sources_changed; /* while they were built */
    GQueue tail;              /* the last ordinary lines */
    char *repository;
    gint64 repository_count;
    gboolean repository_signed;
    gboolean compiler_cache; /* it was used, and this is what it did */
    gint64 cache_hits;
    gint64 cache_misses;
    gboolean complete; /* build_complete has come */
    gboolean success;  /* what it said */
} RunState;

RunState *run_state_new(void);
void run_state_free(RunState *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunState, run_state_free)

/* @now: milliseconds of a clock that does not jump. */
void run_state_apply(RunState *state, const CddBuildEvent *event, gint64 now);

/* Nothing more will come: what was at work has failed, and what was still to do was skipped. */
void run_state_end(RunState *state, gint64 now);

/* The package that @event is about; NULL if it names none that is known. */
Package *run_state_lookup(const RunState *state, const CddBuildEvent *event);

guint run_state_count(const RunState *state, PackageStatus status);

const char *package_status_get_name(PackageStatus status);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "package.h"
#include "run-target.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * The state that the events of a run add up to. It depends on the events alone, so that every view
 * and the report agree, and it is bounded whatever a container sends.
 */
enum {
    STATE_MAX_PACKAGES = 10000,
    STATE_MAX_TAIL = 30, /* lines of the run */
    STATE_MAX_ERRORS = 50,
    STATE_MAX_SOURCES = 50,
    STATE_MAX_FORMER = 10000, /* changes of the repository, of each kind */
};

/* A package of an earlier build, and why the repository still offers it, or no longer. */
typedef struct {
    char *deb;
    char *version; /* NULL for all versions */
    char *reason;
} FormerPackage;

typedef struct {
    gint64 total;
    gint64 failed;
    gint64 skipped;
} TestCounts;

struct RunState {
    char *stage;          /* the current stage; NULL between stages */
    gint64 stage_started; /* by the caller's clock */
    char *failed_stage;   /* the last stage that ended without success */
    char *message;        /* of the last `general` event of the stage */
    gint64 step;          /* of that event */
    gint64 steps;         /* 0 if their number is unknown */
    gboolean in_bytes;    /* @step and @steps are bytes */
    gint64 slots;         /* compile jobs at a time; 0 before the stage build */
    GPtrArray *packages;  /* Package, in the order of the plan */
    GHashTable *by_name;
    GPtrArray *working; /* Package, being built, in the order of their starts */
    gint64 finished;    /* finished packages, without the cached ones */
    gint64 total;       /* packages; from the first start on, without the cached ones */
    gboolean begun;     /* a package has begun */
    GPtrArray *errors;  /* texts of log events of level error */
    guint warnings;
    gint64 compiler_warnings; /* of the packages that ended, also of failed ones */
    gboolean sources_changed; /* while they were built */
    GQueue tail;              /* the last ordinary lines */
    char *repository;
    gint64 repository_count;
    gboolean repository_signed;
    char *debs;                    /* where the packages are, when the run has ended */
    GPtrArray *sources;            /* texts that say how robots get them: a line of sources.list */
    GPtrArray *repository_kept;    /* FormerPackage: not built again, and still offered */
    GPtrArray *repository_removed; /* FormerPackage: no longer offered */
    gboolean compiler_cache;       /* ccache was used */
    gint64 cache_hits;
    gint64 cache_misses;
    gboolean interrupted; /* the caller has stopped the run */
    gboolean complete;    /* build_complete has come */
    gboolean success;     /* what build_complete said */
    GPtrArray *targets;   /* RunTarget; of a build of several targets, else empty */
};

RunState *run_state_new(void);
void run_state_free(RunState *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunState, run_state_free)

/* Makes it the state of a build of several targets, and adds one. Call it before the first event.
 * From then on an event with the key `target` is one of that target: its stage and its end are not
 * those of the whole, and the numbers of all targets add up. */
void run_state_add_target(RunState *state, const char *name, const char *directory);

/* @now: by clock_now(). */
void run_state_apply(RunState *state, const CddBuildEvent *event, gint64 now);

/* The events have ended: packages that were being built have failed, or are interrupted if the run
 * was, and the rest is skipped. */
void run_state_end(RunState *state, gint64 now);

/* The package that @event names; NULL if it names none, or an unknown one. */
Package *run_state_lookup(const RunState *state, const CddBuildEvent *event);

/* The target of that name; NULL if there is none. */
RunTarget *run_state_get_target(const RunState *state, const char *name);

/* The target that @event names; NULL if it names none, or an unknown one. */
RunTarget *run_state_lookup_target(const RunState *state, const CddBuildEvent *event);

guint run_state_count(const RunState *state, PackageStatus status);

/* The files of all packages. */
FileCounts run_state_count_files(const RunState *state);

/* The tests of all packages. */
TestCounts run_state_count_tests(const RunState *state);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * The state that the events of a run add up to. It depends on the events alone, so that every view
 * and the report agree, and it is bounded whatever a container sends.
 */
enum {
    STATE_MAX_PACKAGES = 10000,
    STATE_MAX_ARTIFACTS = 1000, /* of one package */
    STATE_MAX_TAIL = 30,        /* lines, for one package and for the run */
    STATE_MAX_ERRORS = 50,
    STATE_MAX_FORMER = 10000, /* changes of the repository, of each kind */
    STATE_MAX_TEXT = 4096,    /* bytes of one text */
};

typedef enum {
    PACKAGE_PLANNED,
    PACKAGE_BUILDING,
    PACKAGE_BUILT,
    PACKAGE_FAILED,
    PACKAGE_SKIPPED,
    PACKAGE_CACHED, /* not built, because the last build is still valid */
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
    gint64 position; /* among the finished packages, from 1; 0 if not finished, or cached */
    gint64 started;  /* by the caller's clock, milliseconds */
    gint64 duration;
    gint64 warnings; /* of compilers and of CMake, in the build of this run */
    char *cause;     /* of a skipped package: the package that failed */
    char *error;
    char *log;            /* relative to the output directory */
    GPtrArray *artifacts; /* Artifact */
    GQueue tail;          /* the last lines of a failed package */
} Package;

/* A package of an earlier build, and why the repository still offers it, or no longer. */
typedef struct {
    char *deb;
    char *version; /* NULL for all versions */
    char *reason;
} FormerPackage;

typedef struct {
    char *stage;          /* the current stage; NULL between stages */
    gint64 stage_started; /* by the caller's clock */
    char *failed_stage;   /* the last stage that ended without success */
    char *message;        /* of the last `general` event of the stage */
    gint64 step;          /* of that event */
    gint64 steps;
    GPtrArray *packages; /* Package, in the order of the plan */
    GHashTable *by_name;
    GPtrArray *working; /* Package, being built, in the order of their starts */
    gint64 finished;    /* finished packages, without the cached ones */
    gint64 total;       /* packages; from the first start on, without the cached ones */
    GPtrArray *errors;  /* texts of log events of level error */
    guint warnings;
    gint64 compiler_warnings; /* of the packages that were built */
    gboolean sources_changed; /* while they were built */
    GQueue tail;              /* the last ordinary lines */
    char *repository;
    gint64 repository_count;
    gboolean repository_signed;
    GPtrArray *repository_kept;    /* FormerPackage: not built again, and still offered */
    GPtrArray *repository_removed; /* FormerPackage: no longer offered */
    gboolean compiler_cache;       /* ccache was used */
    gint64 cache_hits;
    gint64 cache_misses;
    gboolean complete; /* build_complete has come */
    gboolean success;  /* what build_complete said */
} RunState;

RunState *run_state_new(void);
void run_state_free(RunState *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunState, run_state_free)

/* @now: by clock_now(). */
void run_state_apply(RunState *state, const CddBuildEvent *event, gint64 now);

/* The events have ended: packages that were being built have failed, and the rest is skipped. */
void run_state_end(RunState *state, gint64 now);

/* The package that @event names; NULL if it names none, or an unknown one. */
Package *run_state_lookup(const RunState *state, const CddBuildEvent *event);

guint run_state_count(const RunState *state, PackageStatus status);

const char *package_status_get_name(PackageStatus status);

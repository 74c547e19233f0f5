/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/* What the events of a run say of one package. It is bounded, whatever a container sends. */
enum {
    PACKAGE_MAX_ARTIFACTS = 1000,
    PACKAGE_MAX_TAIL = 30, /* lines */
    PACKAGE_MAX_FAILED_TESTS = 100,
};

typedef enum {
    PACKAGE_PLANNED,
    PACKAGE_BUILDING,
    PACKAGE_BUILT,
    PACKAGE_FAILED,
    PACKAGE_INTERRUPTED, /* the run was stopped while it was being built */
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
    guint files;
    gint64 size; /* bytes */
} FileCounts;

typedef struct {
    char *name;    /* "SUITE.CASE" */
    char *message; /* NULL if the results have none */
} FailedTest;

typedef struct {
    char *name;   /* "TARGET/NAME" in a build of several targets */
    char *target; /* NULL in a build of one */
    char *version;
    char *path; /* relative to the workspace's src */
    char *build_type;
    char *deb;
    char *deps; /* names, separated by spaces */
    PackageStatus status;
    gint64 position;   /* among the finished packages, from 1; 0 if not finished, or cached */
    gint64 started;    /* by the caller's clock, milliseconds */
    gint64 duration;   /* milliseconds */
    gint64 expected;   /* milliseconds that a build of it may take; -1 if that is unknown */
    gboolean measured; /* @expected is the duration of its last build, not an estimate */
    char *reason;      /* why it is built: "source changed" */
    char *taken;       /* "built for TARGET": it was taken from another target; or NULL */
    char *phase;       /* what its build does: "configure"; NULL before the first phase */
    gint64 percent;    /* what make or ninja said last in this phase; -1 if they said nothing */
    char *line;        /* the last line of its output */
    gint64 warnings;   /* of compilers and of CMake, in the build of this run */
    char *cause;       /* of a skipped package: the package that failed */
    char *error;
    char *error_file;     /* where @error is, relative to the workspace; or NULL */
    gint64 error_line;    /* in that file, from 1; 0 if that is unknown */
    char *log;            /* relative to the output directory */
    GPtrArray *artifacts; /* Artifact */
    GQueue tail;          /* the last lines of a failed package */
    gint64 tests;         /* that were run; 0 if there are no results */
    gint64 tests_failed;
    gint64 tests_skipped;
    char *test_results;      /* their directory, relative to the output directory; or NULL */
    GPtrArray *failed_tests; /* FailedTest */
} Package;

Package *package_new(const char *name);
void package_free(Package *package);

/* Its name without the target's. */
const char *package_get_own_name(const Package *package);

/* Applies an event of this package. @now: by the caller's clock, milliseconds. */
void package_apply(Package *package, const CddBuildEvent *event, gint64 now);

/* Whether it will not change any more in this run. */
gboolean package_is_finished(const Package *package);

/* Its files in debs/, also those with debug symbols. */
FileCounts package_count_files(const Package *package);

const char *package_status_get_name(PackageStatus status);

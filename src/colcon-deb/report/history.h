/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../events/run-graph.h"

/*
 * What the events of a run add up to over time: the state, and when what happened. It is fed event
 * by event, by the run or from its events.jsonl, and depends on the events and their time stamps
 * alone, so that both give the same report. It is bounded, whatever a container or a file says.
 */
enum {
    HISTORY_MAX_PHASES = 100,       /* of one package */
    HISTORY_MAX_ALL_PHASES = 50000, /* of all packages together; further ones are left out */
    HISTORY_MAX_STAGES = 100,
    HISTORY_MAX_SAMPLES = 2000,
};

/* Times are milliseconds since 1970. */
typedef struct {
    guint phase; /* of history_phases */
    gint64 begin;
} PhaseTime;

typedef struct {
    guint index;            /* of the package, in the order of the plan */
    const Package *package; /* of the state */
    gint64 started;         /* 0 if its build never began */
    gint64 ended;           /* 0 if it never ended; also the time of a skip */
    guint lane;             /* the lowest that was free when its build began */
    guint attempts;
    GArray *phases; /* PhaseTime */
} PackageHistory;

typedef struct {
    char *name;
    gint64 begin;
    gint64 end; /* 0 if it never ended */
    gboolean success;
} StageHistory;

typedef struct {
    gint64 time;
    gint64 cpu;    /* percent of one processor */
    gint64 memory; /* bytes */
} LoadSample;

typedef struct {
    /* Its own, apart from the state of the run: here times are the time stamps of the events, there
     * those of a clock that is never set. */
    RunState *state;
    GPtrArray *packages; /* PackageHistory, as those of the state */
    GHashTable *by_name; /* of the packages; borrows their names */
    guint n_phases;      /* of all packages together */
    GPtrArray *stages;   /* StageHistory */
    GArray *load;        /* LoadSample */
    guint load_step;     /* every which sample is kept */
    guint load_count;    /* samples that came */
    GPtrArray *lanes;    /* PackageHistory, or NULL for a free one */
    gint64 begin;        /* time of the first event; 0 before it */
    gint64 now;          /* of the last event; never goes back */
    gint64 cores;
    gboolean ended;       /* run_complete has come */
    gboolean interrupted; /* what it said */
    gboolean success;
    char *error;
    char *workspace;
    char *program_version;
    char *image;
    char *arch;
    char *engine;
    char *engine_version;
    char *distro;
} History;

/* The names of phases, from the first; NULL ends them. The last one stands for any other. */
extern const char *const history_phases[];

History *history_new(void);
void history_free(History *history);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(History, history_free)

/* @timestamp: as in events.jsonl. */
void history_apply(History *history, const CddBuildEvent *event, gint64 timestamp);

/* What @package waited for last: of those that it needs, the one that ended last before it began;
 * NULL if there is none. @graph: of the state. */
const PackageHistory *
history_get_last_need(const History *history, const RunGraph *graph, const PackageHistory *package);

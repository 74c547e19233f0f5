/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "history.h"

#include "../base/folder.h"

/* What an output directory says of the last build, or of the one that is at work. */
typedef struct {
    const Folder *folder; /* borrowed */
    History *history;
    gboolean is_running;
    struct timespec read; /* the time of change of the events that were read */
    off_t size;           /* and their length */
} LastRun;

void last_run_clear(LastRun *run);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LastRun, last_run_clear)

/* Reads it, if it has changed since. Call it first with all but @folder zero. */
gboolean last_run_read(LastRun *run, GError **error);

/* The package of that name; NULL if it has none. */
const PackageHistory *last_run_find(const LastRun *run, const char *name);

/* The nearest name of a package; NULL if none is near. */
const char *last_run_suggest(const LastRun *run, const char *name);

/* What became of a package, in a word: a build that was killed interrupts the packages it was at.
 */
const char *last_run_describe(const LastRun *run, const PackageHistory *package);

/* Where the log of a package is, relative to the output directory; NULL if it has none. */
char *last_run_get_log(const LastRun *run, const PackageHistory *package);

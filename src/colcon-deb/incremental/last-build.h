/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/selection.h"
#include "../events/run-state.h"

/*
 * The record of the last complete build: its key, its packages and the state of its files. It tells
 * whether the packages are up to date, and what a build would report of them.
 */
typedef struct LastBuild LastBuild;

/* Where the files of a build are. */
typedef struct {
    const char *output;     /* has debs/ */
    const char *repository; /* has apt/ */
    gboolean shared;        /* other targets change the repository, too */
} LastBuildPlace;

/* The record of a successful build with that @key; NULL if its files are not as it reported them.
 */
char *last_build_print(const RunState *state, const char *key, const LastBuildPlace *place);

/* NULL if @text is no such record. */
LastBuild *last_build_parse(const char *text, gsize length);
void last_build_free(LastBuild *build);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LastBuild, last_build_free)

/* Whether the build had that @key, and all its files are still there, unchanged. */
gboolean last_build_holds(const LastBuild *build, const char *key, const LastBuildPlace *place);

/* Calls @func with the events of a container that has nothing to build, without those of its stages
 * and its end. Returns FALSE, without a call, if a package is selected that was not built. */
gboolean last_build_replay(const LastBuild *build,
                           const Selection *selection,
                           CddBuildEventFunc func,
                           gpointer user_data);

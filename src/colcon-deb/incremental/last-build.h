/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/selection.h"
#include "../events/run-state.h"

/*
 * What the last complete build made, of what, and how its files were: enough to say that they are
 * up to date, and to tell the same of them as a build would.
 */
typedef struct LastBuild LastBuild;

/* The record of a build of @key that has ended well; NULL if what it made is not, or no more, in
 * @output as it said. */
char *last_build_print(const RunState *state, const char *key, const char *output);

/* NULL if @text is no such record. */
LastBuild *last_build_parse(const char *text, gsize length);
void last_build_free(LastBuild *build);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LastBuild, last_build_free)

/* Whether it was a build of @key, and all that it made is in @output as it left it. */
gboolean last_build_holds(const LastBuild *build, const char *key, const char *output);

/* Calls @func with the events of a container that has nothing to build, without those of its stages
 * and its end. Returns FALSE, without a call, if a package is selected that was not built. */
gboolean last_build_replay(const LastBuild *build,
                           const Selection *selection,
                           CddBuildEventFunc func,
                           gpointer user_data);

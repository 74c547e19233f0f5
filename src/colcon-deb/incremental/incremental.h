/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/config.h"
#include "last-build.h"

/*
 * What a build has to know of those before it: what there is to build from, whether it was all
 * built already, and the record of that. docs/incremental.md tells the whole story.
 */
typedef struct Incremental Incremental;

/* Lists the sources and the overrides as they are now, before anything is built: what changes from
 * here on is not taken for built. Waits, and serves the main context meanwhile. */
Incremental *incremental_new(const Config *config,
                             const char *image_id,
                             const char *ros_distro,
                             GCancellable *cancellable,
                             GError **error);
void incremental_free(Incremental *incremental);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Incremental, incremental_free)

/* Whether all that @selection means is up to date; then @func is told as by last_build_replay(). */
gboolean incremental_replay(const Incremental *incremental,
                            const Selection *selection,
                            CddBuildEventFunc func,
                            gpointer user_data);

/* Something will be built: until that has ended well, nothing is known to be up to date. */
gboolean incremental_begin(const Incremental *incremental, GError **error);

/* Everything was built, as @state says. */
gboolean incremental_end(const Incremental *incremental, const RunState *state, GError **error);

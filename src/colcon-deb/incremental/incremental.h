/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/config.h"
#include "last-build.h"

/*
 * What a build knows of the builds before it: the sources, whether all of them were built already,
 * and the record of that; see docs/incremental.md.
 */
typedef struct Incremental Incremental;

/* Lists the sources and the overrides before anything is built: later changes count as not built.
 * Waits, and serves the main context meanwhile. */
Incremental *incremental_new(const Config *config,
                             const char *image_id,
                             const char *ros_distro,
                             GCancellable *cancellable,
                             GError **error);
void incremental_free(Incremental *incremental);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Incremental, incremental_free)

/* Whether all selected packages are up to date. If so, calls @func as last_build_replay() does. */
gboolean incremental_replay(const Incremental *incremental,
                            const Selection *selection,
                            CddBuildEventFunc func,
                            gpointer user_data);

/* Forgets the last build: until incremental_end(), nothing counts as up to date. Writes down for
 * the container when the packages last changed. Waits as incremental_new() does. */
gboolean incremental_begin(Incremental *incremental, GCancellable *cancellable, GError **error);

/* After incremental_begin(): the repositories of the sources that git refuses to read (char *). */
const GPtrArray *incremental_get_refused(const Incremental *incremental);

/* The digest of the files that run in the container; NULL if one could not be read. */
const char *incremental_get_helpers(const Incremental *incremental);

/* Records that everything was built, by @state. */
gboolean incremental_end(const Incremental *incremental, const RunState *state, GError **error);

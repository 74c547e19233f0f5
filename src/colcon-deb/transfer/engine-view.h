/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/engine.h"

/*
 * Whether the engine sees the directories that @spec mounts as this machine does. It is asked for a
 * file that only this machine has: with a container that is created, looked into, and removed
 * without a start. The address says nothing: an engine behind a local socket may have another file
 * system, and one behind ssh may have this one. @output: that file is in its .colcon-deb/; NULL
 * for a run without an output: then only the times of the directories are compared. @why: a
 * sentence if the engine does not; free with g_free().
 */
gboolean engine_view_check(const Engine *engine,
                           const CddContainerSpec *spec,
                           const char *output,
                           gboolean *sees,
                           char **why,
                           GCancellable *cancellable,
                           GError **error);

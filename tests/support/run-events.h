/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "events/run-state.h"

#include <string.h>

/* Returns the event of one line of a container's standard output. */
static inline CddBuildEvent *
event_of(const char *line)
{
    return cdd_build_event_parse(line, strlen(line), CDD_OUTPUT_STDOUT);
}

/* Applies lines (NULL-terminated), one second apart. */
static inline void
apply_lines(RunState *state, const char *const *lines)
{
    for (gint64 now = 1000; *lines != NULL; lines++, now += 1000) {
        g_autoptr(CddBuildEvent) event = event_of(*lines);

        run_state_apply(state, event, now);
    }
}

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

/* Adds the targets of a line "targets NAME..." of a recorded run; FALSE for any other line. */
static inline gboolean
add_targets(RunState *state, const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);

    if (g_strcmp0(words[0], "targets") != 0)
        return FALSE;
    for (char **name = words + 1; *name != NULL; name++) {
        g_autofree char *directory = g_build_filename("targets", *name, NULL);

        run_state_add_target(state, *name, directory);
    }
    return TRUE;
}

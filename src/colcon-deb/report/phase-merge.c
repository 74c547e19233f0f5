/* SPDX-License-Identifier: Apache-2.0 */
#include "phase-merge.h"

static gint64
length_of(const GArray *phases, guint i, gint64 end)
{
    gint64 next = i + 1 < phases->len ? g_array_index(phases, PhaseTime, i + 1).begin : end;

    return next - g_array_index(phases, PhaseTime, i).begin;
}

/* Not the first one: nothing comes before it that could last longer. */
static guint
shortest(const GArray *phases, gint64 end)
{
    guint found = 1;

    for (guint i = 2; i < phases->len; i++)
        if (length_of(phases, i, end) < length_of(phases, found, end))
            found = i;
    return found;
}

GArray *
phases_merged(const History *history, const PackageHistory *package, guint most)
{
    gint64 end = package->ended != 0 ? package->ended : history->now;
    GArray *phases = g_array_copy(package->phases);

    while (phases->len > MAX(most, 1))
        g_array_remove_index(phases, shortest(phases, end));
    return phases;
}

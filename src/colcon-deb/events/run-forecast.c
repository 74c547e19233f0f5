/* SPDX-License-Identifier: Apache-2.0 */
#include "run-forecast.h"

enum {
    OVERDUE = 1000 /* milliseconds that a package still takes when it took longer than expected */
};

/* What one package will still take. A planned one without an expectation will not be built. */
static gint64
left_of(const Package *package, gint64 now)
{
    if (package_is_finished(package) || package->expected < 0)
        return 0;
    if (package->status == PACKAGE_PLANNED)
        return package->expected;
    return MAX(package->expected - (now - package->started), OVERDUE);
}

static gint64
longest_after(const RunGraph *graph, const gint64 *chains, guint package)
{
    const GArray *dependents = run_graph_get_dependents(graph, package);
    gint64 longest = 0;

    for (guint i = 0; i < dependents->len; i++)
        longest = MAX(longest, chains[g_array_index(dependents, guint, i)]);
    return longest;
}

RunForecast
run_forecast(const RunGraph *graph, const RunState *state, gint64 now)
{
    guint n_packages = MIN(run_graph_get_n_packages(graph), state->packages->len);
    g_autofree gint64 *chains = g_new0(gint64, n_packages + 1);
    RunForecast forecast = {0};
    gint64 work = 0;

    for (guint i = n_packages; i-- > 0;) {
        const Package *package = state->packages->pdata[i];
        gint64 left = left_of(package, now);

        forecast.known = forecast.known || package->measured;
        work += left;
        chains[i] = left + longest_after(graph, chains, i);
        forecast.remaining = MAX(forecast.remaining, chains[i]);
    }
    forecast.remaining = MAX(forecast.remaining, work / MAX(state->slots, 1));
    return forecast;
}

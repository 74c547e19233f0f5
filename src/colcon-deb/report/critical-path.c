/* SPDX-License-Identifier: Apache-2.0 */
#include "critical-path.h"

static gboolean
was_built(const PackageHistory *package)
{
    return package->started != 0 && package->ended != 0;
}

static const PackageHistory *
last_build(const History *history)
{
    const PackageHistory *last = NULL;

    for (guint i = 0; i < history->packages->len; i++) {
        const PackageHistory *package = history->packages->pdata[i];

        if (was_built(package) && (last == NULL || package->ended > last->ended))
            last = package;
    }
    return last;
}

/* It ends: in the graph a package needs only those before it. */
GPtrArray *
critical_path(const History *history, const RunGraph *graph)
{
    GPtrArray *path = g_ptr_array_new();
    const PackageHistory *package = last_build(history);

    for (; package != NULL && was_built(package);
         package = history_get_last_need(history, graph, package))
        g_ptr_array_insert(path, 0, (gpointer)package);
    return path;
}

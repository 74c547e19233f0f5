/* SPDX-License-Identifier: Apache-2.0 */
#include "artifacts.h"

#include "../base/beneath.h"
#include "../base/folder.h"
#include "../events/host-event.h"

#include <unistd.h>

static gboolean
is_there(const Folder *output, const Artifact *artifact)
{
    struct stat status;
    int file =
        output != NULL && artifact->path != NULL ? beneath_open(output->fd, artifact->path) : -1;
    gboolean whole = FALSE;

    if (file < 0)
        return FALSE;
    whole = fstat(file, &status) == 0 && status.st_size == artifact->size;
    close(file);
    return whole;
}

static const Artifact *
find_missing(const Package *package, const Folder *output)
{
    for (guint i = 0; i < package->artifacts->len; i++) {
        const Artifact *artifact = package->artifacts->pdata[i];

        if (!is_there(output, artifact))
            return artifact;
    }
    return NULL;
}

static CddBuildEvent *
make_failure(const Package *package, const Artifact *missing)
{
    g_autofree char *error =
        g_strdup_printf("the container says that it made %s, which is not there, or not as large",
                        missing->path != NULL ? missing->path : "a file without a name");
    g_autofree char *ms = g_strdup_printf("%" G_GINT64_FORMAT, package->duration);

    return host_event_progress("package_complete", "name", package->name, "success", "false",
                               "error", error, "ms", ms, NULL);
}

GPtrArray *
artifacts_check(const RunState *state, const char *output_dir)
{
    GPtrArray *failures = g_ptr_array_new_with_free_func((GDestroyNotify)cdd_build_event_free);
    g_autoptr(Folder) output = folder_open(output_dir, NULL);

    for (guint i = 0; i < state->packages->len; i++) {
        const Package *package = state->packages->pdata[i];
        const Artifact *missing =
            package->status == PACKAGE_BUILT || package->status == PACKAGE_CACHED
                ? find_missing(package, output)
                : NULL;

        if (missing != NULL)
            g_ptr_array_add(failures, make_failure(package, missing));
    }
    return failures;
}

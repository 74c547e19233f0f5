/* SPDX-License-Identifier: Apache-2.0 */
#include "last-run.h"

#include "../base/nearest.h"
#include "../base/output-names.h"
#include "../events/run-files.h"
#include "events-file.h"

void
last_run_clear(LastRun *run)
{
    g_clear_pointer(&run->history, history_free);
}

/* A build locks the directory until it ends, however it ends. The lock belongs to the open
 * directory, so another one is tried. */
static gboolean
is_locked(const Folder *folder)
{
    g_autoptr(Folder) own = folder_open(folder->path, NULL);

    return own != NULL && !run_files_lock(own, NULL);
}

/* The lock is tried only if there are signs of a build: one that begins at that moment would fail.
 */
static gboolean
is_running(const LastRun *run)
{
    return (!run->history->ended || folder_has_file(run->folder, OUTPUT_EVENTS_TEMPORARY)) &&
           is_locked(run->folder);
}

static gboolean
read_events(LastRun *run, GError **error)
{
    struct stat status = {0};
    History *history = NULL;

    folder_stat(run->folder, OUTPUT_EVENTS, &status);
    if (run->history != NULL && status.st_size == run->size &&
        status.st_mtim.tv_sec == run->read.tv_sec && status.st_mtim.tv_nsec == run->read.tv_nsec)
        return TRUE;
    history = events_file_read(run->folder, OUTPUT_EVENTS, error);
    if (history == NULL)
        return FALSE;
    last_run_clear(run);
    run->history = history;
    run->read = status.st_mtim;
    run->size = status.st_size;
    return TRUE;
}

gboolean
last_run_read(LastRun *run, GError **error)
{
    if (!read_events(run, error))
        return FALSE;
    run->is_running = is_running(run);
    /* What has ended meanwhile has written its last events before. */
    return run->is_running || read_events(run, error);
}

const PackageHistory *
last_run_find(const LastRun *run, const char *name)
{
    return g_hash_table_lookup(run->history->by_name, name);
}

const char *
last_run_suggest(const LastRun *run, const char *name)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (guint i = 0; i < run->history->packages->len; i++) {
        const PackageHistory *package = run->history->packages->pdata[i];

        g_ptr_array_add(names, package->package->name);
    }
    g_ptr_array_add(names, NULL);
    return nearest_word(name, (const char *const *)names->pdata);
}

const char *
last_run_describe(const LastRun *run, const PackageHistory *package)
{
    PackageStatus status = package->package->status;

    if (!run->is_running && status == PACKAGE_BUILDING)
        status = PACKAGE_INTERRUPTED;
    if (!run->is_running && status == PACKAGE_PLANNED)
        return "not built";
    return package_status_get_name(status);
}

char *
last_run_get_log(const LastRun *run, const PackageHistory *package)
{
    const Package *self = package->package;

    if (self->log != NULL)
        return g_strdup(self->log);
    /* The event of its end names the log. */
    if (package->started == 0)
        return NULL;
    return g_strconcat(OUTPUT_LOGS "/", self->name, ".log", NULL);
}

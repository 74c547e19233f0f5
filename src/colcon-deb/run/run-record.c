/* SPDX-License-Identifier: Apache-2.0 */
#include "run-record.h"

#include "../base/output-names.h"
#include "../events/run-files.h"
#include "../report/report.h"

struct RunRecord {
    const char *directory; /* borrowed from the configuration */
    Owner owner;
    RunFiles *files;
    History *history;
    char *page; /* the path of the report, once it is written */
};

RunRecord *
run_record_open(const Config *config, GError **error)
{
    g_autoptr(RunRecord) record = g_new0(RunRecord, 1);

    record->directory = config->output_dir;
    record->owner = owner_of_caller();
    record->files = run_files_open(record->directory, &record->owner, error);
    if (record->files == NULL)
        return NULL;
    record->history = history_new();
    return g_steal_pointer(&record);
}

void
run_record_free(RunRecord *record)
{
    if (record == NULL)
        return;
    run_files_free(record->files);
    history_free(record->history);
    g_free(record->page);
    g_free(record);
}

gboolean
run_record_begin(RunRecord *record, const RunSummary *summary, GError **error)
{
    return run_files_begin(record->files, summary, error);
}

void
run_record_event(RunRecord *record,
                 const RunState *state,
                 const CddBuildEvent *event,
                 gint64 timestamp)
{
    run_files_event(record->files, state, event, timestamp);
    history_apply(record->history, event, timestamp);
}

const char *
run_record_write_page(RunRecord *record,
                      const CddBuildEvent *last,
                      gint64 timestamp,
                      GError **error)
{
    g_autoptr(Folder) folder = folder_open(record->directory, error);

    history_apply(record->history, last, timestamp);
    if (folder != NULL && report_write(folder, &record->owner, record->history, error))
        record->page = g_build_filename(record->directory, OUTPUT_REPORT, NULL);
    return record->page;
}

gboolean
run_record_close(RunRecord *record, const RunSummary *summary, gboolean unchanged, GError **error)
{
    return unchanged ? run_files_close_unchanged(record->files, summary, error)
                     : run_files_close(record->files, summary, error);
}

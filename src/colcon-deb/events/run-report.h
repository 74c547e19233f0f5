/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/owner.h"
#include "run-summary.h"

/*
 * The two files that a run leaves in the output directory. Both are written under temporary names
 * and renamed at the end, also of a run that failed. A reader finds the files of this run or of the
 * previous one, and never half a line. The directory is locked meanwhile.
 */
typedef struct RunReport RunReport;

/* Fails if another run is writing to @directory. */
RunReport *run_report_open(const char *directory, const Owner *owner, GError **error);

/* A full disk does not stop a build; run_report_close() reports it. */
void run_report_event(RunReport *report, const CddBuildEvent *event, gint64 timestamp);

/* Writes the summary and renames both files. */
gboolean run_report_close(RunReport *report, const RunSummary *summary, GError **error);

/* Writes the summary alone. After a run that had nothing to do, events.jsonl stays that of the last
 * build. */
gboolean run_report_close_unchanged(RunReport *report, const RunSummary *summary, GError **error);

/* Removes the temporary files of a report that was not closed. */
void run_report_free(RunReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunReport, run_report_free)

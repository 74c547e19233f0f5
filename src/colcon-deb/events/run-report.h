/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/owner.h"
#include "run-summary.h"

/*
 * The two files that a run leaves in the output directory. events.jsonl grows under another name
 * and gets its own at the end, whatever the end is; so does summary.json. A reader finds those of
 * one run or of the one before, and never half a line. The directory is locked meanwhile.
 */
typedef struct RunReport RunReport;

/* Fails if another run writes to @directory. */
RunReport *run_report_open(const char *directory, const Owner *owner, GError **error);

/* A disk that is full does not stop a build: run_report_close() tells. */
void run_report_event(RunReport *report, const CddBuildEvent *event, gint64 timestamp);

/* Writes the summary and gives both files their names. */
gboolean run_report_close(RunReport *report, const RunSummary *summary, GError **error);

/* Writes the summary alone: of a run that had nothing to do, events.jsonl stays that of the run
 * that did it. */
gboolean run_report_close_unchanged(RunReport *report, const RunSummary *summary, GError **error);

/* Without run_report_close(), leaves nothing behind. */
void run_report_free(RunReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunReport, run_report_free)

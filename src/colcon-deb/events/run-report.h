/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/owner.h"
#include "run-summary.h"

/*
 * The two files that a run leaves in the output directory. events.jsonl grows under another name
 * and gets its own at the end, whatever the end is; so does summary.json. A reader finds those of
 * one run or of the one before, and never half a line. The directory is locked meanwhile.
 */
typedef struct Report Report;

/* Fails if another run writes to @directory. */
Report *report_open(const char *directory, const Owner *owner, GError **error);

/* A disk that is full does not stop a build: report_close() tells. */
void report_event(Report *report, const CddBuildEvent *event, gint64 timestamp);

/* Writes the summary and gives both files their names. */
gboolean report_close(Report *report, const Summary *summary, GError **error);

/* Writes the summary alone: of a run that had nothing to do, events.jsonl stays that of the run
 * that did it. */
gboolean report_close_unchanged(Report *report, const Summary *summary, GError **error);

/* Without report_close(), leaves nothing behind. */
void report_free(Report *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Report, report_free)

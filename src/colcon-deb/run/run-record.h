/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/config.h"
#include "../events/run-summary.h"

/*
 * What a build writes about itself into the output directory: events.jsonl and summary.json, and at
 * its end report.html and trace.json. A build that had nothing to do leaves those of the last one,
 * except the summary.
 */
typedef struct RunRecord RunRecord;

/* Locks the output directory. Fails if another build is writing to it. */
RunRecord *run_record_open(const Config *config, GError **error);
void run_record_free(RunRecord *record);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunRecord, run_record_free)

/* There is something to build: from now on the files are those of this build. @summary: that of a
 * build which has not ended. */
gboolean run_record_begin(RunRecord *record, const RunSummary *summary, GError **error);

/* @state includes @event. @timestamp: milliseconds since 1970. */
void run_record_event(RunRecord *record,
                      const RunState *state,
                      const CddBuildEvent *event,
                      gint64 timestamp);

/* Writes report.html and trace.json. @last: the event of the end, which comes after this call.
 * Returns the path of the page; NULL on error. */
const char *run_record_write_page(RunRecord *record,
                                  const CddBuildEvent *last,
                                  gint64 timestamp,
                                  GError **error);

/* Ends events.jsonl and writes the summary. @unchanged: there was nothing to build. */
gboolean
run_record_close(RunRecord *record, const RunSummary *summary, gboolean unchanged, GError **error);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/folder.h"
#include "run-summary.h"

/*
 * The two files that a run leaves in the output directory: events.jsonl, which grows while a build
 * runs, and summary.json, which says "running" until its end. What a former run has left never
 * stands beside events of this one. A reader finds no half line. The directory is locked meanwhile.
 */
typedef struct RunFiles RunFiles;

/* Locks an output directory until @folder is freed; fails if another run is writing to it. Not
 * every file system has locks; then the run goes on without one. */
gboolean run_files_lock(const Folder *folder, GError **error);

/* Fails if another run is writing to @directory. */
RunFiles *run_files_open(const char *directory, const Owner *owner, GError **error);

/* There is something to build: replaces the summary of the former run by @summary, removes its
 * other files, and gives events.jsonl its name. Until then the events are in a temporary file. Does
 * nothing the second time. */
gboolean run_files_begin(RunFiles *files, const RunSummary *summary, GError **error);

/* Writes @event, which @state already has. Output is bounded, and progress inside of a package is
 * left out: docs/protocol.md has the rules. A full disk does not stop a build; run_files_close()
 * reports it. */
void run_files_event(RunFiles *files,
                     const RunState *state,
                     const CddBuildEvent *event,
                     gint64 timestamp);

/* Ends events.jsonl, and writes the summary. */
gboolean run_files_close(RunFiles *files, const RunSummary *summary, GError **error);

/* Writes the summary alone. After a run that had nothing to do, events.jsonl stays that of the last
 * build. */
gboolean run_files_close_unchanged(RunFiles *files, const RunSummary *summary, GError **error);

/* Removes the temporary files of a run whose files were not closed. */
void run_files_free(RunFiles *files);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunFiles, run_files_free)

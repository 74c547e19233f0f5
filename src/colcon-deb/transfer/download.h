/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent.h"
#include "transfer-count.h"
#include "transfer-root.h"

typedef struct {
    Agent *agent;
    const char *output; /* has the records of the lists */
    GCancellable *cancellable;
    TransferCount *count; /* grows by what is received */
    void (*say)(const char *level, const char *message, gpointer user_data);
    gpointer user_data;
} DownloadSetup;

/*
 * Makes the directory of @root like its copy on the engine, as far as the container may change it.
 * The member `sent` of @root tells what belongs to the user: a file that was not sent, or that has
 * changed here since, is neither removed nor replaced by another kind; in a directory that the user
 * edits, it is not changed at all. What was removed in the copy is removed at the end, and the
 * records of a build come last, so that a download which breaks off leaves what was there.
 */
gboolean download(const DownloadSetup *setup, const TransferRoot *root, GError **error);

/*
 * The same for a copy that an interrupted run has left. Does nothing if another build has written
 * to the directory since.
 */
gboolean download_left(const DownloadSetup *setup, const TransferRoot *root, GError **error);

/* Receives one file as it is now, while the build may still write it. Does nothing if there is
 * none. @path: relative to the root. */
gboolean download_file(Agent *agent, const TransferRoot *root, const char *path, GError **error);

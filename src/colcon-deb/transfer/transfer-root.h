/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/folder.h"
#include "../incremental/file-list.h"

#include <gio/gio.h>

/*
 * A directory of this machine that the container of a run has, and its copy on the engine. Which
 * files of the directory belong to the copy is decided here.
 */
typedef struct {
    const char *name;        /* of the copy: of its volume, and in the agent */
    const char *destination; /* in the container of the run */
    const char *list_name;   /* the record in .colcon-deb that holds its digests; NULL for none */
    guint mask;              /* mode bits that a copy has; a build can set the others */
    gboolean comes_back;     /* whether the container changes it */
    gboolean holds_edits;    /* whether the user may change it meanwhile */
    gboolean keeps_list;     /* whether the record is of this room only */
} TransferRootKind;

typedef struct {
    const TransferRootKind *kind;
    const char *path; /* on this machine */
    FileList *sent;   /* what the copy had when the build began; NULL before */
} TransferRoot;

/* The kind of the directory that is at @destination in the container; NULL for none. */
const TransferRootKind *transfer_root_find_kind(const char *destination);

/* Whether it is the output directory. */
gboolean transfer_root_is_output(const TransferRootKind *kind);

/* Whether the container gets the file, and whether the host takes it back. */
gboolean transfer_root_sends(const TransferRootKind *kind, const char *path);
gboolean transfer_root_receives(const TransferRootKind *kind, const char *path);

/* Whether the file tells what a build has made. */
gboolean transfer_root_is_record(const TransferRootKind *kind, const char *path);

/* The files of the directory that the container gets. @output: has the record of the digests; NULL
 * for none. Works in a thread and serves the main context meanwhile. */
FileList *transfer_root_list(const TransferRoot *root,
                             const char *output,
                             GCancellable *cancellable,
                             GError **error);

/* Keeps the entries for which @keeps is true. */
typedef gboolean (*TransferRootFilter)(const TransferRootKind *kind, const char *path);
void transfer_root_filter(const TransferRoot *root, FileList *list, TransferRootFilter keeps);

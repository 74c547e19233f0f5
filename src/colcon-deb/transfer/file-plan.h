/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../incremental/file-list.h"

/*
 * What makes the copy of a directory like the directory. The steps are taken in the order of the
 * members. Sockets, pipes and devices are left out on both sides. Entries are borrowed from the two
 * lists.
 */
typedef struct {
    const FileEntry *from; /* has the content */
    const FileEntry *to;
} FileReuse;

typedef struct {
    GArray *kept;          /* FileReuse: a file of the copy gets another name */
    GPtrArray *removed;    /* FileEntry of the copy */
    GPtrArray *sent;       /* FileEntry: a file whose content the copy lacks */
    GPtrArray *attributes; /* FileEntry: a file with another mode or time */
    GPtrArray *links;      /* FileEntry: a symbolic link */
    GPtrArray *folders;    /* FileEntry: an empty directory */
    GArray *repeated;      /* FileReuse: a file with the content of one that was sent */
    GPtrArray *unreadable; /* FileEntry: a file that could not be read */
    guint64 size;          /* bytes of the files that are sent */
} FilePlan;

/* @wanted: the directory. @present: its copy. Only the mode bits in @mask count. */
FilePlan *file_plan_new(const FileList *wanted, const FileList *present, guint mask);

void file_plan_free(FilePlan *plan);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FilePlan, file_plan_free)

/* Whether the copy is like the directory, as far as it can be read. */
gboolean file_plan_is_empty(const FilePlan *plan);

/* A digest of all that a plan compares. Two directories with the same digest have an empty plan. */
char *file_plan_digest(const FileList *list, guint mask);

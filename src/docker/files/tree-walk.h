/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-ignore.h>
#include <gio/gio.h>
#include <sys/stat.h>

/*
 * A directory's tree, entry by entry: depth first, the names of each directory in the order of
 * their bytes, a directory before what is in it. That is the order of an archive that is the same
 * whenever the tree is, and the one that BuildKit's file transfer demands. Memory is that of the
 * directories on the way down, not of the tree. Blocks; for a thread.
 */
typedef struct _CddTreeWalk CddTreeWalk;

typedef struct {
    const char *name; /* below the root, with slashes, without one at either end */
    const char *path; /* to open it by */
    const char *link; /* where a symbolic link leads, else NULL */
    struct stat status;
} CddTreeEntry;

/*
 * @exclude (nullable) says what is left out: an excluded directory is read only if an exception may
 * apply in it, and it is an entry itself only when something in it is. @include (nullable) are
 * patterns of the same syntax, of which one must match an entry or a directory above it, as
 * fsutil's IncludePatterns have it: a directory that none matches is an entry only when something
 * in it is. NULL is for everything. The walk holds its own references.
 */
CddTreeWalk *
cdd_tree_walk_new(const char *root, CddIgnore *exclude, CddIgnore *include, GError **error);
void cdd_tree_walk_free(CddTreeWalk *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddTreeWalk, cdd_tree_walk_free)

/* What is skipped: a socket, which is what a program leaves behind, or a pipe or a device. */
#define CDD_TREE_SOCKET "a socket"
#define CDD_TREE_PIPE "a pipe"
#define CDD_TREE_DEVICE "a device"

/*
 * The next entry, which is valid until the next call; NULL without an error at the end. Sockets,
 * pipes and devices are no entries: each is told to @skipped. An error names the file.
 */
typedef void (*CddTreeSkippedFunc)(const char *path, const char *what, gpointer user_data);
void
cdd_tree_walk_set_skipped_func(CddTreeWalk *self, CddTreeSkippedFunc skipped, gpointer user_data);
const CddTreeEntry *cdd_tree_walk_next(CddTreeWalk *self, GError **error);

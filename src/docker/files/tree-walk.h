/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-ignore.h>
#include <gio/gio.h>
#include <sys/stat.h>

/*
 * Walks a directory tree: depth first, names in byte order, a directory before its contents. This
 * order makes archives reproducible, and BuildKit's file transfer requires it. Memory grows with
 * the depth of the tree, not with its size. Blocks; call it in a thread.
 */
typedef struct _CddTreeWalk CddTreeWalk;

typedef struct {
    const char *name; /* relative to the root, without a slash at either end */
    const char *path; /* the path to open */
    const char *link; /* the target of a symbolic link, else NULL */
    struct stat status;
} CddTreeEntry;

/*
 * @exclude (nullable) has the patterns to leave out. An excluded directory is read only if an
 * exception may apply in it, and is an entry only if something in it is an entry. @include
 * (nullable) has patterns of the same syntax, like fsutil's IncludePatterns: one must match an
 * entry or a directory above it. A directory without a match is an entry only if something in it is
 * one. NULL includes everything. The walk holds its own references.
 */
CddTreeWalk *
cdd_tree_walk_new(const char *root, CddIgnore *exclude, CddIgnore *include, GError **error);
void cdd_tree_walk_free(CddTreeWalk *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddTreeWalk, cdd_tree_walk_free)

/*
 * Returns the next entry, valid until the next call; NULL without an error at the end. Sockets,
 * pipes and devices are not entries; @skipped is called for each, with "a socket" and so on: a
 * socket is useless elsewhere, and a device would grant a right that nobody asked for. An error
 * names the file.
 */
typedef void (*CddTreeSkippedFunc)(const char *path, const char *what, gpointer user_data);
void
cdd_tree_walk_set_skipped_func(CddTreeWalk *self, CddTreeSkippedFunc skipped, gpointer user_data);
const CddTreeEntry *cdd_tree_walk_next(CddTreeWalk *self, GError **error);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/folder.h"
#include "../incremental/file-list.h"

/*
 * A directory of this machine that gets files from the engine. Paths are relative to it; what a
 * container says is not trusted: no path leads out of the directory, not even through a link, and a
 * file has its name only when it is whole. A file or a link replaces a file or a link. Where
 * something of another kind has the name, the error is G_IO_ERROR_EXISTS, and nothing changes.
 */
typedef struct LocalTree LocalTree;

/* The name in the directory of a file that is not whole yet. */
#define LOCAL_TREE_TEMPORARY ".colcon-deb.receiving"

LocalTree *local_tree_open(const char *path, GError **error);
void local_tree_free(LocalTree *tree);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LocalTree, local_tree_free)

/* A file that is being written; local_tree_finish() or local_tree_abandon() ends it. */
typedef struct LocalFile LocalFile;

LocalFile *local_tree_begin(LocalTree *tree, const char *path, GError **error);
gboolean local_file_write(LocalFile *file, const void *data, gsize length, GError **error);

/* Gives the file its permissions, its time (nanoseconds) and its name. */
gboolean local_file_finish(LocalFile *file, guint mode, gint64 mtime, GError **error);
void local_file_abandon(LocalFile *file);

/* Gives the file @from the name @to as well, if @from is still what its entry says; an inode of 0
 * is not compared. */
gboolean local_tree_link(LocalTree *tree, const FileEntry *from, const char *to);

gboolean local_tree_set_attributes(LocalTree *tree, const FileEntry *entry);
gboolean local_tree_make_link(LocalTree *tree, const FileEntry *entry, GError **error);
gboolean local_tree_make_directory(LocalTree *tree, const char *path, GError **error);

/* Whether the entry is still what was listed. */
gboolean local_tree_is_same(LocalTree *tree, const FileEntry *entry);

/* Removes an entry of ours, with all that is in it. */
gboolean local_tree_discard(LocalTree *tree, const char *name, GError **error);

/* Removes a file or a link, and directories that are empty after that. */
gboolean local_tree_remove(LocalTree *tree, const char *path, GError **error);

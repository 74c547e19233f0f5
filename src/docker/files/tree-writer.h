/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

/*
 * Writes files under names that are not trusted. No name leads out of the directory, not even
 * through a symbolic link in it. An incomplete file has only a temporary name. Existing files of
 * the same name are replaced, others stay. Files are owned by the caller. Blocks.
 */
typedef struct _CddTreeWriter CddTreeWriter;

/* Creates the directory and its parents if they do not exist. */
CddTreeWriter *cdd_tree_writer_new(const char *root, GError **error);
void cdd_tree_writer_free(CddTreeWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddTreeWriter, cdd_tree_writer_free)

/* The directory may exist already. Its owner always gets read, write and search permission. */
gboolean cdd_tree_writer_add_directory(CddTreeWriter *self,
                                       const char *name,
                                       mode_t permissions,
                                       GError **error);
/* @target is not checked. */
gboolean
cdd_tree_writer_add_link(CddTreeWriter *self, const char *name, const char *target, GError **error);

/* A file being written. Freeing an unfinished file removes it. */
typedef struct _CddNewFile CddNewFile;

CddNewFile *
cdd_tree_writer_add_file(CddTreeWriter *self, const char *name, mode_t permissions, GError **error);
gboolean cdd_new_file_write(CddNewFile *self, const guint8 *data, gsize length, GError **error);
/* Gives the file its final name. @mod_time is in nanoseconds since 1970; -1 for now. */
gboolean cdd_new_file_finish(CddNewFile *self, gint64 mod_time, GError **error);
void cdd_new_file_free(CddNewFile *self);

/* Returns whether a name stays below a directory and within the maximum depth. */
gboolean cdd_name_is_below(const char *name);

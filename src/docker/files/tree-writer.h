/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

/*
 * A directory that is filled with what somebody else names. No name leads out of it, not even by a
 * link that lies in it already or came before; whatever is not complete has no name of its own;
 * what has the same name is replaced, the rest stays. All belongs to the caller. Blocks.
 */
typedef struct _CddTreeWriter CddTreeWriter;

/* Makes the directory, and those above it, where there is none. */
CddTreeWriter *cdd_tree_writer_new(const char *root, GError **error);
void cdd_tree_writer_free(CddTreeWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddTreeWriter, cdd_tree_writer_free)

/* One that is there is all right. The owner may always read, write and enter it. */
gboolean cdd_tree_writer_add_directory(CddTreeWriter *self,
                                       const char *name,
                                       mode_t permissions,
                                       GError **error);
/* Where it leads is only text. */
gboolean
cdd_tree_writer_add_link(CddTreeWriter *self, const char *name, const char *target, GError **error);

/* A file that is being written; freeing one that is not finished leaves nothing. */
typedef struct _CddNewFile CddNewFile;

CddNewFile *
cdd_tree_writer_add_file(CddTreeWriter *self, const char *name, mode_t permissions, GError **error);
gboolean cdd_new_file_write(CddNewFile *self, const guint8 *data, gsize length, GError **error);
/* Gives it its name. mod_time is in nanoseconds since 1970; -1 for now. */
gboolean cdd_new_file_finish(CddNewFile *self, gint64 mod_time, GError **error);
void cdd_new_file_free(CddNewFile *self);

/* Whether a name is one below a directory, and not further down than anybody means. */
gboolean cdd_name_is_below(const char *name);

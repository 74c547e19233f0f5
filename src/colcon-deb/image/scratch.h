/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* A directory for large temporary files, removed with its content. One that a killed process has
 * left is removed when the same user makes another beside it. */
typedef struct Scratch Scratch;

/* @parent: NULL for $TMPDIR, else /var/tmp, since /tmp may be in memory. */
Scratch *scratch_new(const char *parent, GError **error);
void scratch_free(Scratch *scratch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scratch, scratch_free)

/* The paths (char *) of the directories that killed processes of this user have left in @parent. */
GPtrArray *scratch_find_left(const char *parent);
gboolean scratch_remove_left(const char *path, GError **error);

const char *scratch_get_path(const Scratch *scratch);

/* The path of @name in it; the file need not exist. */
char *scratch_make_path(const Scratch *scratch, const char *name);

/* Copies the directory @source to @name: regular files and directories, made readable for all. */
gboolean
scratch_copy_tree(const Scratch *scratch, const char *source, const char *name, GError **error);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* A directory of the program's own for what is large and temporary; it goes with all that is in it.
 */
typedef struct Scratch Scratch;

/* Makes it in @parent; NULL for $TMPDIR, else /var/tmp, since /tmp may be memory. */
Scratch *scratch_new(const char *parent, GError **error);
void scratch_free(Scratch *scratch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scratch, scratch_free)

const char *scratch_get_path(const Scratch *scratch);

/* The path of @name in it, which need not be there. */
char *scratch_make_path(const Scratch *scratch, const char *name);

/* Makes @name in it a copy of the directory @source: its plain files and directories, all readable.
 */
gboolean
scratch_copy_tree(const Scratch *scratch, const char *source, const char *name, GError **error);

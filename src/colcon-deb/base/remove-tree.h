/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Removes the entry @name of the directory @parent: a file, a link, or a directory with everything
 * below it that is on its file system. No link is followed. Returns 0 or errno of the first entry
 * that stays. */
int remove_tree(int parent, const char *name);

/* Whether @name is "." or "..", which readdir() also returns. */
gboolean is_dots(const char *name);

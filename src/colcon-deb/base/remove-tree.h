/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Removes what @parent has as @name: a file, a link, or a directory with everything below it that
 * is on its file system. No link is followed. Returns 0 or errno of the first entry that stays. */
int remove_tree(int parent, const char *name);

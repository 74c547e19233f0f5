/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Implements BuildKit's "followpaths". Returns the patterns of a walk that includes each path,
 * every symbolic link on the way to it, and the targets of these links. All are below @root; no
 * link leads out of it. A component with wildcards means everything that it matches. A missing path
 * is returned unchanged and matches nothing. Returns NULL if one of the paths is the root, so
 * everything is included.
 */
GStrv cdd_follow_links(const char *root, const char *const *paths);

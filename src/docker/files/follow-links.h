/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * What BuildKit's "followpaths" mean: the patterns for a walk that brings each path, every symbolic
 * link on the way to it and what those lead to, all below @root, out of which no link leads. A
 * component with wildcards stands for what it matches there. What is not there stays as it is, so
 * that nothing matches it. NULL means that everything is wanted, since one of them is the root.
 */
GStrv cdd_follow_links(const char *root, const char *const *paths);

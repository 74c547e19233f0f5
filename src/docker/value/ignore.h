/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-ignore.h>

/*
 * Functions for a walk of a directory tree. For each directory on the way down, the walk keeps one
 * byte per pattern: whether the pattern matches the directory or one above it. So a match is not
 * repeated for the entries below. All bytes of the top are zero.
 */
gsize cdd_ignore_get_n_patterns(const CddIgnore *self);

/* Returns whether an entry is ignored. @matches: in, the bytes of its directory; out, its own. */
gboolean cdd_ignore_match_entry(const CddIgnore *self, const char *path, guint8 *matches);

/* Returns whether an entry below @directory could have another verdict than @directory. */
gboolean
cdd_ignore_may_change_below(const CddIgnore *self, const char *directory, const guint8 *matches);

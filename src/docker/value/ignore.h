/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-ignore.h>

/*
 * For a walk: which patterns match a directory, by itself or by one above it, is kept for each
 * directory on the way down, in as many bytes as there are patterns, and need not be found anew for
 * what is in it. For the top they are all zero.
 */
gsize cdd_ignore_get_n_patterns(const CddIgnore *self);

/* Whether an entry is ignored. @matches are those of the directory that it is in, and become its
 * own. */
gboolean cdd_ignore_match_entry(const CddIgnore *self, const char *path, guint8 *matches);

/* Whether something below a directory could be ignored if it is not, or not ignored if it is. */
gboolean
cdd_ignore_may_change_below(const CddIgnore *self, const char *directory, const guint8 *matches);

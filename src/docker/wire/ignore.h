/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-ignore.h>

/*
 * For a walk: which patterns match a directory, by itself or by one above it, is kept for each
 * directory on the way down, in as many bytes as there are patterns, and need not be found anew for
 * what is in it. All zero, or NULL, is for the top.
 */
gsize cdd_ignore_get_n_patterns(const CddIgnore *self);

/* Whether an entry of the directory of @parent is ignored; fills in @own. */
gboolean
cdd_ignore_match_entry(const CddIgnore *self, const char *path, const guint8 *parent, guint8 *own);

/* Whether something below a directory could be ignored if it is not, or not ignored if it is. */
gboolean
cdd_ignore_may_change_below(const CddIgnore *self, const char *directory, const guint8 *own);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * One pattern of a .dockerignore file, without "!": what it matches, and what it may match below a
 * directory. It does not change once it is made, so that threads may share it.
 */
typedef struct _CddIgnorePattern CddIgnorePattern;

/* @text is clean (cdd_file_path_clean()). NULL with the fault of what is no pattern. */
CddIgnorePattern *cdd_ignore_pattern_new(const char *text, const char **fault);
void cdd_ignore_pattern_free(CddIgnorePattern *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddIgnorePattern, cdd_ignore_pattern_free)

/* The path itself, not by one of its parents. Time is bounded by the product of the lengths. */
gboolean cdd_ignore_pattern_matches(const CddIgnorePattern *self, const char *path, gsize length);
/* Whether it could match something below the directory, of which nothing is known but its path. */
gboolean cdd_ignore_pattern_reaches_below(const CddIgnorePattern *self, const char *directory);

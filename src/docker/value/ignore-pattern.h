/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Docker skips this mark at the beginning of a file and of a pattern. */
#define CDD_IGNORE_BYTE_ORDER_MARK "\xEF\xBB\xBF"

/* One pattern of a .dockerignore file, without "!". It is immutable, so threads may share it. */
typedef struct _CddIgnorePattern CddIgnorePattern;

/* @text is normalised (cdd_file_path_clean()). Returns NULL and *fault for an invalid pattern. */
CddIgnorePattern *cdd_ignore_pattern_new(const char *text, const char **fault);
void cdd_ignore_pattern_free(CddIgnorePattern *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddIgnorePattern, cdd_ignore_pattern_free)

/* Matches the path itself, not its parents. The time is bounded by the product of both lengths. */
gboolean cdd_ignore_pattern_matches(const CddIgnorePattern *self, const char *path, gsize length);
/* Returns whether the pattern could match any path below @directory. */
gboolean cdd_ignore_pattern_reaches_below(const CddIgnorePattern *self, const char *directory);

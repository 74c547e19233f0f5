/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * One alternative of a regular expression made from a pattern of a .dockerignore file, as a row of
 * steps. A step takes one character, or any number with a star. All ways through the row are
 * followed in parallel, so the time is bounded by the expression's length times the path's.
 */
typedef struct _CddIgnoreSteps CddIgnoreSteps;

/* Any number of directories: the only supported group. */
#define CDD_IGNORE_ANY_DIRECTORIES "(.*/)?"

/*
 * Reads an alternative and moves *expression behind it, to a "|" or to the end. The expression is
 * without the ^ and the $ around it. They belong to its @first and its last alternative only; other
 * ends match anywhere in a path. Returns NULL if it is not valid; *fault then says why.
 */
CddIgnoreSteps *cdd_ignore_steps_new(const char **expression, gboolean first, const char **fault);
void cdd_ignore_steps_free(CddIgnoreSteps *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddIgnoreSteps, cdd_ignore_steps_free)

guint cdd_ignore_steps_get_n(const CddIgnoreSteps *self);
/* Returns how many steps, beginning with @from, each take exactly one fixed character. */
guint cdd_ignore_steps_count_literals(const CddIgnoreSteps *self, guint from);
char *cdd_ignore_steps_join_literals(const CddIgnoreSteps *self, guint from, guint n);

/* With @end, returns whether @text matches; else whether a matching path may begin with @text. */
gboolean cdd_ignore_steps_follow(const CddIgnoreSteps *self, const char *text, gboolean end);

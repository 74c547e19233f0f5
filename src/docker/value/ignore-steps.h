/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * A regular expression of the few kinds that a pattern of a .dockerignore file becomes, read into a
 * row of steps, each of which takes one character or, with a star, any number. All ways through
 * the row are followed side by side, so that no expression takes more time than its length times
 * that of the path.
 */
typedef struct _CddIgnoreSteps CddIgnoreSteps;

/* Any number of directories: the only group that there is. */
#define CDD_IGNORE_ANY_DIRECTORIES "(.*/)?"

/* What stands between ^ and $ of the expression. NULL if it is none. */
CddIgnoreSteps *cdd_ignore_steps_new(const char *expression);
void cdd_ignore_steps_free(CddIgnoreSteps *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddIgnoreSteps, cdd_ignore_steps_free)

guint cdd_ignore_steps_get_n(const CddIgnoreSteps *self);
/* How many steps from there on take just one character each, the same bytes whenever they do. */
guint cdd_ignore_steps_count_literals(const CddIgnoreSteps *self, guint from);
char *cdd_ignore_steps_join_literals(const CddIgnoreSteps *self, guint from, guint n);

/* With @end, whether the text is a path that matches; else whether such a path may begin so. */
gboolean cdd_ignore_steps_follow(const CddIgnoreSteps *self, const char *text, gboolean end);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * The wildcards of Go's filepath.Match: "*" is any number of bytes without a slash, "?" one
 * character that is none, "[a-z]" and "[^a-z]" one of a class, "\" takes the next as it is.
 */

/* NULL, or why the pattern is none. */
const char *cdd_glob_find_fault(const char *pattern);
/* Whether one of these is in it, and not behind a "\". */
gboolean cdd_glob_has_wildcards(const char *pattern);
/* For a valid pattern. The time is at most that of the one length times the other. */
gboolean cdd_glob_matches(const char *pattern, const char *name);
/* What stands for the name alone: a "\" before all that means something in a pattern. */
char *cdd_glob_escape(const char *name);

/*
 * The character at a place, and the place behind it. What is no UTF-8 is U+FFFD for each byte, as
 * Go has it.
 */
gunichar cdd_glob_next(const char **text);

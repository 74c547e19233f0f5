/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * The wildcards of Go's filepath.Match: "*" matches any bytes but a slash, "?" one character but a
 * slash, "[a-z]" and "[^a-z]" one character of a class; "\" escapes the next character.
 */

/* Returns NULL if the pattern is valid, else what is wrong with it. */
const char *cdd_glob_find_fault(const char *pattern);
/*
 * Returns what filepath.Match finds wrong when it compares the pattern with @name. It looks only at
 * the text up to the first star behind which nothing can match any more.
 */
const char *cdd_glob_find_fault_for(const char *pattern, const char *name);
/* Returns whether the pattern has a wildcard that is not escaped. */
gboolean cdd_glob_has_wildcards(const char *pattern);
/* Returns whether a valid pattern matches. The time is bounded by the product of both lengths. */
gboolean cdd_glob_matches(const char *pattern, const char *name);
/* Returns a pattern that matches only @name: special characters are escaped with "\". */
char *cdd_glob_escape(const char *name);

/*
 * Returns the character at *text and advances *text. Like Go, returns U+FFFD for each byte that is
 * not UTF-8.
 */
gunichar cdd_glob_next(const char **text);

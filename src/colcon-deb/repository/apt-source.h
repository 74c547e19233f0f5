/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* The entries that tell apt of a repository. */

typedef struct {
    char *name; /* the codename of the distribution */
    gboolean is_signed;
} AptSuite;

AptSuite *apt_suite_new(const char *name, gboolean is_signed);
void apt_suite_free(AptSuite *suite);

/* A file for /etc/apt/sources.list.d (deb822), one stanza for each of @suites (AptSuite). @key: the
 * public key as text, NULL for none. */
char *apt_source_describe(const char *repository, const GPtrArray *suites, const char *key);

/* A line for sources.list; NULL if a path cannot be written in one. @repository: a path, or an
 * http:// address. @key_file: NULL for none. */
char *apt_source_line(const char *repository, const AptSuite *suite, const char *key_file);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/config.h"

/* A package that the repository offers in a suite. */
typedef struct {
    char *name;
    char *version;
    char *architecture;
    char *suite;
    char *path; /* in the repository */
    guint64 size;
} ListedPackage;

void listed_package_free(ListedPackage *package);

/* The packages of all suites (ListedPackage), sorted by suite and name. A package for all
 * architectures is listed once for a suite. */
GPtrArray *package_list_read(const Config *config, GError **error);

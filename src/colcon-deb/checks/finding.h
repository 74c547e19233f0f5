/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

typedef enum {
    FINDING_OK,
    FINDING_WARNING,
    FINDING_FAILED,
    FINDING_SKIPPED, /* what the check needs is not there */
} FindingResult;

enum {
    FINDING_N_RESULTS = FINDING_SKIPPED + 1
};

/* What one check has found: a line for people, an object for programs. */
typedef struct {
    const char *check; /* a static string: what was looked at */
    FindingResult result;
    char *message;
    char *cure; /* what to do; NULL if there is nothing to do, or the message says it */
} Finding;

/* @cure: copied; or NULL. */
Finding *
finding_new(FindingResult result, const char *check, const char *cure, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
void finding_free(Finding *finding);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Finding, finding_free)

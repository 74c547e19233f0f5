/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "finding.h"

/* What the commands validate and doctor print: a line for each finding, at once. */
typedef struct CheckReport CheckReport;

/* @json: one object a line. @quiet: failures only. */
CheckReport *check_report_new(gboolean json, gboolean quiet);
void check_report_free(CheckReport *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CheckReport, check_report_free)

/* Consumes @finding. */
void check_report_add(CheckReport *self, Finding *finding);

/* A failure with the message of @error, which is consumed. An interrupted check has no finding. */
void check_report_add_error(CheckReport *self, const char *check, GError *error);

/* Whether no check has failed, or was interrupted. The error is a usage error if a failure was a
 * wrong argument or configuration. */
gboolean check_report_conclude(const CheckReport *self, GError **error);

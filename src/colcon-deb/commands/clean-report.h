/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../image/leftovers.h"
#include "options.h"

/* What the command clean prints: a line for each leftover and a sum, or one JSON object. */
typedef struct CleanReport CleanReport;

/* All is borrowed, and so are the leftovers that follow. */
CleanReport *clean_report_new(const Engine *engine, const Options *options, gboolean dry_run);
void clean_report_free(CleanReport *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CleanReport, clean_report_free)

/* What has happened to @leftover, or would happen. */
void clean_report_removed(CleanReport *self, const Leftover *leftover);
void clean_report_kept(CleanReport *self, const Leftover *leftover);
void clean_report_failed(CleanReport *self, const Leftover *leftover, const GError *error);

/* Prints the sum. Returns whether nothing has failed. */
gboolean clean_report_end(const CleanReport *self, GError **error);

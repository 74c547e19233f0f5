/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* What scripts/accelerator/assemble.py says of the layer that it has made. */
typedef struct {
    char *refused;       /* why there is no layer; NULL if there is one */
    char *versions;      /* "gcc-14=14.2.0-19 binutils=2.44-3 …", sorted */
    GPtrArray *emulated; /* sentences (char *): what stays emulated, and why */
    guint replaced;      /* how many programs are native */
} AccelerationReport;

/* Reads report.json of that directory. */
AccelerationReport *acceleration_report_read(const char *directory, GError **error);
void acceleration_report_free(AccelerationReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AccelerationReport, acceleration_report_free)

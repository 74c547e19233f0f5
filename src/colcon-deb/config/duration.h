/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Reads a duration: digits and the unit s, m or h ("90s", "30m", "2h"), or 0. @maximum, @seconds:
 * in seconds. */
gboolean duration_parse(const char *text, guint maximum, guint *seconds, GError **error);

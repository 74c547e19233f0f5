/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Splits a CSV record (RFC 4180) as Docker's client does: a field that begins with a quote ends
 * with one, and two quotes inside mean one quote. Returns NULL if a quote is elsewhere.
 */
char **cdd_csv_split(const char *text);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Parses "type=local,dest=out", the format of Docker's command line for secrets and outputs: a CSV
 * record, so that a field in quotes may have commas. Returns the values of the fields by their
 * names in lower case. A field that is not in @names is an error.
 */
GHashTable *cdd_description_parse(const char *text, const char *const *names, GError **error);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Parses "type=local,dest=out", the format of Docker's command line for secrets and outputs.
 * Returns the values of the fields. A field that is not in @names is an error.
 */
GHashTable *cdd_description_parse(const char *text, const char *const *names, GError **error);

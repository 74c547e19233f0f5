/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * "type=local,dest=out", as docker's command line describes secrets and outputs: the value of each
 * field, of those that names has; an unknown one is an error that names it.
 */
GHashTable *cdd_description_parse(const char *text, const char *const *names, GError **error);

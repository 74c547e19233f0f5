/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "check-report.h"

/* The names of the contexts of Docker's command, without its own "default"; ends with NULL. */
char **other_engines_list_contexts(void);

/* Adds a finding for each engine on a usual socket, and for each context of Docker's command, but
 * for the one at @used (an address; NULL for none). Sends no request. */
void other_engines_report(CheckReport *report, const char *used);

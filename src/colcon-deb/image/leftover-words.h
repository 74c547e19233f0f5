/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "leftovers.h"

/* Leftovers in words. */

/* "temporary directory" */
const char *leftover_get_name(const Leftover *leftover);

/* In JSON: "directory". */
const char *leftover_get_id(const Leftover *leftover);

/* Bytes that the removal of all of them (Leftover) frees, as far as that is known. */
guint64 leftovers_sum_sizes(const GPtrArray *leftovers);

/* "2 containers, 3 volumes, 1.2 GiB"; "" for none. */
char *leftovers_count(const GPtrArray *leftovers);

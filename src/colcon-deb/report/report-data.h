/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "history.h"

/* What the script of the page shows, as one JSON object. Times are milliseconds since the beginning
 * of the run; packages are named by their place in `packages`. */
char *report_data(const History *history);

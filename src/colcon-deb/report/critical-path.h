/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "history.h"

/* The chain of builds that decided how long the run took: the build that ended last, before it the
 * last to end of those that it needed, and so on. PackageHistory, the first to be built first;
 * empty if nothing was built. @graph: of the state. */
GPtrArray *critical_path(const History *history, const RunGraph *graph);

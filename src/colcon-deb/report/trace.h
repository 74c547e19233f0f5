/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "history.h"

/* The run in the trace event format of Chrome, which ui.perfetto.dev and chrome://tracing show:
 * stages in a process of their own, a thread for each lane of packages, counters for the load. */
GBytes *trace_json(const History *history);

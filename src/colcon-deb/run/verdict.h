/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../events/run-state.h"

/*
 * How a run ended that was not interrupted. Events and @exit_code are two witnesses of the same
 * thing: success needs both, and where one is missing or they contradict each other the error says
 * so, with the last lines of output.
 */
gboolean verdict(const RunState *state, gint64 exit_code, GError **error);

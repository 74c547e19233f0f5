/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../events/run-state.h"

/*
 * Whether a run succeeded that was not interrupted. Success needs both the events and @exit_code.
 * If one is missing, or they contradict each other, the error says so, with the last lines of
 * output.
 */
gboolean verdict(const RunState *state, gint64 exit_code, GError **error);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../events/run-state.h"

/*
 * Whether a run succeeded that was not interrupted. Success needs both the events and @exit_code.
 * If one is missing, or they contradict each other, the error says so, with the last lines of
 * output. @is_build: every package of the plan must have been built. @cause: what ended a container
 * that did not end by itself, or NULL.
 */
gboolean verdict(
    const RunState *state, gboolean is_build, gint64 exit_code, const char *cause, GError **error);

/* Whether something else than the build ended the container, and the engine may know what. */
gboolean verdict_needs_cause(const RunState *state, gint64 exit_code);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "run-lines.h"

/* Prints how the build of a target ended: its state, its packages, how long it took, and where its
 * logs and packages are. */
void run_targets_print(const RunLines *lines, const RunTarget *target);

/* The same of all targets, for the end of the build. */
void run_targets_print_all(const RunLines *lines, const RunState *state);

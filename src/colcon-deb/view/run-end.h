/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "run-lines.h"

/* Prints the end of a build: each failure, the counts, where the packages are and how to install
 * them. */
void run_end_print(const RunLines *lines, const RunState *state, const ViewEnd *end);

/* Prints the counts, and where the packages are. */
void run_end_print_result(const RunLines *lines, const RunState *state, const ViewEnd *end);

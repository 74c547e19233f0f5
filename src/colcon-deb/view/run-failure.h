/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "run-lines.h"

enum {
    FAILURE_LINES = 20 /* of the log that are shown */
};

/* Why the package failed, with the path of the file as it is on the host. NULL if it is not known.
 */
char *run_failure_describe(const RunLines *lines, const Package *package);

/* The path of the package's log; NULL if it has none. */
char *run_failure_get_log(const RunLines *lines, const Package *package);

/* Prints why the package failed, the last lines of its output, failed tests, the path of the log
 * and the command that builds only this package. */
void run_failure_print(const RunLines *lines, const Package *package);

/* Prints its failed tests by name. */
void run_failure_print_tests(const RunLines *lines, const Package *package);

/* Prints the last lines of its output. */
void run_failure_print_tail(const RunLines *lines, const Package *package);

/* Prints the failed tests, the path of the log and the command that builds only this package. */
void run_failure_print_advice(const RunLines *lines, const Package *package);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../events/run-state.h"

/*
 * Looks for the files that the container says it has made. Returns an event for each package that
 * is built or up to date, of which one is missing (CddBuildEvent): the package has failed.
 */
GPtrArray *artifacts_check(const RunState *state, const char *output_dir);

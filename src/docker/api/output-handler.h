/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-output.h>

/*
 * What every operation does with the handler that it is given: copies it, or makes it empty for
 * NULL, and holds what cdd_output_handler_new() made it of until @task has gone.
 */
void cdd_output_handler_take(CddOutputHandler *self, const CddOutputHandler *from, gpointer task);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-output.h>

/*
 * Copies an operation's handler, or makes an empty one if @from is NULL. @task holds a reference to
 * the data of cdd_output_handler_new().
 */
void cdd_output_handler_take(CddOutputHandler *self, const CddOutputHandler *from, gpointer task);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-output.h>

/*
 * Copies an operation's handler, or makes an empty one if @handler is NULL. @task holds a reference
 * to the data of cdd_output_handler_new(). Returns FALSE, with INVALID_SPEC and an empty @self, for
 * a handler with members that this version does not know.
 */
G_GNUC_WARN_UNUSED_RESULT
gboolean cdd_output_handler_take(CddOutputHandler *self,
                                 const CddOutputHandler *handler,
                                 gpointer task,
                                 GError **error);

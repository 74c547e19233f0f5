/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/* Asks the engine what ended the container, which did not say so itself. Returns a clause, such as
 * "killed by way of the engine"; NULL if nothing is known. */
char *container_end_explain(CddService *service,
                            const char *container,
                            gint64 exit_code,
                            GCancellable *cancellable);

/* Appends to @error, a lost connection, whether the engine still answers, and what to do. */
void container_end_explain_loss(CddService *service, GCancellable *cancellable, GError **error);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../image/engine-image.h"

/* Asks the engine what ended a container that did not say so itself. Returns a clause, such as "the
 * engine says that it ran out of memory"; NULL if nothing is known. */
char *container_end_explain(const Engine *engine,
                            const char *container,
                            gint64 exit_code,
                            GCancellable *cancellable);

/* Appends to @error, a lost connection, whether the engine still answers, and what to do. */
void container_end_explain_loss(const Engine *engine, GCancellable *cancellable, GError **error);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/* What the container reads from its standard input: lines, sent one after the other while the
 * caller goes on. */
typedef struct Input Input;

Input *input_new(GOutputStream *stream);

/* What has not been sent then is not sent any more. */
void input_free(Input *input);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Input, input_free)

/* @line is without its end. A container that is gone takes nothing, and says so elsewhere. */
void input_send(Input *input, const char *line);

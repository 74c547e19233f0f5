/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/* What the container reads from its standard input: lines, sent one after the other while the
 * caller goes on. */
typedef struct ContainerInput ContainerInput;

ContainerInput *container_input_new(GOutputStream *stream);

/* What has not been sent then is not sent any more. */
void container_input_free(ContainerInput *input);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ContainerInput, container_input_free)

/* @line is without its end. A container that is gone takes nothing, and says so elsewhere. */
void container_input_send(ContainerInput *input, const char *line);

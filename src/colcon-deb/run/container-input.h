/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/* Standard input of a container: lines that are sent one after the other in the background. */
typedef struct ContainerInput ContainerInput;

ContainerInput *container_input_new(GOutputStream *stream);

/* Lines that have not been sent are dropped. */
void container_input_free(ContainerInput *input);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ContainerInput, container_input_free)

/* @line: without its end. Errors are ignored: the end of the container is reported elsewhere. */
void container_input_send(ContainerInput *input, const char *line);

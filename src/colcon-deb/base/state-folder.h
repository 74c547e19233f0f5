/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "owner.h"

/*
 * What is kept from one build to the next: the output directory's .colcon-deb/. A container could
 * have written there, so that what is read is bounded, through no link, and never believed to be
 * well formed.
 */
typedef struct StateDirectory StateDirectory;

/* Makes it if it is not there. */
StateDirectory *state_directory_open(const char *output, const Owner *owner, GError **error);
void state_directory_free(StateDirectory *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StateDirectory, state_directory_free)

/* NULL if there is no such file, or none that can be read, or it has more than @max bytes. */
char *state_directory_read(const StateDirectory *state, const char *name, gsize max, gsize *length);

/* Whole or not at all. */
gboolean state_directory_write(const StateDirectory *state,
                               const char *name,
                               const char *text,
                               GError **error);

/* Succeeds if it is not there. */
gboolean state_directory_remove(const StateDirectory *state, const char *name, GError **error);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "owner.h"

/*
 * The only access to .colcon-deb/ in the output directory, where one build leaves records for the
 * next. A container can write there: files are opened by the rules of beneath.h, and readers must
 * expect any content.
 */
typedef struct StateFolder StateFolder;

/* Makes the directory if it is not there. */
StateFolder *state_folder_open(const char *output, const Owner *owner, GError **error);

/* NULL if it is not there or cannot be opened. */
StateFolder *state_folder_find(const char *output);

void state_folder_free(StateFolder *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StateFolder, state_folder_free)

/* The text of a file, followed by a zero byte; NULL if there is none, it cannot be read, or it has
 * more than @max bytes. */
char *state_folder_read(const StateFolder *state, const char *name, gsize max, gsize *length);

/* Writes all of @text or leaves the file as it was. */
gboolean
state_folder_write(const StateFolder *state, const char *name, const char *text, GError **error);

/* Succeeds if it is not there. */
gboolean state_folder_remove(const StateFolder *state, const char *name, GError **error);

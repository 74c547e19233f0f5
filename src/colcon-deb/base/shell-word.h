/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Appends a space and @word to a command that a person may copy into a shell, quoted if need be. */
void shell_word_append(GString *command, const char *word);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Prints what can stand for @placeholder of --help, one a line: PACKAGE, TARGET or CONTEXT. Prints
 * nothing for another one, and nothing of a mistake: the user is still writing the line. @line: the
 * words of the command line after the command, which may name the workspace and the configuration.
 */
void completion_words_print(const char *placeholder, char *const *line);

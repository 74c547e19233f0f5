/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * A terminal whose keys all go to a program elsewhere, Ctrl-C and Ctrl-Z among them, and that shows
 * what this program writes unchanged.
 *
 * It gets its former mode back however the program ends; see terminal-mode.h.
 */
typedef struct TerminalRaw TerminalRaw;

/* @on_resized: called by the main loop when the window has changed its size. */
TerminalRaw *
terminal_raw_new(int input, int output, void (*on_resized)(gpointer user_data), gpointer user_data);
void terminal_raw_free(TerminalRaw *terminal);

/* Returns FALSE if the terminal does not tell. */
gboolean terminal_raw_get_size(const TerminalRaw *terminal, guint *columns, guint *rows);

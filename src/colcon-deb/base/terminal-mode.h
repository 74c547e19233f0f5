/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Takes the progress out of the title: OSC 9;4 with state 0. */
#define TERMINAL_NO_PROGRESS "\x1b]9;4;0\x07"

/*
 * A terminal while a program draws on it and reads its keys: each key arrives at once and is not
 * echoed. Ctrl-C and Ctrl-Z work as ever.
 *
 * The terminal gets its former mode and its cursor back however the program ends. On a crash or
 * SIGKILL a small process does that, which waits for this one to end.
 */
typedef struct TerminalMode TerminalMode;

typedef struct {
    /* A letter, digit or sign. It may free the TerminalMode. */
    void (*on_key)(char key, gpointer user_data);
    /* The terminal belongs to the shell or another program now: Ctrl-Z, or a start with "&". */
    void (*on_hide)(gpointer user_data);
    /* The program is in the foreground again. */
    void (*on_show)(gpointer user_data);
} TerminalModeHandler;

/* @input: where keys come from; they are not read if it is no terminal. @output: the terminal to
 * restore. @has_title: the program shows its progress in the title. Call it before the program
 * opens other files. Returns NULL if @output is no terminal. */
TerminalMode *terminal_mode_new(int input,
                                int output,
                                gboolean has_title,
                                const TerminalModeHandler *handler,
                                gpointer user_data);

/* Restores the mode. The cursor and the title are the caller's. */
void terminal_mode_free(TerminalMode *mode);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TerminalMode, terminal_mode_free)

/* Whether keys are read. */
gboolean terminal_mode_has_keys(const TerminalMode *mode);

/* Whether the program may draw on the terminal. */
gboolean terminal_mode_is_foreground(const TerminalMode *mode);

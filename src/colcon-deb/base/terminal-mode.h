/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * The terminal that a person types at, in a mode in which each key arrives at once and is not
 * echoed. Ctrl-C and Ctrl-Z work as ever.
 *
 * The terminal gets its former mode and its cursor back however the program ends. On a crash or
 * SIGKILL a small process does that, which waits for this one to end.
 */
typedef struct TerminalMode TerminalMode;

typedef struct {
    void (*on_key)(char key, gpointer user_data); /* a letter, digit or sign */
    void (*on_suspend)(gpointer user_data);       /* before Ctrl-Z stops the program */
    void (*on_resume)(gpointer user_data);
} TerminalModeHandler;

/* @input: the terminal for keys. @output: the one to restore. Call it before the program opens
 * other files: the waiting process must not keep them open. Returns NULL if @input is no terminal,
 * or if the process is not in its foreground. */
TerminalMode *
terminal_mode_new(int input, int output, const TerminalModeHandler *handler, gpointer user_data);

/* Restores the mode. The cursor is the caller's. */
void terminal_mode_free(TerminalMode *mode);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TerminalMode, terminal_mode_free)

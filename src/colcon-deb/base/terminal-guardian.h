/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>
#include <termios.h>

/* A process that waits until this one has ended, and then restores the terminal, unless it was
 * dismissed before. */
typedef struct {
    pid_t pid; /* 0 if there is none */
    int line;  /* the other end is the guardian's; its end is the signal */
} TerminalGuardian;

/* @input: the terminal whose mode is @mode. @output: where the cursor is shown again. If it cannot
 * be started, there is none. */
void terminal_guardian_start(TerminalGuardian *guardian,
                             int input,
                             int output,
                             const struct termios *mode);

void terminal_guardian_dismiss(TerminalGuardian *guardian);

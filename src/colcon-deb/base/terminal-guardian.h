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

typedef struct {
    int input;  /* the terminal whose mode is restored; -1 for none */
    int output; /* where the cursor is shown again */
    struct termios former;
    struct termios own; /* a mode that differs from it was set by the shell, and stays */
    gboolean has_title; /* clear the progress in the title, too */
} TerminalGuardianTask;

/* If it cannot be started, there is none. */
void terminal_guardian_start(TerminalGuardian *guardian, const TerminalGuardianTask *task);

void terminal_guardian_dismiss(TerminalGuardian *guardian);

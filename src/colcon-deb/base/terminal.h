/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>
#include <stdio.h>

/*
 * Lines of text, with a status line below them on a terminal. Elsewhere the status becomes a line
 * of its own when nothing else was said for a while, so that a log shows that work goes on. Control
 * sequences are removed from all text; only those of this file reach the terminal. No mode of the
 * terminal is changed, so there is nothing to restore but the status line.
 */
typedef struct Terminal Terminal;

typedef enum {
    STYLE_PLAIN,
    STYLE_STRONG,
    STYLE_FAINT,
    STYLE_GOOD,
    STYLE_BAD,
    STYLE_WARNING,
} Style;

typedef struct {
    FILE *out;
    FILE *errors;
    gboolean interactive; /* a status line is kept */
    gboolean colour;
    gint64 (*clock)(void); /* milliseconds; NULL for clock_now() */
    guint columns;         /* 0 asks the terminal each time, as its window may change */
} TerminalSetup;

/* Finds out whether @out is a terminal and whether its user wants colours. */
TerminalSetup terminal_setup_detect(FILE *out);

Terminal *terminal_new(const TerminalSetup *setup);

/* Clears the status line. */
void terminal_free(Terminal *terminal);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Terminal, terminal_free)

gboolean terminal_is_interactive(const Terminal *terminal);

/* Adds to the line that terminal_end_line() prints. */
void terminal_put(Terminal *terminal, Style style, const char *text);
void terminal_printf(Terminal *terminal, Style style, const char *format, ...) G_GNUC_PRINTF(3, 4);
void terminal_end_line(Terminal *terminal);

/* Replaces the status line; NULL clears it. Call it every second: only this call looks how long
 * nothing was said. */
void terminal_set_status(Terminal *terminal, const char *text);

/* Prints an error as terminal_write_error() does, above the status line. */
void terminal_error(Terminal *terminal, const char *message);

/* Writes "colcon-deb: MESSAGE"; further lines of the message follow without a prefix. */
void terminal_write_error(FILE *errors, const char *message);

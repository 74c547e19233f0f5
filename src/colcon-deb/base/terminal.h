/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "styled-line.h"

#include <stdio.h>

/*
 * Lines of text. On a terminal a footer stands below them and is drawn again as it changes; the
 * lines scroll above it and stay. The alternate screen is never used.
 *
 * Between two drawings the cursor is at the beginning of the footer, so the footer can be cleared
 * whatever the terminal did with its lines when the window changed its width.
 */
typedef struct Terminal Terminal;

typedef struct {
    FILE *out;
    FILE *errors;
    gboolean interactive; /* a footer is shown */
    gboolean colour;
    gboolean unicode;      /* letters other than ASCII can be shown */
    gint64 (*clock)(void); /* milliseconds; NULL for clock_now() */
    guint columns;         /* 0 asks the terminal each time, as its window may change */
    guint rows;            /* likewise */
} TerminalSetup;

/* How large the footer may be. */
typedef struct {
    guint columns;
    guint rows;
    gboolean colour;
    gboolean unicode;
} TerminalSpace;

/* Appends the lines of the footer (char *, by styled_line_take()) to @lines. */
typedef void (*TerminalFooter)(GPtrArray *lines, const TerminalSpace *space, gpointer user_data);

/* Finds out whether @out is a terminal, whether its user wants colours, and its letters. */
TerminalSetup terminal_setup_detect(FILE *out);

Terminal *terminal_new(const TerminalSetup *setup);

/* Writes what is left, and clears the footer. */
void terminal_free(Terminal *terminal);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Terminal, terminal_free)

gboolean terminal_is_interactive(const Terminal *terminal);
gboolean terminal_has_unicode(const Terminal *terminal);

/* By the clock of the setup. */
gint64 terminal_now(const Terminal *terminal);

/* Milliseconds since the last line. */
gint64 terminal_get_silence(const Terminal *terminal);

/* What changes each line before it is written; NULL for nothing. Takes over the string. */
void terminal_set_filter(Terminal *terminal, char *(*filter)(char *line));

/* Adds to the line that terminal_end_line() ends. On a terminal the lines are written at most 20
 * times a second, by the main loop. */
void terminal_put(Terminal *terminal, Style style, const char *text);
void terminal_printf(Terminal *terminal, Style style, const char *format, ...) G_GNUC_PRINTF(3, 4);
void terminal_end_line(Terminal *terminal);

/* A line in one piece. */
void terminal_print(Terminal *terminal, Style style, const char *text);

/* @footer composes the footer whenever it is drawn; NULL removes it. No effect elsewhere than on a
 * terminal. */
void terminal_set_footer(Terminal *terminal, TerminalFooter footer, gpointer user_data);

/* Draws the footer again, soon. */
void terminal_redraw(Terminal *terminal);

/* Writes what waits to be written, now. */
void terminal_flush(Terminal *terminal);

/* Writes a control sequence that moves nothing, such as a title. */
void terminal_control(Terminal *terminal, const char *sequence);

/* Prints an error as terminal_write_error() does, above the footer. */
void terminal_error(Terminal *terminal, const char *message);

/* Writes "colcon-deb: MESSAGE"; further lines of the message follow without a prefix. */
void terminal_write_error(FILE *errors, const char *message);

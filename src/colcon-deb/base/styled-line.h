/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

typedef enum {
    STYLE_PLAIN,
    STYLE_STRONG,
    STYLE_FAINT,
    STYLE_GOOD,
    STYLE_BAD,
    STYLE_WARNING,
    STYLE_ACTIVE, /* what goes on now */
} Style;

/*
 * One line of a terminal while it is composed. All text is made printable, so the only control
 * sequences in it are those of the styles. What does not fit into the columns is cut.
 */
typedef struct StyledLine StyledLine;

/* @columns: the width of the line; 0 for one of any width. @colour: whether styles are shown. */
StyledLine *styled_line_new(guint columns, gboolean colour);
void styled_line_free(StyledLine *line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StyledLine, styled_line_free)

/* Appends @text. If it does not fit, it ends with "..." or with as many dots as fit. */
void styled_line_put(StyledLine *line, Style style, const char *text);
void styled_line_printf(StyledLine *line, Style style, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Appends spaces up to @column, counted from 0. */
void styled_line_pad(StyledLine *line, guint column);

/* How many columns are left; G_MAXUINT in a line of any width. */
guint styled_line_get_rest(const StyledLine *line);

guint styled_line_get_width(const StyledLine *line);

/* The line as it is written, without an end. Empties @line. */
char *styled_line_take(StyledLine *line);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Makes a peer's text safe to show: valid UTF-8, no control characters, bounded length. Newlines
 * and tabs stay only with CDD_TEXT_LINES.
 */
typedef enum {
    CDD_TEXT_ONE_LINE, /* newlines and tabs become spaces */
    CDD_TEXT_LINES,
} CddTextShape;

char *cdd_text_clean(const char *text, gsize length, gsize max_length, CddTextShape shape);

/* Returns whether all bytes are among @allowed; TRUE for an empty text. */
gboolean cdd_text_has_only(const char *text, const char *allowed);

/* Appends @data and keeps the last @max_length bytes, cut at the start of a character. */
void cdd_text_tail_append(GString *tail, const void *data, gsize length, gsize max_length);
/*
 * Returns the end of @tail as text to show, with its lines: at most @max_length bytes, also if
 * bytes that are no text became longer.
 */
char *cdd_text_tail_clean(const GString *tail, gsize max_length);

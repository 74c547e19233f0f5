/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Text that came from a peer, made fit to be shown: valid UTF-8, no control characters but, when
 * they are asked for, line ends and tabs, and not longer than a bound.
 */
typedef enum {
    CDD_TEXT_ONE_LINE, /* line ends and tabs become spaces */
    CDD_TEXT_LINES,
} CddTextShape;

char *cdd_text_clean(const char *text, gsize length, gsize max_length, CddTextShape shape);

/* Keeps at most the last max_length bytes of what is added, cut at a character's start. */
void cdd_text_tail_append(GString *tail, const void *data, gsize length, gsize max_length);

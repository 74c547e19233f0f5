/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Splits bytes into lines at "\n" or "\r\n". The bytes may be split anywhere. A line longer than
 * CDD_MAX_LINE_LENGTH is passed on in parts, so memory stays bounded and nothing is lost.
 */
#define CDD_MAX_LINE_LENGTH (64 * 1024)

/* @whole is FALSE for a part of an overlong line. */
typedef void (*CddLineFunc)(const char *line, gsize length, gboolean whole, gpointer user_data);

typedef struct {
    GString *partial;
    gboolean overlong; /* a part of the line has been passed on */
} CddLineBuffer;

void cdd_line_buffer_init(CddLineBuffer *self);
void cdd_line_buffer_clear(CddLineBuffer *self);
void cdd_line_buffer_feed(
    CddLineBuffer *self, const char *data, gsize length, CddLineFunc func, gpointer user_data);
/* Passes on the rest, which has no newline. */
void cdd_line_buffer_flush(CddLineBuffer *self, CddLineFunc func, gpointer user_data);

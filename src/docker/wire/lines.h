/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Splits bytes into lines at "\n" or "\r\n", whatever pieces they come in. A line longer than the
 * bound comes in several parts, so that memory stays bounded and nothing is lost.
 */
#define CDD_MAX_LINE_LENGTH (64 * 1024)

/* whole is FALSE for a part of a line that passes the bound. */
typedef void (*CddLineFunc)(const char *line, gsize length, gboolean whole, gpointer user_data);

typedef struct {
    GString *partial;
    gboolean overlong; /* part of the line has been handed on */
} CddLineBuffer;

void cdd_line_buffer_init(CddLineBuffer *self);
void cdd_line_buffer_clear(CddLineBuffer *self);
void cdd_line_buffer_feed(
    CddLineBuffer *self, const char *data, gsize length, CddLineFunc func, gpointer user_data);
/* Hands on what is left without a line end. */
void cdd_line_buffer_flush(CddLineBuffer *self, CddLineFunc func, gpointer user_data);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* The lines that another process writes, read by the main context. */
typedef struct LineReader LineReader;

enum {
    LINE_READER_MAX = 1024 * 1024 /* bytes; the rest of a longer line is dropped */
};

/* @line: without its end, followed by a zero byte; it may hold anything. */
typedef void (*LineReaderFunc)(const char *line, gsize length, gpointer user_data);

/* Takes over @fd. */
LineReader *line_reader_new(int fd, LineReaderFunc func, gpointer user_data);
void line_reader_free(LineReader *reader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LineReader, line_reader_free)

/* Reads what is there now. */
void line_reader_drain(LineReader *reader);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/folder.h"

/* A log from its first line on, also while it grows. Its lines are text_printable(): they may go to
 * a terminal. */
typedef struct LogTail LogTail;

/* @line: without its end. */
typedef void (*LogTailFunc)(const char *line, gpointer user_data);

/* @folder: borrowed. @path: in it or below it. The log need not exist yet. */
LogTail *log_tail_new(const Folder *folder, const char *path);
void log_tail_free(LogTail *tail);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LogTail, log_tail_free)

/* Calls @func for each whole line since the last call. A log that was begun again is read from its
 * first line. Returns FALSE with @error if the log cannot be read. */
gboolean log_tail_read(LogTail *tail, LogTailFunc func, gpointer user_data, GError **error);

/* Calls @func for a last line that has no end. Call it when nothing more is written. */
void log_tail_end(LogTail *tail, LogTailFunc func, gpointer user_data);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * PROGRAM_ERROR_USAGE: what was asked for makes no sense: an argument, a flag, the configuration
 * PROGRAM_ERROR_FAILED: it made sense and did not work
 */
typedef enum {
    PROGRAM_ERROR_USAGE,
    PROGRAM_ERROR_FAILED,
} ProgramError;

#define PROGRAM_ERROR (program_error_quark())

GQuark program_error_quark(void);

/* Sets @error to PROGRAM_ERROR_USAGE and returns FALSE, for `return program_error_usage(…)`. */
gboolean program_error_usage(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Sets @error to "DOING: strerror(@code)" and returns FALSE, for `return program_error_errno(…)`.
 */
gboolean program_error_errno(GError **error, int code, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Adds to the end of @error's message: what to do about it. */
void program_error_append(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The program's exit status for a command that ended with @error (NULL for none). */
int program_error_exit_status(const GError *error);

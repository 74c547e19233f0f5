/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * PROGRAM_ERROR_USAGE: an argument, an option or the configuration is wrong. PROGRAM_ERROR_FAILED:
 * the request was right, but it failed.
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

/* Appends to the message of @error what the user can do. */
void program_error_append(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Sets @error so that the program ends with @status and prints nothing: a command that it has run
 * for the caller has ended so. Returns whether @status is 0. */
gboolean program_error_pass_on(GError **error, int status);

/* Whether there is nothing to print. */
gboolean program_error_is_silent(const GError *error);

/* The program's exit status for a command that ended with @error (NULL for none). */
int program_error_exit_status(const GError *error);

/* SPDX-License-Identifier: Apache-2.0 */
#include "error.h"

#include <string.h>

typedef struct {
    guint http_status;
    gint64 exit_code;
    gboolean unsent;
} CddErrorPrivate;

static void
cdd_error_private_init(CddErrorPrivate *self)
{
    self->exit_code = -1;
}

static void
cdd_error_private_copy(const CddErrorPrivate *from, CddErrorPrivate *to)
{
    *to = *from;
}

static void
cdd_error_private_clear(CddErrorPrivate *self G_GNUC_UNUSED)
{
}

G_DEFINE_EXTENDED_ERROR(CddError, cdd_error)

/*
 * A language binding makes a new error of an error's domain, code and message, so the message tells
 * the status and the exit code too. What the engine says stands before its status, and a log stands
 * after the exit code.
 */
#define STATUS_TEXT "(the engine's answer, HTTP "
#define EXIT_CODE_TEXT "the container ended with exit code "

guint
cdd_error_get_http_status(const GError *error)
{
    const char *text;

    /* The message of a failed container has its output, which may say anything. */
    if (error == NULL || error->domain != CDD_ERROR || error->code == CDD_ERROR_CONTAINER_FAILED ||
        error->code == CDD_ERROR_BUILD_FAILED)
        return 0;
    if (cdd_error_get_private(error)->http_status != 0)
        return cdd_error_get_private(error)->http_status;
    text = g_strrstr(error->message, STATUS_TEXT);
    return text == NULL ? 0 : (guint)g_ascii_strtoull(text + strlen(STATUS_TEXT), NULL, 10);
}

gint64
cdd_error_get_exit_code(const GError *error)
{
    const char *text;

    if (!g_error_matches(error, CDD_ERROR, CDD_ERROR_CONTAINER_FAILED))
        return -1;
    if (cdd_error_get_private(error)->exit_code != -1)
        return cdd_error_get_private(error)->exit_code;
    text = strstr(error->message, EXIT_CODE_TEXT);
    return text == NULL ? -1 : g_ascii_strtoll(text + strlen(EXIT_CODE_TEXT), NULL, 10);
}

static CddError
code_for_status(guint status)
{
    switch (status) {
    case 400:
        return CDD_ERROR_INVALID_SPEC;
    case 401:
    case 403:
        return CDD_ERROR_UNAUTHORIZED;
    case 404:
        return CDD_ERROR_NOT_FOUND;
    case 409:
        return CDD_ERROR_CONFLICT;
    case 501:
        return CDD_ERROR_INCOMPATIBLE;
    default:
        return CDD_ERROR_FAILED;
    }
}

GError *
cdd_error_new_for_status(guint status, const char *message)
{
    GError *error = g_error_new(CDD_ERROR, (int)code_for_status(status), "%s " STATUS_TEXT "%u)",
                                message, status);

    cdd_error_get_private(error)->http_status = status;
    return error;
}

GError *
cdd_error_new_for_exit_code(gint64 exit_code, const char *log_tail)
{
    GError *error = g_error_new(CDD_ERROR, CDD_ERROR_CONTAINER_FAILED,
                                EXIT_CODE_TEXT "%" G_GINT64_FORMAT "%s%s", exit_code,
                                *log_tail == '\0' ? "" : "; its last output:\n", log_tail);

    cdd_error_get_private(error)->exit_code = exit_code;
    return error;
}

void
cdd_error_set_unsent(GError *error)
{
    if (error->domain == CDD_ERROR)
        cdd_error_get_private(error)->unsent = TRUE;
}

gboolean
cdd_error_is_unanswered(const GError *error)
{
    return error->domain == CDD_ERROR && error->code != CDD_ERROR_INVALID_SPEC &&
           cdd_error_get_private(error)->http_status == 0 && !cdd_error_get_private(error)->unsent;
}

gboolean
cdd_error_is_cancelled(const GError *error)
{
    return g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

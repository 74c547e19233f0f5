/* SPDX-License-Identifier: Apache-2.0 */
#include "program-error.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

#include <stdarg.h>

enum {
    EXIT_STATUS_SUCCESS = 0,
    EXIT_STATUS_FAILURE = 1,
    EXIT_STATUS_USAGE = 2,
    EXIT_STATUS_INTERRUPTED = 130,
};

/* G_DEFINE_QUARK takes the name as code, and clang-format puts spaces around its dashes. */
GQuark
program_error_quark(void)
{
    return g_quark_from_static_string("colcon-deb-program-error-quark");
}

gboolean
program_error_usage(GError **error, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE, message);
    return FALSE;
}

gboolean
program_error_errno(GError **error, int code, const char *format, ...)
{
    g_autofree char *doing = NULL;
    va_list arguments;

    va_start(arguments, format);
    doing = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED, "%s: %s", doing, g_strerror(code));
    return FALSE;
}

void
program_error_append(GError **error, const char *format, ...)
{
    g_autofree char *message = NULL;
    g_autofree char *advice = NULL;
    va_list arguments;

    if (error == NULL)
        return;
    va_start(arguments, format);
    advice = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    message = (*error)->message;
    (*error)->message = g_strconcat(message, advice, NULL);
}

static GQuark
passed_on_quark(void)
{
    return g_quark_from_static_string("colcon-deb-passed-on-quark");
}

gboolean
program_error_pass_on(GError **error, int status)
{
    if (status != 0)
        g_set_error(error, passed_on_quark(), status, "the command ended with %d", status);
    return status == 0;
}

gboolean
program_error_is_silent(const GError *error)
{
    return error->domain == passed_on_quark();
}

int
program_error_exit_status(const GError *error)
{
    if (error == NULL)
        return EXIT_STATUS_SUCCESS;
    if (program_error_is_silent(error))
        return error->code;
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return EXIT_STATUS_INTERRUPTED;
    if (g_error_matches(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE) ||
        error->domain == G_OPTION_ERROR)
        return EXIT_STATUS_USAGE;
    /* The specification is made from the configuration, so the user gave the wrong value. */
    if (g_error_matches(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC))
        return EXIT_STATUS_USAGE;
    return EXIT_STATUS_FAILURE;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "finding.h"

#include <stdarg.h>

Finding *
finding_new(FindingResult result, const char *check, const char *cure, const char *format, ...)
{
    Finding *finding = g_new0(Finding, 1);
    va_list arguments;

    va_start(arguments, format);
    finding->message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    finding->result = result;
    finding->check = check;
    finding->cure = g_strdup(cure);
    return finding;
}

void
finding_free(Finding *finding)
{
    g_free(finding->message);
    g_free(finding->cure);
    g_free(finding);
}

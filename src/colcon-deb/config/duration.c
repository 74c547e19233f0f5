/* SPDX-License-Identifier: Apache-2.0 */
#include "duration.h"

#include "../base/program-error.h"

#include <string.h>

/* The seconds of a unit; 0 if @name is none. */
static guint
find_unit(const char *name)
{
    static const struct {
        const char *name;
        guint seconds;
    } units[] = {{"s", 1}, {"m", 60}, {"h", 60 * 60}};

    for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
        if (g_str_equal(name, units[i].name))
            return units[i].seconds;
    return 0;
}

gboolean
duration_parse(const char *text, guint maximum, guint *seconds, GError **error)
{
    gsize n_digits = strspn(text, G_CSET_DIGITS);
    g_autofree char *digits = g_strndup(text, n_digits);
    guint unit = g_str_equal(text, "0") ? 1 : find_unit(text + n_digits);
    guint64 number = 0;

    if (n_digits == 0 || unit == 0)
        return program_error_usage(error,
                                   "\"%s\" is not a duration: write a number with s, m or h, such "
                                   "as 90s, 30m or 2h",
                                   text);
    if (!g_ascii_string_to_unsigned(digits, 10, 0, maximum / unit, &number, NULL))
        return program_error_usage(error, "\"%s\" is longer than %u hours", text,
                                   maximum / (60 * 60));
    *seconds = (guint)number * unit;
    return TRUE;
}

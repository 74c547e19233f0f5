/* SPDX-License-Identifier: Apache-2.0 */
#include "expand.h"

#include "../base/program-error.h"

static gboolean
is_name_start(char c)
{
    return g_ascii_isalpha(c) || c == '_';
}

static const char *
skip_name(const char *p)
{
    while (is_name_start(*p) || g_ascii_isdigit(*p))
        p++;
    return p;
}

static gboolean
append_variable(GString *out, const char *name, gsize length, GError **error)
{
    g_autofree char *variable = g_strndup(name, length);
    const char *value = g_getenv(variable);

    if (value != NULL && g_utf8_validate(value, -1, NULL)) {
        g_string_append(out, value);
        return TRUE;
    }
    return program_error_usage(
        error, value != NULL ? "the variable %s is not UTF-8" : "the variable %s is not set",
        variable);
}

/* @p points behind a dollar sign. Returns the end of the reference, or NULL with @error. */
static const char *
append_reference(GString *out, const char *p, GError **error)
{
    gboolean braced = *p == '{';
    const char *name = braced ? p + 1 : p;
    const char *end = skip_name(name);

    if (*p == '$') {
        g_string_append_c(out, '$');
        return p + 1;
    }
    if (!is_name_start(*name) || (braced && *end != '}')) {
        program_error_usage(error,
                            "$ must be followed by NAME or {NAME}; write $$ for a dollar sign");
        return NULL;
    }
    if (!append_variable(out, name, (gsize)(end - name), error))
        return NULL;
    return braced ? end + 1 : end;
}

char *
expand_variables(const char *text, GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);

    while (*text != '\0') {
        if (*text != '$') {
            g_string_append_c(out, *text++);
            continue;
        }
        text = append_reference(out, text + 1, error);
        if (text == NULL)
            return NULL;
    }
    return g_strdup(out->str);
}

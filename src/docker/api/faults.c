/* SPDX-License-Identifier: Apache-2.0 */
#include "faults.h"
#include "../value/text.h"

#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

void
cdd_faults_add(GString *faults, const char *format, ...)
{
    va_list arguments;

    if (faults->len > 0)
        g_string_append(faults, "; ");
    va_start(arguments, format);
    g_string_append_vprintf(faults, format, arguments);
    va_end(arguments);
}

gboolean
cdd_faults_conclude(const GString *faults, const char *what, GError **error)
{
    g_autofree char *shown = NULL;

    if (faults->len == 0)
        return TRUE;
    /* It repeats what was given, which may be anything. */
    shown = cdd_text_clean(faults->str, faults->len, faults->len, CDD_TEXT_ONE_LINE);
    g_set_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC, "%s: %s", what, shown);
    return FALSE;
}

gboolean
cdd_faults_is_name(const char *text)
{
    return g_ascii_isalnum(text[0]) &&
           cdd_text_has_only(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_.-");
}

gboolean
cdd_faults_is_text(const char *text)
{
    return g_utf8_validate(text, -1, NULL);
}

gboolean
cdd_faults_is_path(const char *text)
{
    return text != NULL && g_path_is_absolute(text) && cdd_faults_is_text(text);
}

gboolean
cdd_faults_is_word(const char *text)
{
    if (*text == '\0' || !cdd_faults_is_text(text))
        return FALSE;
    for (; *text != '\0'; text++) {
        if (g_ascii_isspace(*text) || g_ascii_iscntrl(*text))
            return FALSE;
    }
    return TRUE;
}

void
cdd_faults_check_word(GString *faults, const char *what, const char *text)
{
    if (text != NULL && !cdd_faults_is_word(text))
        cdd_faults_add(faults, "\"%s\" is not %s", text, what);
}

void
cdd_faults_check_list(GString *faults, const char *what, const char *const *list)
{
    for (gsize i = 0; list != NULL && list[i] != NULL; i++) {
        if (!cdd_faults_is_text(list[i]))
            cdd_faults_add(faults, "%s %" G_GSIZE_FORMAT " is not UTF-8", what, i + 1);
    }
}

/* Entries are named by number: the text may be a secret. */
void
cdd_faults_check_entries(GString *faults, const char *what, const char *const *entries)
{
    for (gsize i = 0; entries != NULL && entries[i] != NULL; i++) {
        const char *equals = strchr(entries[i], '=');

        if (equals == NULL || equals == entries[i])
            cdd_faults_add(faults, "%s %" G_GSIZE_FORMAT " is not NAME=value", what, i + 1);
        else if (!cdd_faults_is_text(entries[i]))
            cdd_faults_add(faults, "%s %" G_GSIZE_FORMAT ", %.*s, is not UTF-8", what, i + 1,
                           (int)(equals - entries[i]), entries[i]);
    }
}

void
cdd_faults_check_unknown(GString *faults,
                         const char *what,
                         const gpointer *reserved,
                         gsize n_reserved)
{
    for (gsize i = 0; i < n_reserved; i++) {
        if (reserved[i] == NULL)
            continue;
        cdd_faults_add(faults,
                       "%s has a member that this version of the library does not know, or was not "
                       "initialized",
                       what);
        return;
    }
}

gboolean
cdd_check_unknown(const char *what, const gpointer *reserved, gsize n_reserved, GError **error)
{
    g_autoptr(GString) faults = g_string_new(NULL);

    cdd_faults_check_unknown(faults, what, reserved, n_reserved);
    return cdd_faults_conclude(faults, "invalid argument", error);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-source.h"

#include <string.h>

AptSuite *
apt_suite_new(const char *name, gboolean is_signed)
{
    AptSuite *suite = g_new0(AptSuite, 1);

    suite->name = g_strdup(name);
    suite->is_signed = is_signed;
    return suite;
}

void
apt_suite_free(AptSuite *suite)
{
    g_free(suite->name);
    g_free(suite);
}

/* Escapes spaces, which would end the address. */
static char *
make_uri(const char *repository)
{
    g_autofree char *escaped = g_uri_escape_string(repository, "/:+~", FALSE);

    if (!g_path_is_absolute(repository))
        return g_strdup(repository);
    return g_strconcat("file:", escaped, NULL);
}

/* As continuation lines of a field: indented, with a dot for an empty line. */
static void
append_key(GString *out, const char *key)
{
    g_auto(GStrv) lines = g_strsplit(key, "\n", -1);

    g_string_append(out, "Signed-By:\n");
    for (char **line = lines; *line != NULL; line++) {
        if (**line == '\0' && line[1] == NULL)
            break;
        g_string_append_printf(out, " %s\n", **line != '\0' ? *line : ".");
    }
}

char *
apt_source_describe(const char *repository, const GPtrArray *suites, const char *key)
{
    GString *out =
        g_string_new("# Written by colcon-deb; a copy belongs into /etc/apt/sources.list.d.\n");
    g_autofree char *uri = make_uri(repository);
    gboolean choice = suites->len > 1;

    if (choice)
        g_string_append(out, "# Enable the suite that the machine has (VERSION_CODENAME in "
                             "/etc/os-release), and that alone.\n");
    for (guint i = 0; i < suites->len; i++) {
        const AptSuite *suite = suites->pdata[i];

        g_string_append_printf(out, "%sTypes: deb\nURIs: %s\nSuites: %s\nComponents: main\n",
                               i > 0 ? "\n" : "", uri, suite->name);
        if (choice)
            g_string_append(out, "Enabled: no\n");
        if (suite->is_signed && key != NULL)
            append_key(out, key);
        else
            g_string_append(out, "Trusted: yes\n");
    }
    return g_string_free(out, FALSE);
}

char *
apt_source_line(const char *repository, const AptSuite *suite, const char *key_file)
{
    g_autofree char *uri = make_uri(repository);

    if (!suite->is_signed || key_file == NULL)
        return g_strdup_printf("deb [trusted=yes] %s %s main", uri, suite->name);
    /* The path of the key file cannot be escaped. */
    if (strpbrk(key_file, " \t\n,]") != NULL)
        return NULL;
    return g_strdup_printf("deb [signed-by=%s] %s %s main", key_file, uri, suite->name);
}

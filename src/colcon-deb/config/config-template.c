/* SPDX-License-Identifier: Apache-2.0 */
#include "config-template.h"

#include "config-file.h"

#include <string.h>

static const char introduction[] =
    "# Settings of colcon-deb for this workspace. 'colcon-deb help configuration' explains all\n"
    "# keys, and 'colcon-deb validate' checks this file. Keys in comments show their defaults.\n";

/* As the configuration reads it: a dollar sign begins a variable, and a quote is doubled. */
static void
append_value(GString *out, const char *value)
{
    static const char plain[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._/-";

    if (*value != '-' && strspn(value, plain) == strlen(value)) {
        g_string_append(out, value);
        return;
    }
    g_string_append_c(out, '\'');
    for (; *value != '\0'; value++) {
        if (*value == '\'' || *value == '$')
            g_string_append_c(out, *value);
        g_string_append_c(out, *value);
    }
    g_string_append_c(out, '\'');
}

/* The length of "docker." in "docker.image"; 0 for a key of the top level. */
static gsize
get_section(const char *name)
{
    const char *dot = strchr(name, '.');

    return dot != NULL ? (gsize)(dot - name) + 1 : 0;
}

static void
append_line(GString *out, const TemplateLine *line, const char *indent)
{
    gboolean is_section = FALSE;
    const ConfigKey *key = config_file_find_key(line->key, &is_section);
    const char *name = line->key + get_section(line->key);
    g_autofree char *description = g_strdup(key->description);

    *description = g_ascii_toupper(*description);
    g_string_append_printf(out, "%s# %s.", indent, description);
    if (line->origin != NULL)
        g_string_append_printf(out, " Found: %s.", line->origin);
    g_string_append_printf(out, "\n%s%s%s: ", indent, line->is_comment ? "# " : "", name);
    append_value(out, line->value);
    g_string_append_c(out, '\n');
}

char *
config_template_print(const TemplateLine *lines, gsize n_lines)
{
    GString *out = g_string_new(introduction);
    const char *section = "";
    gsize length = 0;

    for (gsize i = 0; i < n_lines; i++) {
        gsize own = get_section(lines[i].key);
        gboolean is_new = own != length || strncmp(section, lines[i].key, own) != 0;

        if (own == 0 || is_new)
            g_string_append_c(out, '\n');
        if (own > 0 && is_new)
            g_string_append_printf(out, "%.*s:\n", (int)own - 1, lines[i].key);
        section = lines[i].key;
        length = own;
        append_line(out, &lines[i], own > 0 ? "  " : "");
    }
    return g_string_free(out, FALSE);
}

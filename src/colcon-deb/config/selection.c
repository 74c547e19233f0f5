/* SPDX-License-Identifier: Apache-2.0 */
#include "selection.h"

#include "../base/program-error.h"

#include <string.h>

static const char *const flags[] = {
    "--packages-select",
    "--packages-up-to",
    "--packages-above",
    NULL,
};

void
selection_clear(Selection *selection)
{
    g_clear_pointer(&selection->select, g_strfreev);
    g_clear_pointer(&selection->up_to, g_strfreev);
    g_clear_pointer(&selection->above, g_strfreev);
}

gboolean
selection_is_everything(const Selection *selection)
{
    return selection->select == NULL && selection->up_to == NULL && selection->above == NULL;
}

/* As the scanner in the container wants it: scripts/helpers/colcon_deb/workspace/manifest.py. */
static gboolean
is_name(const char *text)
{
    for (const char *p = text; *p != '\0'; p++)
        if (!g_ascii_isalnum(*p) && (p == text || strchr("_+-", *p) == NULL))
            return FALSE;
    return *text != '\0';
}

gboolean
selection_add(char ***names, const char *text, GError **error)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_auto(GStrv) words = g_strsplit_set(text, ", \t", -1);
    gboolean any = FALSE;

    if (*names != NULL)
        g_strv_builder_addv(builder, (const char **)*names);
    for (char **word = words; *word != NULL; word++) {
        if (**word == '\0')
            continue;
        if (!is_name(*word))
            return program_error_usage(
                error, "\"%s\" is not the name of a package: letters, digits and _ + - only",
                *word);
        g_strv_builder_add(builder, *word);
        any = TRUE;
    }
    if (!any)
        return program_error_usage(error, "the name of a package is missing");
    g_strfreev(*names);
    *names = g_strv_builder_end(builder);
    return TRUE;
}

static gboolean
can_follow(const char *word)
{
    return word != NULL && *word != '-' && strchr(word, '/') == NULL && !g_str_equal(word, ".") &&
           !g_str_equal(word, "..");
}

char **
selection_join_words(char **argv)
{
    GPtrArray *words = g_ptr_array_new();
    char **next = argv;

    while (*next != NULL) {
        gboolean takes_names = g_strv_contains(flags, *next);
        gboolean is_end = g_str_equal(*next, "--");
        GString *names = NULL;

        g_ptr_array_add(words, *next++);
        for (; takes_names && can_follow(*next); g_free(*next++)) {
            if (names == NULL)
                names = g_string_new(*next);
            else
                g_string_append_printf(names, " %s", *next);
        }
        if (names != NULL)
            g_ptr_array_add(words, g_string_free(names, FALSE));
        while (is_end && *next != NULL)
            g_ptr_array_add(words, *next++);
    }
    g_free(argv);
    g_ptr_array_add(words, NULL);
    return (char **)g_ptr_array_free(words, FALSE);
}

static GHashTable *
make_set(char *const *names)
{
    GHashTable *set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (; names != NULL && *names != NULL; names++)
        g_hash_table_add(set, g_strdup(*names));
    return set;
}

static gboolean
are_known(char *const *names, const SelectionPackage *packages, gsize n_packages)
{
    g_autoptr(GHashTable) wanted = make_set(names);

    for (gsize i = 0; i < n_packages; i++)
        g_hash_table_remove(wanted, packages[i].name);
    return g_hash_table_size(wanted) == 0;
}

/* @names and their dependencies. Goes from the last package to the first, so that each is decided
 * before its dependencies. */
static GHashTable *
make_up_to(char *const *names, const SelectionPackage *packages, gsize n_packages)
{
    GHashTable *set = make_set(names);

    for (gsize i = n_packages; i-- > 0;) {
        g_auto(GStrv) needs = g_strsplit(packages[i].needs, " ", -1);

        if (!g_hash_table_contains(set, packages[i].name))
            continue;
        for (char **need = needs; *need != NULL; need++)
            g_hash_table_add(set, g_strdup(*need));
    }
    return set;
}

/* @names and their dependents. Goes from the first package to the last. */
static GHashTable *
make_above(char *const *names, const SelectionPackage *packages, gsize n_packages)
{
    GHashTable *set = make_set(names);

    for (gsize i = 0; i < n_packages; i++) {
        g_auto(GStrv) needs = g_strsplit(packages[i].needs, " ", -1);

        for (char **need = needs; *need != NULL; need++)
            if (g_hash_table_contains(set, *need))
                g_hash_table_add(set, g_strdup(packages[i].name));
    }
    return set;
}

GHashTable *
selection_apply(const Selection *selection, const SelectionPackage *packages, gsize n_packages)
{
    g_autoptr(GHashTable) select = make_set(selection->select);
    g_autoptr(GHashTable) up_to = make_up_to(selection->up_to, packages, n_packages);
    g_autoptr(GHashTable) above = make_above(selection->above, packages, n_packages);
    g_autoptr(GHashTable) selected = make_set(NULL);

    if (!are_known(selection->select, packages, n_packages) ||
        !are_known(selection->up_to, packages, n_packages) ||
        !are_known(selection->above, packages, n_packages))
        return NULL;
    for (gsize i = 0; i < n_packages; i++) {
        const char *name = packages[i].name;

        if ((selection->select == NULL || g_hash_table_contains(select, name)) &&
            (selection->up_to == NULL || g_hash_table_contains(up_to, name)) &&
            (selection->above == NULL || g_hash_table_contains(above, name)))
            g_hash_table_add(selected, g_strdup(name));
    }
    return g_hash_table_size(selected) > 0 ? g_steal_pointer(&selected) : NULL;
}

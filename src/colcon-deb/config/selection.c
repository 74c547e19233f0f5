/* SPDX-License-Identifier: Apache-2.0 */
#include "selection.h"

#include "../base/program-error.h"
#include "config.h"

#include <string.h>

const SelectionOption selection_options[SELECTION_N_LISTS] = {
    [SELECTION_SELECT] = {"packages-select", "PACKAGE...", "take only these packages",
                          "PACKAGES_SELECT", SELECTION_NAMES},
    [SELECTION_SELECT_REGEX] = {"packages-select-regex", "PATTERN...",
                                "take only packages whose names begin like this",
                                "PACKAGES_SELECT_REGEX", SELECTION_PATTERNS},
    [SELECTION_UP_TO] = {"packages-up-to", "PACKAGE...",
                         "take these packages and all that they depend on", "PACKAGES_UP_TO",
                         SELECTION_NAMES},
    [SELECTION_ABOVE] = {"packages-above", "PACKAGE...",
                         "take these packages and all that depend on them", "PACKAGES_ABOVE",
                         SELECTION_NAMES},
    [SELECTION_SKIP] = {"packages-skip", "PACKAGE...", "leave out these packages", "PACKAGES_SKIP",
                        SELECTION_NAMES},
    [SELECTION_SKIP_REGEX] = {"packages-skip-regex", "PATTERN...",
                              "leave out packages whose names begin like this",
                              "PACKAGES_SKIP_REGEX", SELECTION_PATTERNS},
    [SELECTION_IGNORE] = {"packages-ignore", "PACKAGE...", "do as if the workspace lacked these",
                          "PACKAGES_IGNORE", SELECTION_NAMES},
    [SELECTION_IGNORE_REGEX] = {"packages-ignore-regex", "PATTERN...",
                                "the same for packages whose names begin like this",
                                "PACKAGES_IGNORE_REGEX", SELECTION_PATTERNS},
    [SELECTION_BASE_PATHS] = {"base-paths", "DIR...", "ignore packages outside these directories",
                              "BASE_PATHS", SELECTION_PATHS},
};

void
selection_clear(Selection *selection)
{
    for (gsize i = 0; i < SELECTION_N_LISTS; i++)
        g_clear_pointer(&selection->lists[i], g_strfreev);
}

gboolean
selection_is_everything(const Selection *selection)
{
    for (gsize i = 0; i < SELECTION_N_LISTS; i++)
        if (selection->lists[i] != NULL)
            return FALSE;
    return TRUE;
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

/* The container compiles it again, by Python's rules. */
static gboolean
check_pattern(const char *text, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(GRegex) regex = g_regex_new(text, 0, 0, &cause);

    return regex != NULL || program_error_usage(error, "%s", cause->message);
}

static gboolean
check_word(SelectionKind kind, const char *word, GError **error)
{
    if (kind == SELECTION_PATTERNS)
        return check_pattern(word, error);
    return kind == SELECTION_PATHS || is_name(word) ||
           program_error_usage(
               error, "\"%s\" is not the name of a package: letters, digits and _ + - only", word);
}

gboolean
selection_add(Selection *selection, SelectionList list, const char *text, GError **error)
{
    SelectionKind kind = selection_options[list].kind;
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_auto(GStrv) words = g_strsplit_set(text, kind == SELECTION_NAMES ? ", \t" : " \t", -1);
    gboolean any = FALSE;

    if (selection->lists[list] != NULL)
        g_strv_builder_addv(builder, (const char **)selection->lists[list]);
    for (char **word = words; *word != NULL; word++) {
        if (**word == '\0')
            continue;
        if (!check_word(kind, *word, error))
            return FALSE;
        g_strv_builder_add(builder, *word);
        any = TRUE;
    }
    if (!any)
        return program_error_usage(error, "%s is missing",
                                   kind == SELECTION_NAMES      ? "the name of a package"
                                   : kind == SELECTION_PATTERNS ? "a pattern"
                                                                : "a directory");
    g_strfreev(selection->lists[list]);
    selection->lists[list] = g_strv_builder_end(builder);
    return TRUE;
}

void
selection_narrow(Selection *selection, const char *const *names)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    char **former = selection->lists[SELECTION_SELECT];

    for (; *names != NULL; names++)
        if (former == NULL || g_strv_contains((const char *const *)former, *names))
            g_strv_builder_add(builder, *names);
    g_strfreev(former);
    selection->lists[SELECTION_SELECT] = g_strv_builder_end(builder);
}

/* ---- words of the command line */

static gboolean
can_be_name(const char *word)
{
    return *word != '-' && strchr(word, '/') == NULL && !g_str_equal(word, ".") &&
           !g_str_equal(word, "..");
}

static gboolean
can_be_path(const char *word)
{
    return *word != '-';
}

/* With a space before it, as colcon wants some of them. */
static gboolean
can_be_argument(const char *word)
{
    word += strspn(word, " ");
    return word[0] == '-' && g_ascii_isupper(word[1]);
}

/* What the words after @flag may be; NULL if it takes at most one. */
static gboolean (*find_follower(const char *flag))(const char *word)
{
    if (!g_str_has_prefix(flag, "--"))
        return NULL;
    for (gsize i = 0; i < SELECTION_N_LISTS; i++)
        if (g_str_equal(flag + 2, selection_options[i].flag))
            return selection_options[i].kind == SELECTION_PATHS ? can_be_path : can_be_name;
    for (gsize i = 0; i < config_n_keys; i++)
        if (config_keys[i].type == CONFIG_ARGUMENTS && g_str_equal(flag + 2, config_keys[i].flag))
            return can_be_argument;
    return NULL;
}

char **
selection_join_words(char **argv)
{
    GPtrArray *words = g_ptr_array_new();
    char **next = argv;

    while (*next != NULL) {
        gboolean (*can_follow)(const char *word) = find_follower(*next);
        gboolean is_end = g_str_equal(*next, "--");
        GString *list = NULL;

        g_ptr_array_add(words, *next++);
        for (; can_follow != NULL && *next != NULL && can_follow(*next); g_free(*next++)) {
            if (list == NULL)
                list = g_string_new(*next);
            else
                g_string_append_printf(list, " %s", *next);
        }
        if (list != NULL)
            g_ptr_array_add(words, g_string_free(list, FALSE));
        while (is_end && *next != NULL)
            g_ptr_array_add(words, *next++);
    }
    g_free(argv);
    g_ptr_array_add(words, NULL);
    return (char **)g_ptr_array_free(words, FALSE);
}

/* ---- base paths */

/* The path of @text below @sources; NULL with @error. The workspace itself stands for all of src/.
 */
static char *
place_base_path(const char *text, const char *workspace, const char *sources, GError **error)
{
    g_autofree char *path = g_canonicalize_filename(text, workspace);
    gsize length = strlen(sources);

    if (g_str_equal(path, workspace) || g_str_equal(path, sources))
        return g_strdup(".");
    if (!g_str_has_prefix(path, sources) || path[length] != '/') {
        program_error_usage(error,
                            "--base-paths: %s is not in %s, and a build sees nothing else; name "
                            "another workspace",
                            path, sources);
        return NULL;
    }
    if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
        program_error_usage(error, "--base-paths: there is no directory %s", path);
        return NULL;
    }
    return g_strdup(path + length + 1);
}

char **
selection_place_base_paths(const Selection *selection, const char *workspace, GError **error)
{
    char **paths = selection->lists[SELECTION_BASE_PATHS];
    g_autofree char *sources = g_build_filename(workspace, "src", NULL);
    g_autoptr(GStrvBuilder) placed = g_strv_builder_new();

    for (; paths != NULL && *paths != NULL; paths++) {
        g_autofree char *path = place_base_path(*paths, workspace, sources, error);

        if (path == NULL)
            return NULL;
        g_strv_builder_add(placed, path);
    }
    return selection->lists[SELECTION_BASE_PATHS] != NULL ? g_strv_builder_end(placed) : NULL;
}

gboolean
selection_check_base_paths(const Selection *selection, const char *workspace, GError **error)
{
    GError *fault = NULL;

    g_strfreev(selection_place_base_paths(selection, workspace, &fault));
    if (fault == NULL)
        return TRUE;
    g_propagate_error(error, fault);
    return FALSE;
}

/* ---- without a scan */

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

/* Patterns are Python's, and packages that are ignored may change what others depend on. */
static gboolean
needs_scan(const Selection *selection)
{
    return selection->lists[SELECTION_SELECT_REGEX] != NULL ||
           selection->lists[SELECTION_SKIP_REGEX] != NULL ||
           selection->lists[SELECTION_IGNORE] != NULL ||
           selection->lists[SELECTION_IGNORE_REGEX] != NULL ||
           selection->lists[SELECTION_BASE_PATHS] != NULL;
}

GHashTable *
selection_apply(const Selection *selection, const SelectionPackage *packages, gsize n_packages)
{
    char **const *lists = selection->lists;
    g_autoptr(GHashTable) select = make_set(lists[SELECTION_SELECT]);
    g_autoptr(GHashTable) up_to = make_up_to(lists[SELECTION_UP_TO], packages, n_packages);
    g_autoptr(GHashTable) above = make_above(lists[SELECTION_ABOVE], packages, n_packages);
    g_autoptr(GHashTable) skip = make_set(lists[SELECTION_SKIP]);
    g_autoptr(GHashTable) selected = make_set(NULL);

    if (needs_scan(selection) || !are_known(lists[SELECTION_SELECT], packages, n_packages) ||
        !are_known(lists[SELECTION_UP_TO], packages, n_packages) ||
        !are_known(lists[SELECTION_ABOVE], packages, n_packages) ||
        !are_known(lists[SELECTION_SKIP], packages, n_packages))
        return NULL;
    for (gsize i = 0; i < n_packages; i++) {
        const char *name = packages[i].name;

        if ((lists[SELECTION_SELECT] == NULL || g_hash_table_contains(select, name)) &&
            (lists[SELECTION_UP_TO] == NULL || g_hash_table_contains(up_to, name)) &&
            (lists[SELECTION_ABOVE] == NULL || g_hash_table_contains(above, name)) &&
            !g_hash_table_contains(skip, name))
            g_hash_table_add(selected, g_strdup(name));
    }
    return g_hash_table_size(selected) > 0 ? g_steal_pointer(&selected) : NULL;
}

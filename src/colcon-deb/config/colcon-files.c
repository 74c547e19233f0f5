/* SPDX-License-Identifier: Apache-2.0 */
#include "colcon-files.h"

#include "config-value.h"
#include "yaml-tree.h"

enum {
    MAX_NAMED = 20 /* keys in one sentence */
};

static const YamlTree *
member(const YamlTree *tree, const char *name)
{
    for (guint i = 0; tree->kind == YAML_MAPPING && i < tree->keys->len; i++) {
        const YamlTree *key = tree->keys->pdata[i];

        if (g_str_equal(key->text, name))
            return tree->values->pdata[i];
    }
    return NULL;
}

static const char *const argument_kinds[] = {
    "cmake-args",
    "ament-cmake-args",
    "catkin-cmake-args",
    NULL,
};

/* Whether the value of @kind is one that debian/rules can pass on. */
static gboolean
is_usable(const char *kind, const YamlTree *value)
{
    if (!g_strv_contains(argument_kinds, kind) || value->kind != YAML_SEQUENCE)
        return FALSE;
    for (guint i = 0; i < value->values->len; i++) {
        const YamlTree *item = value->values->pdata[i];

        if (item->kind != YAML_SCALAR || !config_value_is_argument(item->text))
            return FALSE;
    }
    return TRUE;
}

/* Adds "KEY" or "KEY of OWNER" of each member of @tree that @counts accepts; NULL accepts all. */
static void
name_keys(GPtrArray *found,
          const YamlTree *tree,
          const char *owner,
          gboolean (*counts)(const char *key))
{
    for (guint i = 0; tree->kind == YAML_MAPPING && i < tree->keys->len; i++) {
        const YamlTree *key = tree->keys->pdata[i];

        if (counts == NULL || counts(key->text))
            g_ptr_array_add(found, owner != NULL ? g_strdup_printf("%s of %s", key->text, owner)
                                                 : g_strdup(key->text));
    }
}

/* Calls @func for each package of a group of colcon.meta: names or paths. */
static void
for_each_package(const YamlTree *tree,
                 const char *group,
                 void (*func)(GPtrArray *found, const YamlTree *settings, const char *name),
                 GPtrArray *found)
{
    const YamlTree *packages = member(tree, group);

    for (guint i = 0; packages != NULL && packages->kind == YAML_MAPPING && i < packages->keys->len;
         i++)
        func(found, packages->values->pdata[i], ((const YamlTree *)packages->keys->pdata[i])->text);
}

static void
name_all_keys(GPtrArray *found, const YamlTree *settings, const char *name)
{
    name_keys(found, settings, name, NULL);
}

static void
name_unused_keys(GPtrArray *found, const YamlTree *settings, const char *name)
{
    for (guint i = 0; settings->kind == YAML_MAPPING && i < settings->keys->len; i++) {
        const char *kind = ((const YamlTree *)settings->keys->pdata[i])->text;

        if (!is_usable(kind, settings->values->pdata[i]))
            g_ptr_array_add(found, g_strdup_printf("%s of %s", kind, name));
    }
}

static void
name_meta_keys(GPtrArray *found, const YamlTree *tree)
{
    for_each_package(tree, "names", name_unused_keys, found);
    for_each_package(tree, "paths", name_all_keys, found);
}

static void
add_arguments(GPtrArray *found, const YamlTree *settings, const char *name)
{
    for (const char *const *kind = argument_kinds; *kind != NULL; kind++) {
        const YamlTree *value = member(settings, *kind);

        for (guint i = 0; value != NULL && is_usable(*kind, value) && i < value->values->len; i++)
            g_ptr_array_add(found, g_strconcat(*kind, ":", name, ":",
                                               ((YamlTree *)value->values->pdata[i])->text, NULL));
    }
}

static char *
meta_path(const char *workspace)
{
    return g_build_filename(workspace, "colcon.meta", NULL);
}

char **
colcon_files_read_arguments(const char *workspace)
{
    g_autofree char *path = meta_path(workspace);
    g_autoptr(YamlTree) tree =
        g_file_test(path, G_FILE_TEST_IS_REGULAR) ? yaml_tree_load(path, NULL) : NULL;
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);

    if (tree != NULL)
        for_each_package(tree, "names", add_arguments, found);
    if (found->len == 0)
        return NULL;
    g_ptr_array_add(found, NULL);
    return g_strdupv((char **)found->pdata);
}

/* What decides the content of packages, or which are built. The rest says how colcon works. */
static gboolean
changes_packages(const char *key)
{
    return g_str_has_suffix(key, "-args") || g_str_has_prefix(key, "packages-") ||
           g_str_equal(key, "base-paths") || g_str_equal(key, "paths") ||
           g_str_equal(key, "cmake-target") || g_str_equal(key, "metas");
}

static void
name_default_keys(GPtrArray *found, const YamlTree *tree)
{
    const YamlTree *build = member(tree, "build");

    if (build != NULL)
        name_keys(found, build, NULL, changes_packages);
}

/* "a, b and 3 more". */
static char *
list_of(const GPtrArray *found)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < found->len && i < MAX_NAMED; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (const char *)found->pdata[i]);
    if (found->len > MAX_NAMED)
        g_string_append_printf(text, " and %u more", found->len - MAX_NAMED);
    return g_string_free(text, FALSE);
}

/* Adds the sentence about the file at @path, if there is one. */
static void
describe(GPtrArray *sentences,
         const char *path,
         void (*name)(GPtrArray *found, const YamlTree *tree),
         const char *opening,
         const char *advice)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(YamlTree) tree = NULL;
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *keys = NULL;

    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return;
    tree = yaml_tree_load(path, &error);
    if (tree == NULL) {
        g_ptr_array_add(sentences, g_strdup_printf("%s is not used; what it sets is unknown: %s",
                                                   path, error->message));
        return;
    }
    name(found, tree);
    if (found->len == 0)
        return;
    keys = list_of(found);
    g_ptr_array_add(sentences, g_strdup_printf("%s %s: %s. %s", path, opening, keys, advice));
}

static char *
defaults_path(void)
{
    const char *file = g_getenv("COLCON_DEFAULTS_FILE");
    const char *home = g_getenv("COLCON_HOME");

    if (file != NULL && *file != '\0')
        return g_strdup(file);
    if (home != NULL && *home != '\0')
        return g_build_filename(home, "defaults.yaml", NULL);
    return g_build_filename(g_get_home_dir(), ".colcon", "defaults.yaml", NULL);
}

GPtrArray *
colcon_files_describe(const char *workspace)
{
    GPtrArray *sentences = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *meta = meta_path(workspace);
    g_autofree char *defaults = defaults_path();

    describe(sentences, meta, name_meta_keys,
             "is used for arguments of CMake by the name of a package, and not for",
             "Put dependencies into package.xml, other arguments into override.yaml");
    describe(sentences, defaults, name_default_keys, "is not used, but sets",
             "Pass these as options, or set cmake_args in colcon-deb.yaml");
    return sentences;
}

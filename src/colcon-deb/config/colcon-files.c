/* SPDX-License-Identifier: Apache-2.0 */
#include "colcon-files.h"

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

/* colcon.meta has packages by name and by path. */
static void
name_meta_keys(GPtrArray *found, const YamlTree *tree)
{
    static const char *const groups[] = {"names", "paths"};

    for (size_t i = 0; i < G_N_ELEMENTS(groups); i++) {
        const YamlTree *packages = member(tree, groups[i]);

        for (guint j = 0;
             packages != NULL && packages->kind == YAML_MAPPING && j < packages->keys->len; j++)
            name_keys(found, packages->values->pdata[j],
                      ((const YamlTree *)packages->keys->pdata[j])->text, NULL);
    }
}

/* What decides the content of packages, or which are built. The rest says how colcon works. */
static gboolean
changes_packages(const char *key)
{
    return g_str_has_suffix(key, "-args") || g_str_has_prefix(key, "packages-") ||
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
    g_ptr_array_add(sentences,
                    g_strdup_printf("%s is not used. It sets %s. %s", path, keys, advice));
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
    static const char *const metas[] = {"colcon.meta", "src/colcon.meta"};
    GPtrArray *sentences = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *defaults = defaults_path();

    for (size_t i = 0; i < G_N_ELEMENTS(metas); i++) {
        g_autofree char *path = g_build_filename(workspace, metas[i], NULL);

        describe(sentences, path, name_meta_keys,
                 "Put cmake-args into colcon.pkg in the directory of the package, or into its "
                 "override.yaml (cmake_args); dependencies into its package.xml");
    }
    describe(sentences, defaults, name_default_keys,
             "See cmake_args in override.yaml, and the options and settings of colcon-deb");
    return sentences;
}

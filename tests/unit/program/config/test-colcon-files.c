/* SPDX-License-Identifier: Apache-2.0 */
/* Files of colcon's that a build does not use are named, with what they would change. */
#include "config/colcon-files.h"
#include "tree.h"

#include <string.h>

#define BY_NAME "used for arguments of CMake by the name of a package, and not for: "

/* The sentence about the only such file; NULL if there is none. */
static char *
describe(const Tree *tree)
{
    g_autoptr(GPtrArray) sentences = colcon_files_describe(tree->root);

    g_assert_cmpuint(sentences->len, <=, 1);
    return sentences->len > 0 ? g_strdup(sentences->pdata[0]) : NULL;
}

static void
assert_described(const Tree *tree, const char *name, const char *text, const char *expected)
{
    g_autofree char *path = tree_write(tree, name, text);
    g_autofree char *sentence = describe(tree);
    g_autofree char *begin = g_strconcat(path, " is ", expected, NULL);

    g_assert_nonnull(sentence);
    g_assert_true(g_str_has_prefix(sentence, begin));
    g_assert_cmpint(remove(path), ==, 0);
}

static void
test_each_key_of_a_package_is_named(Tree *tree, gconstpointer data)
{
    static const char meta[] = "names:\n"
                               "  foo: {cmake-args: [-DA=1], dependencies: [bar]}\n"
                               "paths:\n"
                               "  src/x: {hooks: [y]}\n";

    assert_described(tree, "colcon.meta", meta,
                     BY_NAME "dependencies of foo, hooks of src/x. Put ");
    assert_described(tree, "colcon.meta", "{\"names\": {\"foo\": {\"hooks\": [\"x\"]}}}",
                     BY_NAME "hooks of foo. ");
    /* An argument that a makefile would not pass on as it is. */
    assert_described(tree, "colcon.meta", "names: {foo: {cmake-args: ['-DA=1 2', -DB=1]}}\n",
                     BY_NAME "cmake-args of foo. ");
    assert_described(tree, "colcon.meta", "paths: {src/x: {cmake-args: [-DB=1]}}\n",
                     BY_NAME "cmake-args of src/x. ");
}

static void
test_what_sets_nothing_is_not_named(Tree *tree, gconstpointer data)
{
    static const char *const texts[] = {
        "",         "names: {}\n", "names: {foo: {}}\n", "names: [foo]\n", "names: {foo: 1}\n",
        "- names\n"};

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *sentence = NULL;

        tree_put(tree, "colcon.meta", texts[i]);
        sentence = describe(tree);
        g_assert_null(sentence);
    }
}

static void
test_arguments_of_a_name_are_read(Tree *tree, gconstpointer data)
{
    g_auto(GStrv) none = colcon_files_read_arguments(tree->root);
    g_auto(GStrv) arguments = NULL;
    g_autofree char *text = NULL;
    g_autofree char *sentence = NULL;

    g_assert_null(none);
    tree_put(tree, "colcon.meta",
             "names:\n"
             "  foo: {ament-cmake-args: [-DC=3], cmake-args: [-DA=1, -DB=2]}\n"
             "  bar: {cmake-args: [-DA=1]}\n");
    arguments = colcon_files_read_arguments(tree->root);
    text = g_strjoinv(" ", arguments);
    g_assert_cmpstr(text, ==,
                    "cmake-args:foo:-DA=1 cmake-args:foo:-DB=2 ament-cmake-args:foo:-DC=3 "
                    "cmake-args:bar:-DA=1");
    sentence = describe(tree);
    g_assert_null(sentence);
}

static void
test_what_is_no_argument_is_not_read(Tree *tree, gconstpointer data)
{
    static const char *const texts[] = {"names: {foo: {cmake-args: -DA=1}}\n",
                                        "names: {foo: {cmake-args: ['-DA=$(x)']}}\n",
                                        "names: {foo: {cmake-args: [[-DA=1]]}}\n", "names: [\n"};

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        tree_put(tree, "colcon.meta", texts[i]);
        g_assert_null(colcon_files_read_arguments(tree->root));
    }
}

static void
test_many_keys_are_bounded(Tree *tree, gconstpointer data)
{
    g_autoptr(GString) text = g_string_new("names:\n");
    g_autofree char *sentence = NULL;

    for (guint i = 0; i < 23; i++)
        g_string_append_printf(text, "  p%u: {hooks: []}\n", i);
    tree_put(tree, "colcon.meta", text->str);
    sentence = describe(tree);
    g_assert_nonnull(strstr(sentence, "hooks of p19 and 3 more. "));
}

static void
test_one_that_cannot_be_read_is_named(Tree *tree, gconstpointer data)
{
    assert_described(tree, "colcon.meta", "names: [\n", "not used; what it sets is unknown: ");
}

static void
test_of_the_defaults_only_what_changes_packages_counts(Tree *tree, gconstpointer data)
{
    g_autofree char *file = g_build_filename(tree->root, "mine.yaml", NULL);

    g_setenv("COLCON_HOME", tree->root, TRUE);
    assert_described(
        tree, "defaults.yaml",
        "build:\n  symlink-install: true\n  cmake-args: [-DA=1]\n  packages-skip: [x]\n"
        "test: {pytest-args: [-x]}\n",
        "not used, but sets: cmake-args, packages-skip. Pass ");
    g_setenv("COLCON_DEFAULTS_FILE", file, TRUE);
    assert_described(tree, "mine.yaml", "build: {ament-cmake-args: [-DA=1]}\n",
                     "not used, but sets: ament-cmake-args. Pass ");
    g_unsetenv("COLCON_DEFAULTS_FILE");
    g_setenv("COLCON_HOME", "/nonexistent", TRUE);
}

int
main(int argc, char **argv)
{
    g_setenv("COLCON_HOME", "/nonexistent", TRUE);
    g_unsetenv("COLCON_DEFAULTS_FILE");
    g_test_init(&argc, &argv, NULL);
    TREE_TEST("/colcon-files/each-key-of-a-package-is-named", test_each_key_of_a_package_is_named);
    TREE_TEST("/colcon-files/what-sets-nothing-is-not-named", test_what_sets_nothing_is_not_named);
    TREE_TEST("/colcon-files/arguments-of-a-name-are-read", test_arguments_of_a_name_are_read);
    TREE_TEST("/colcon-files/what-is-no-argument-is-not-read",
              test_what_is_no_argument_is_not_read);
    TREE_TEST("/colcon-files/many-keys-are-bounded", test_many_keys_are_bounded);
    TREE_TEST("/colcon-files/one-that-cannot-be-read-is-named",
              test_one_that_cannot_be_read_is_named);
    TREE_TEST("/colcon-files/of-the-defaults-only-what-changes-packages-counts",
              test_of_the_defaults_only_what_changes_packages_counts);
    return g_test_run();
}

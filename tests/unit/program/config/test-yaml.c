/* SPDX-License-Identifier: Apache-2.0 */
#include "base/program-error.h"
#include "config/yaml-tree.h"

#include <string.h>

static YamlTree *
parse(const char *text, GError **error)
{
    return yaml_tree_parse("f.yaml", text, strlen(text), error);
}

static void
test_a_document_becomes_a_tree_with_places(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(YamlTree) tree = parse("a: 1\nb:\n  c: \"two\"\n  d: [x, y]\n", &error);
    const YamlTree *section = NULL;
    const YamlTree *value = NULL;

    g_assert_no_error(error);
    g_assert_cmpint(tree->kind, ==, YAML_MAPPING);
    g_assert_cmpuint(tree->keys->len, ==, 2);
    section = tree->values->pdata[1];
    g_assert_cmpuint(section->line, ==, 3);
    g_assert_cmpuint(section->column, ==, 3);
    value = section->values->pdata[0];
    g_assert_cmpstr(value->text, ==, "two");
    g_assert_true(value->quoted);
    g_assert_cmpuint(value->line, ==, 3);
    g_assert_cmpuint(value->column, ==, 6);
    value = section->values->pdata[1];
    g_assert_cmpint(value->kind, ==, YAML_SEQUENCE);
    g_assert_cmpuint(value->values->len, ==, 2);
}

static void
test_nothing_is_an_empty_mapping(void)
{
    static const char *const texts[] = {"", "\n", "# a comment\n"};

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(YamlTree) tree = parse(texts[i], &error);

        g_assert_no_error(error);
        g_assert_cmpint(tree->kind, ==, YAML_MAPPING);
        g_assert_cmpuint(tree->keys->len, ==, 0);
    }
}

static void
test_each_refusal_says_where(void)
{
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"a: [1, 2\n",
         "f.yaml:2:1: did not find expected ',' or ']', while parsing a flow sequence"},
        {"a: 1\n\tb: 2\n", "f.yaml:2:1: found a tab character that violates indentation, while "
                           "scanning a plain scalar"},
        {"a: \"open\n", "f.yaml:2:1: found unexpected end of stream, "
                        "while scanning a quoted scalar"},
        {"a: b: c\n", "f.yaml:1:5: mapping values are not allowed in this context"},
        {"a: 1\nb: 2\na: 3\n", "f.yaml:3:1: duplicate key \"a\"; the first is in line 1"},
        {"a: &x 1\n", "f.yaml:1:4: anchors (&x) are not supported"},
        {"a: *x\n", "f.yaml:1:4: aliases (*x) are not supported"},
        {"a: !!python/object 1\n",
         "f.yaml:1:4: tags (tag:yaml.org,2002:python/object) are not supported"},
        {"a: 1\n---\nb: 2\n", "f.yaml:2:1: a second document begins here; one is expected"},
        {"[a]: 1\n", "f.yaml:1:1: a key must be a word, not a list"},
        {"a: \"x\\0y\"\n", "f.yaml:1:4: a NUL character is not allowed"},
        {"a: [[[[[[[[1]]]]]]]]\n", "f.yaml:1:11: nested deeper than 8 levels"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(YamlTree) tree = parse(cases[i].text, &error);

        g_assert_null(tree);
        g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE);
        g_assert_cmpstr(error->message, ==, cases[i].message);
    }
}

static void
test_bytes_that_are_not_utf8_are_refused(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(YamlTree) tree = parse("a: 1\nb: \xff\n", &error);

    g_assert_null(tree);
    g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, "invalid leading UTF-8 octet"));
    g_assert_nonnull(strstr(error->message, "byte 8"));
}

static void
test_a_file_without_an_end_is_refused(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(YamlTree) tree = yaml_tree_load("/dev/zero", &error);

    g_assert_null(tree);
    g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE);
    g_assert_cmpstr(error->message, ==,
                    "/dev/zero: larger than 256 KiB, so it is not a configuration file");
}

static void
test_a_file_that_is_not_there_is_named(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(YamlTree) tree = yaml_tree_load("/nowhere/c.yaml", &error);

    g_assert_null(tree);
    g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE);
    g_assert_true(g_str_has_prefix(error->message, "reading the configuration /nowhere/c.yaml: "));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/yaml/a-document-becomes-a-tree-with-places",
                    test_a_document_becomes_a_tree_with_places);
    g_test_add_func("/yaml/nothing-is-an-empty-mapping", test_nothing_is_an_empty_mapping);
    g_test_add_func("/yaml/each-refusal-says-where", test_each_refusal_says_where);
    g_test_add_func("/yaml/bytes-that-are-not-utf8-are-refused",
                    test_bytes_that_are_not_utf8_are_refused);
    g_test_add_func("/yaml/a-file-without-an-end-is-refused",
                    test_a_file_without_an_end_is_refused);
    g_test_add_func("/yaml/a-file-that-is-not-there-is-named",
                    test_a_file_that_is_not_there_is_named);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What --packages-select-build-failed selects. */
#include "base/program-error.h"
#include "events/failed-packages.h"
#include "tree.h"

static void
test_failed_and_interrupted_packages_are_named(Tree *tree, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) names = NULL;

    tree_put(tree, "summary.json",
             "{\"packages\": [{\"name\": \"a\", \"state\": \"built\"}, "
             "{\"name\": \"b\", \"state\": \"failed\"}, {\"state\": \"failed\"}, 7, "
             "{\"name\": \"c\", \"state\": \"skipped\"}, "
             "{\"name\": \"d\", \"state\": \"interrupted\"}]}");
    names = failed_packages_read(tree->root, &error);
    g_assert_no_error(error);
    g_assert_true(g_strv_equal((const char *const *)names, (const char *const[]){"b", "d", NULL}));
}

static void
test_without_a_failure_there_is_nothing_to_select(Tree *tree, gconstpointer data)
{
    static const char *const texts[] = {
        NULL, "", "{}", "{\"packages\": 7}",
        "{\"packages\": [{\"name\": \"a\", \"state\": \"built\"}]}"};

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;

        if (texts[i] != NULL)
            tree_put(tree, "summary.json", texts[i]);
        g_assert_null(failed_packages_read(tree->root, &error));
        g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TREE_TEST("/failed-packages/failed-and-interrupted-packages-are-named",
              test_failed_and_interrupted_packages_are_named);
    TREE_TEST("/failed-packages/without-a-failure-there-is-nothing-to-select",
              test_without_a_failure_there_is_nothing_to_select);
    return g_test_run();
}

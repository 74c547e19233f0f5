/* SPDX-License-Identifier: Apache-2.0 */
#include "base/program-error.h"
#include "config/selection.h"
#include "tree.h"

/* msgs <- core <- driver, core <- app, tool alone; in the order of their dependencies. */
static const SelectionPackage workspace[] = {
    {"msgs", ""}, {"core", "msgs"}, {"driver", "core msgs"}, {"app", "core"}, {"tool", ""},
};

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Selection, selection_clear)

static void
add(Selection *selection, SelectionList list, const char *text)
{
    g_autoptr(GError) error = NULL;

    if (text == NULL)
        return;
    g_assert_true(selection_add(selection, list, text, &error));
    g_assert_no_error(error);
}

static void
test_it_means_what_colcon_means(void)
{
    static const struct {
        const char *select;
        const char *up_to;
        const char *above;
        const char *selected; /* NULL: a name is unknown, or nothing is selected */
    } cases[] = {
        {NULL, NULL, NULL, "msgs core driver app tool"},
        {"core tool", NULL, NULL, "core tool"},
        {NULL, "driver", NULL, "msgs core driver"},
        {NULL, NULL, "core", "core driver app"},
        {NULL, NULL, "msgs", "msgs core driver app"},
        {NULL, "tool app", NULL, "msgs core app tool"},
        /* The packages that are in all lists. */
        {NULL, "driver", "core", "core driver"},
        {"app driver", "driver", NULL, "driver"},
        {"tool", "driver", NULL, NULL},
        {"nothing", NULL, NULL, NULL},
        {NULL, "app,nothing", NULL, NULL},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Selection) selection = {0};
        g_autoptr(GHashTable) selected = NULL;
        g_autoptr(GString) names = g_string_new(NULL);

        add(&selection, SELECTION_SELECT, cases[i].select);
        add(&selection, SELECTION_UP_TO, cases[i].up_to);
        add(&selection, SELECTION_ABOVE, cases[i].above);
        selected = selection_apply(&selection, workspace, G_N_ELEMENTS(workspace));
        if (selected == NULL) {
            g_assert_null(cases[i].selected);
            continue;
        }
        for (size_t j = 0; j < G_N_ELEMENTS(workspace); j++)
            if (g_hash_table_contains(selected, workspace[j].name))
                g_string_append_printf(names, "%s%s", names->len > 0 ? " " : "", workspace[j].name);
        g_assert_cmpstr(names->str, ==, cases[i].selected);
    }
}

/* The packages that are left; NULL if only a scan can tell. */
static char *
apply(const Selection *selection)
{
    g_autoptr(GHashTable) selected = selection_apply(selection, workspace, G_N_ELEMENTS(workspace));
    GString *names = g_string_new(NULL);

    for (size_t i = 0; selected != NULL && i < G_N_ELEMENTS(workspace); i++)
        if (g_hash_table_contains(selected, workspace[i].name))
            g_string_append_printf(names, "%s%s", names->len > 0 ? " " : "", workspace[i].name);
    return g_string_free(names, selected == NULL);
}

static void
test_what_is_skipped_is_left_out(void)
{
    g_auto(Selection) selection = {0};
    g_autofree char *left = NULL;
    g_autofree char *unknown = NULL;

    add(&selection, SELECTION_UP_TO, "driver");
    add(&selection, SELECTION_SKIP, "core tool");
    left = apply(&selection);
    g_assert_cmpstr(left, ==, "msgs driver");
    add(&selection, SELECTION_SKIP, "unknown");
    unknown = apply(&selection);
    g_assert_null(unknown);
}

static void
test_what_needs_a_scan_is_not_decided_here(void)
{
    static const SelectionList lists[] = {SELECTION_SELECT_REGEX, SELECTION_SKIP_REGEX,
                                          SELECTION_IGNORE, SELECTION_IGNORE_REGEX,
                                          SELECTION_BASE_PATHS};

    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_auto(Selection) selection = {0};
        g_autofree char *left = NULL;

        add(&selection, lists[i], "tool");
        g_assert_false(selection_is_everything(&selection));
        left = apply(&selection);
        g_assert_null(left);
    }
}

static void
test_only_selected_names_are_left_when_it_is_narrowed(void)
{
    g_auto(Selection) selection = {0};

    selection_narrow(&selection, (const char *const[]){"a", "b", NULL});
    g_assert_true(g_strv_equal((const char *const *)selection.lists[SELECTION_SELECT],
                               (const char *const[]){"a", "b", NULL}));
    selection_narrow(&selection, (const char *const[]){"b", "c", NULL});
    g_assert_true(g_strv_equal((const char *const *)selection.lists[SELECTION_SELECT],
                               (const char *const[]){"b", NULL}));
}

static void
test_a_pattern_is_a_regular_expression(void)
{
    g_auto(Selection) selection = {0};
    g_autoptr(GError) error = NULL;

    add(&selection, SELECTION_SKIP_REGEX, "a{1,2}.* b$");
    g_assert_true(g_strv_equal((const char *const *)selection.lists[SELECTION_SKIP_REGEX],
                               (const char *const[]){"a{1,2}.*", "b$", NULL}));
    g_assert_false(selection_add(&selection, SELECTION_SKIP_REGEX, "a(", &error));
    g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE);
}

/* What is placed, separated by spaces; NULL with @error. */
static char *
place(const Tree *tree, const char *paths, GError **error)
{
    g_auto(Selection) selection = {0};
    g_auto(GStrv) placed = NULL;

    add(&selection, SELECTION_BASE_PATHS, paths);
    placed = selection_place_base_paths(&selection, tree->root, error);
    return placed != NULL ? g_strjoinv(" ", placed) : NULL;
}

static void
test_base_paths_are_below_src(Tree *tree, gconstpointer data)
{
    static const char *const wrong[] = {"other", "..", "src/none", "src/file", "srcs", "/"};
    g_autofree char *inside = NULL;
    g_autofree char *all = NULL;

    tree_run(tree, "mkdir -p src/a/b srcs other; touch src/file");
    inside = place(tree, "src/a/b src/a/../a", NULL);
    g_assert_cmpstr(inside, ==, "a/b a");
    all = place(tree, ". src", NULL);
    g_assert_cmpstr(all, ==, ". .");
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *placed = place(tree, wrong[i], &error);

        g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE);
        g_assert_null(placed);
    }
}

static void
test_names_are_separated_by_spaces_or_commas(void)
{
    g_auto(Selection) selection = {0};

    g_assert_true(selection_is_everything(&selection));
    add(&selection, SELECTION_SELECT, "a, b_c");
    add(&selection, SELECTION_SELECT, "d-e");
    g_assert_false(selection_is_everything(&selection));
    g_assert_true(g_strv_equal((const char *const *)selection.lists[SELECTION_SELECT],
                               (const char *const[]){"a", "b_c", "d-e", NULL}));
}

static void
test_what_is_no_name_is_refused(void)
{
    static const char *const texts[] = {"", " ,", "a!", "-a", "a b/c", "a=b", "\xc3\xa9", "a\nb"};

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_auto(Selection) selection = {0};
        g_autoptr(GError) error = NULL;

        g_assert_false(selection_add(&selection, SELECTION_SELECT, texts[i], &error));
        g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE);
        g_assert_null(selection.lists[SELECTION_SELECT]);
    }
}

static void
test_words_behind_a_flag_are_joined(void)
{
    static const struct {
        const char *line;
        const char *joined; /* words separated by | */
    } cases[] = {
        {"build|ws|--packages-select|a|b|--json", "build|ws|--packages-select|a b|--json"},
        {"build|--packages-up-to|a", "build|--packages-up-to|a"},
        {"build|--packages-above|a|b|./ws", "build|--packages-above|a b|./ws"},
        {"build|--packages-above|a|.", "build|--packages-above|a|."},
        {"build|--packages-select|a|b|--|ws", "build|--packages-select|a b|--|ws"},
        {"build|--packages-select=a|ws", "build|--packages-select=a|ws"},
        {"build|--packages-select|-j|4", "build|--packages-select|-j|4"},
        {"build|--|--packages-select|a|b", "build|--|--packages-select|a|b"},
        {"build", "build"},
        {"build|--packages-skip-regex|nav2_.*|x|--json",
         "build|--packages-skip-regex|nav2_.* x|--json"},
        {"build|--packages-select-build-failed|./ws", "build|--packages-select-build-failed|./ws"},
        {"build|--base-paths|src/a|./b|--|ws", "build|--base-paths|src/a ./b|--|ws"},
        {"build|--cmake-args|-DA=1|-DB=2|--packages-select|a",
         "build|--cmake-args|-DA=1 -DB=2|--packages-select|a"},
        {"build|--cmake-args|-DA=1| -DB=2|-j|4", "build|--cmake-args|-DA=1  -DB=2|-j|4"},
        {"build|--ament-cmake-args|-DA=1|ws", "build|--ament-cmake-args|-DA=1|ws"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(GStrv) joined = selection_join_words(g_strsplit(cases[i].line, "|", -1));
        g_autofree char *line = g_strjoinv("|", joined);

        g_assert_cmpstr(line, ==, cases[i].joined);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/selection/it-means-what-colcon-means", test_it_means_what_colcon_means);
    g_test_add_func("/selection/what-is-skipped-is-left-out", test_what_is_skipped_is_left_out);
    g_test_add_func("/selection/what-needs-a-scan-is-not-decided-here",
                    test_what_needs_a_scan_is_not_decided_here);
    g_test_add_func("/selection/only-selected-names-are-left-when-it-is-narrowed",
                    test_only_selected_names_are_left_when_it_is_narrowed);
    g_test_add_func("/selection/a-pattern-is-a-regular-expression",
                    test_a_pattern_is_a_regular_expression);
    TREE_TEST("/selection/base-paths-are-below-src", test_base_paths_are_below_src);
    g_test_add_func("/selection/names-are-separated-by-spaces-or-commas",
                    test_names_are_separated_by_spaces_or_commas);
    g_test_add_func("/selection/what-is-no-name-is-refused", test_what_is_no_name_is_refused);
    g_test_add_func("/selection/words-behind-a-flag-are-joined",
                    test_words_behind_a_flag_are_joined);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/program-error.h"
#include "config/selection.h"

/* msgs <- core <- driver, core <- app, tool alone; in the order of their dependencies. */
static const SelectionPackage workspace[] = {
    {"msgs", ""}, {"core", "msgs"}, {"driver", "core msgs"}, {"app", "core"}, {"tool", ""},
};

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Selection, selection_clear)

static void
add(char ***names, const char *text)
{
    g_autoptr(GError) error = NULL;

    if (text == NULL)
        return;
    g_assert_true(selection_add(names, text, &error));
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

        add(&selection.select, cases[i].select);
        add(&selection.up_to, cases[i].up_to);
        add(&selection.above, cases[i].above);
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

static void
test_names_are_separated_by_spaces_or_commas(void)
{
    g_auto(Selection) selection = {0};

    g_assert_true(selection_is_everything(&selection));
    add(&selection.select, "a, b_c");
    add(&selection.select, "d-e");
    g_assert_false(selection_is_everything(&selection));
    g_assert_true(g_strv_equal((const char *const *)selection.select,
                               (const char *const[]){"a", "b_c", "d-e", NULL}));
}

static void
test_what_is_no_name_is_refused(void)
{
    static const char *const texts[] = {"", " ,", "a!", "-a", "a b/c", "a=b", "\xc3\xa9", "a\nb"};

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_auto(Selection) selection = {0};
        g_autoptr(GError) error = NULL;

        g_assert_false(selection_add(&selection.select, texts[i], &error));
        g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE);
        g_assert_null(selection.select);
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
    g_test_add_func("/selection/names-are-separated-by-spaces-or-commas",
                    test_names_are_separated_by_spaces_or_commas);
    g_test_add_func("/selection/what-is-no-name-is-refused", test_what_is_no_name_is_refused);
    g_test_add_func("/selection/words-behind-a-flag-are-joined",
                    test_words_behind_a_flag_are_joined);
    return g_test_run();
}

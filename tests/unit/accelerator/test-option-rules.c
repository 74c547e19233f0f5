/* SPDX-License-Identifier: Apache-2.0 */
#include "option-rules.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

static const ProgramKind kinds[] = {PROGRAM_DRIVER, PROGRAM_PREPROCESSOR, PROGRAM_COMPILER};
static const char *const no_variables[] = {NULL};

static gboolean
allow(ProgramKind kind, const char *const *arguments, const char *const *environment)
{
    const Call call = {"/usr/bin/x", (char *const *)arguments, (char *const *)environment};

    return option_rules_allow(kind, &call);
}

static gboolean
allow_words(ProgramKind kind, const char *words)
{
    g_auto(GStrv) arguments = g_strsplit(words, " ", -1);

    return allow(kind, (const char *const *)arguments, no_variables);
}

/* What a rule does is seen by a call without it, which is native, and the same call with it. */
static void
test_rule(gconstpointer data)
{
    const OptionRule *rule = data;

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *variable = g_strconcat(rule->text, "=/x", NULL);
        g_autofree char *argument =
            g_strconcat(rule->text, rule->test == RULE_ARGUMENT_BEGINS ? "x" : NULL, NULL);
        const char *const base[] = {"x", "-c", "a.c", NULL};
        const char *const with_argument[] = {"x", "-c", "a.c", argument, NULL};
        const char *const argument_alone[] = {"x", argument, "a.c", NULL};
        const char *const value[] = {"x", argument, "-c", "a.c", NULL};
        const char *const with_variable[] = {variable, NULL};
        gboolean is_variable = rule->test == RULE_VARIABLE_IS_SET;

        if ((rule->kinds & 1U << kinds[i]) == 0)
            continue;
        g_assert_true(allow(kinds[i], base, no_variables));
        switch (rule->effect) {
        case RULE_EMULATED:
            g_assert_false(allow(kinds[i], is_variable ? base : with_argument,
                                 is_variable ? with_variable : no_variables));
            break;
        case RULE_COMPILES:
            g_assert_true(allow(kinds[i], argument_alone, no_variables));
            break;
        case RULE_TAKES_VALUE:
            g_assert_true(allow(kinds[i], with_argument, no_variables));
            g_assert_cmpint(allow(kinds[i], value, no_variables), ==,
                            kinds[i] == PROGRAM_PREPROCESSOR);
            break;
        }
    }
}

static void
test_links_run_emulated(void)
{
    g_assert_false(allow_words(PROGRAM_DRIVER, "gcc main.o -o main"));
    g_assert_false(allow_words(PROGRAM_DRIVER, "gcc"));
    g_assert_true(allow_words(PROGRAM_DRIVER, "gcc -O2 -c main.c -o main.o"));
    g_assert_false(allow_words(PROGRAM_DRIVER, "gcc main.o -o -c"));
    g_assert_true(allow_words(PROGRAM_PREPROCESSOR, "cpp main.c"));
}

static void
test_a_similar_option_is_another_one(void)
{
    g_assert_true(allow_words(PROGRAM_DRIVER, "gcc -c -march=armv8-a -mcpu=cortex-a72 main.c"));
    g_assert_true(allow_words(PROGRAM_DRIVER, "gcc -c -Wp,-MD,main.d main.c"));
    g_assert_false(allow_words(PROGRAM_DRIVER, "gcc -c -mcpu=native+crypto main.c"));
    g_assert_true(allow_words(PROGRAM_COMPILER, "cc1 -quiet -v -B main.c"));
}

static void
test_response_files_are_read(void)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "response-XXXXXX", NULL);
    int fd = g_mkstemp(path);
    g_autofree char *argument = g_strconcat("@", path, NULL);
    const char *const arguments[] = {"gcc", "-c", "a.c", argument, NULL};
    static const struct {
        const char *content;
        gboolean allowed;
    } cases[] = {
        {"-I/include -O2\n", TRUE},
        {"-I/include\n-fplugin=x.so", FALSE},
        {"'-march=native'", FALSE},
        {"@another", FALSE},
        {"", TRUE},
    };

    g_assert_cmpint(fd, >=, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_true(g_file_set_contents(path, cases[i].content, -1, NULL));
        g_assert_cmpint(allow(PROGRAM_DRIVER, arguments, no_variables), ==, cases[i].allowed);
    }
    g_close(fd, NULL);
    g_unlink(path);
    g_assert_false(allow(PROGRAM_DRIVER, arguments, no_variables));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < n_option_rules; i++) {
        g_autofree char *name =
            g_strdup_printf("/option-rules/rule/%" G_GSIZE_FORMAT "%s", i, option_rules[i].text);

        g_test_add_data_func(name, &option_rules[i], test_rule);
    }
    g_test_add_func("/option-rules/links-run-emulated", test_links_run_emulated);
    g_test_add_func("/option-rules/a-similar-option-is-another-one",
                    test_a_similar_option_is_another_one);
    g_test_add_func("/option-rules/response-files-are-read", test_response_files_are_read);
    return g_test_run();
}

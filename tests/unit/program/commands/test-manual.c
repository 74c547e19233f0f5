/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/command.h"
#include "commands/manual.h"
#include "config/config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    COLUMNS = 100
};

static char *
print(const Manual *manual, ManualForm form)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    manual_print(manual, form, out);
    fclose(out);
    return text;
}

static Manual *
make_manual(void)
{
    Manual *manual = manual_new("colcon-deb x", 1, "Do it", "colcon-deb x [OPTION...]");

    manual_add_item(manual, "Output",
                    (ManualItem){.term = g_strdup("-q, --quiet"),
                                 .summary = g_strdup("print `errors` only [false]"),
                                 .details = g_strdup("Key: `q`.")});
    manual_add_text(manual, NULL, "One two.\n\n  verbatim   text\n\n.dot \\ slash");
    manual_add_text(manual, "Nothing", NULL);
    return manual;
}

static void
test_a_page_has_three_forms(void)
{
    g_autoptr(Manual) manual = make_manual();
    g_autofree char *brief = print(manual, MANUAL_SHORT);
    g_autofree char *text = print(manual, MANUAL_TEXT);
    g_autofree char *roff = print(manual, MANUAL_ROFF);

    g_assert_cmpstr(brief, ==,
                    "Usage: colcon-deb x [OPTION...]\n\nDo it\n\nOutput:\n"
                    "  -q, --quiet                     print errors only [false]\n\n"
                    "One two.\n\n  verbatim   text\n\n.dot \\ slash\n");
    g_assert_cmpstr(text, ==,
                    "NAME\n    colcon-deb x - Do it\n\nSYNOPSIS\n    colcon-deb x [OPTION...]\n\n"
                    "DESCRIPTION\n    One two.\n\n      verbatim   text\n\n    .dot \\ slash\n\n"
                    "OUTPUT OPTIONS\n    -q, --quiet\n"
                    "        Print errors only [false]. Key: q.\n");
    g_assert_nonnull(strstr(roff, ".SH NAME\ncolcon-deb-x \\- Do it\n"));
    g_assert_nonnull(strstr(roff, ".EX\n  verbatim   text\n.EE\n"));
    g_assert_nonnull(strstr(roff, "\\&.dot \\e slash\n"));
    g_assert_nonnull(strstr(roff, ".B \\-q, \\-\\-quiet\nPrint \\fBerrors\\fR only [false]. "));
}

/* What @command prints to standard output. */
static char *
run(const Command *command, const char *flag)
{
    char *argv[] = {(char *)command->name, (char *)flag, NULL};
    FILE *file = tmpfile();
    int saved = dup(STDOUT_FILENO);
    char *text = g_malloc0(64 * 1024);
    g_autoptr(GError) error = NULL;
    gboolean good = FALSE;

    fflush(stdout);
    dup2(fileno(file), STDOUT_FILENO);
    good = command->run(2, argv, &error);
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    rewind(file);
    g_assert_cmpuint(fread(text, 1, 64 * 1024 - 1, file), >, 0);
    fclose(file);
    g_assert_no_error(error);
    g_assert_true(good);
    return text;
}

static void
assert_fits(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line != NULL; line++) {
        g_test_message("%s", *line);
        g_assert_cmpint(g_utf8_strlen(*line, -1), <=, COLUMNS);
    }
}

static void
test_the_help_of_every_command_fits(void)
{
    const Command *const *const lists[] = {commands, image_verbs, repo_verbs};

    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        for (const Command *const *command = lists[i]; *command != NULL; command++) {
            g_autofree char *brief = run(*command, "--help");
            g_autofree char *text = run(*command, "--manual=text");

            assert_fits(brief);
            assert_fits(text);
        }
}

static void
test_the_help_of_build_has_every_key(void)
{
    g_autofree char *brief = run(&cmd_build, "--help");
    g_autofree char *roff = run(&cmd_build, "--manual=roff");

    for (gsize i = 0; i < config_n_keys; i++) {
        const ConfigKey *key = &config_keys[i];
        g_autofree char *name = g_strdup_printf("\\fB%s\\fR.\n", key->name);

        g_test_message("%s", key->name);
        g_assert_cmpuint(strlen(key->description), <=, 60);
        g_assert_true(key->flag == NULL || strstr(brief, key->flag) != NULL);
        g_assert_true(key->flag == NULL || strstr(roff, name) != NULL);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/manual/a-page-has-three-forms", test_a_page_has_three_forms);
    g_test_add_func("/manual/the-help-of-every-command-fits", test_the_help_of_every_command_fits);
    g_test_add_func("/manual/the-help-of-build-has-every-key",
                    test_the_help_of_build_has_every_key);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/target-command.h"

static gboolean
nothing(int argc, char **argv, GError **error)
{
    return TRUE;
}

static const Command command = {.name = "build",
                                .summary = "Build",
                                .compiles = TRUE,
                                .selects = TRUE,
                                .max_targets = 3,
                                .run = nothing};

static gboolean
parse(Options *options, const char *line, GError **error)
{
    g_auto(GStrv) argv = g_strsplit(line, " ", -1);

    return options_parse(options, &command, NULL, (int)g_strv_length(argv), argv, error);
}

static void
assert_command(const char *line, gboolean force, const char *expected)
{
    g_auto(Options) options = {0};
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) words = NULL;
    g_autofree char *text = NULL;

    parse(&options, line, &error);
    g_assert_no_error(error);
    words = target_command_new(&options, force);
    text = g_strjoinv(" ", words);
    g_assert_cmpstr(text, ==, expected);
}

static void
test_the_users_options_are_passed_on(void)
{
    assert_command("build ws", FALSE, "");
    assert_command("build ws -c f.yaml --run-tests --no-fast -e A=-1 -o out -v", TRUE,
                   "--config f.yaml --run-tests --no-fast -e A=-1 -o out --force --verbose");
    assert_command("build --keep-warm ws", FALSE, "--keep-warm=30m");
    assert_command("build --keep-warm=2h ws", FALSE, "--keep-warm=2h");
    assert_command(
        "build ws --packages-skip-regex a.* b --base-paths src/a --cmake-args -DA=1 -DB=2", FALSE,
        "--cmake-args -DA=1 -DB=2 --packages-skip-regex a.* b --base-paths src/a");
    assert_command("build --packages-select a b --packages-up-to c -- ws", FALSE,
                   "--packages-select a b --packages-up-to c");
}

/* One view shows all builds, and they share the jobs. */
static void
test_what_the_starting_process_decides_is_not_passed_on(void)
{
    assert_command("build ws -j 4 --view plain --no-title-progress --json -q --show-warnings "
                   "--target a --target b --pull never",
                   FALSE, "--pull never");
}

/* The other build reads what this one has written. */
static void
test_a_build_understands_the_command(void)
{
    static const char line[] = "build -e A=-1 --packages-select a b --run-tests -- -ws";
    g_auto(Options) options = {0};
    g_auto(Options) again = {0};
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) words = NULL;
    g_autofree char *text = NULL;
    g_autofree char *whole = NULL;

    g_assert_true(parse(&options, line, &error));
    words = target_command_new(&options, FALSE);
    text = g_strjoinv(" ", words);
    whole = g_strdup_printf("build --json --target=a --jobs=2 %s -- %s", text, options.workspace);
    g_assert_true(parse(&again, whole, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(again.workspace, ==, "-ws");
    g_assert_cmpstr(again.targets[0], ==, "a");
    g_assert_cmpuint(g_strv_length(again.selection.lists[SELECTION_SELECT]), ==, 2);
    g_assert_cmpuint(again.settings->len, ==, 3);
}

static void
test_a_target_counts_once_and_a_command_takes_so_many(void)
{
    g_auto(Options) twice = {0};
    g_auto(Options) four = {0};
    g_autoptr(GError) error = NULL;

    g_assert_true(parse(&twice, "build --target a --target b --target a --target b", &error));
    g_assert_cmpuint(g_strv_length(twice.targets), ==, 2);
    g_assert_cmpstr(twice.targets[1], ==, "b");
    g_assert_false(parse(&four, "build --target a --target b --target c --target d", &error));
    g_assert_cmpstr(error->message, ==, "build: --target d: it takes at most 3");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/target-command/the-users-options-are-passed-on",
                    test_the_users_options_are_passed_on);
    g_test_add_func("/target-command/what-the-starting-process-decides-is-not-passed-on",
                    test_what_the_starting_process_decides_is_not_passed_on);
    g_test_add_func("/target-command/a-build-understands-the-command",
                    test_a_build_understands_the_command);
    g_test_add_func("/target-command/a-target-counts-once-and-a-command-takes-so-many",
                    test_a_target_counts_once_and_a_command_takes_so_many);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/build-view.h"

static void
assert_chosen(const Options *options, char *view, gboolean interactive, const char *expected)
{
    const Config config = {.view = view};

    g_assert_cmpstr(build_view_choose(options, &config, interactive), ==, expected);
}

static void
test_a_view_is_chosen(void)
{
    static const Options none = {0};
    static const Options json = {.json = TRUE};
    char live[] = "live";
    char automatic[] = "auto";

    g_unsetenv("GITHUB_ACTIONS");
    assert_chosen(&none, NULL, TRUE, "live");
    assert_chosen(&none, automatic, FALSE, "plain");
    assert_chosen(&none, live, TRUE, "live");
    assert_chosen(&none, live, FALSE, "plain");
    assert_chosen(&json, live, TRUE, "json");
    g_setenv("GITHUB_ACTIONS", "true", TRUE);
    assert_chosen(&none, automatic, TRUE, "github");
    g_unsetenv("GITHUB_ACTIONS");
}

static void
test_quiet_is_never_live(void)
{
    static const Options quiet = {.quiet = TRUE};
    char live[] = "live";

    assert_chosen(&quiet, NULL, TRUE, "plain");
    assert_chosen(&quiet, live, TRUE, "plain");
}

/* It is printed, also in the logs of CI. */
static void
test_the_repeated_command_has_no_secret(void)
{
    const char *const argv[] = {
        "build", "my ws", "-c", "ci.yaml", "-e", "TOKEN=secret", "-j", "2", "--packages-select",
        "lamp",  NULL};
    g_auto(Options) options = {0};
    g_autoptr(GError) error = NULL;
    g_autofree char *command = NULL;

    g_assert_true(
        options_parse(&options, &cmd_build, NULL, G_N_ELEMENTS(argv) - 1, (char **)argv, &error));
    g_assert_no_error(error);
    command = build_view_get_command(&options);
    g_assert_cmpstr(command, ==, "colcon-deb build 'my ws' -c ci.yaml -e TOKEN=\"$TOKEN\" -j 2");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/build-view/choose", test_a_view_is_chosen);
    g_test_add_func("/build-view/quiet", test_quiet_is_never_live);
    g_test_add_func("/build-view/no-secret", test_the_repeated_command_has_no_secret);
    return g_test_run();
}

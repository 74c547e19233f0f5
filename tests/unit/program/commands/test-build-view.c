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
    assert_chosen(&none, live, FALSE, "live");
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

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/build-view/choose", test_a_view_is_chosen);
    g_test_add_func("/build-view/quiet", test_quiet_is_never_live);
    return g_test_run();
}

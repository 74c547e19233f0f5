/* SPDX-License-Identifier: Apache-2.0 */
#include "view/github-commands.h"

static void
assert_disarmed(const char *line, const char *expected)
{
    g_autofree char *got = github_disarm(g_strdup(line));

    g_assert_cmpstr(got, ==, expected);
}

static void
test_ordinary_lines_stay(void)
{
    assert_disarmed("", "");
    assert_disarmed(":", ":");
    assert_disarmed("std::vector", "std::vector");
    assert_disarmed("# ## #[x]", "# ## #[x]");
    assert_disarmed("\xe7\x81\xaf std::vector", "\xe7\x81\xaf std::vector");
}

/* The runner trims all white space of Unicode, and its comparison may ignore characters without a
 * width. */
static void
test_commands_are_broken(void)
{
    assert_disarmed("::error::x", ": :error::x");
    assert_disarmed(" \t::error::x", " \t: :error::x");
    assert_disarmed("\xe3\x80\x80::error::x", "\xe3\x80\x80: :error::x");
    assert_disarmed("\xc2\xa0 \xe2\x80\x8b:\xe2\x80\x8d:error::x",
                    "\xc2\xa0 \xe2\x80\x8b:\xe2\x80\x8d :error::x");
    /* An ignored letter, such as a Hangul filler, is no letter for the runner. */
    assert_disarmed("\xe3\x85\xa4::error::x", "\xe3\x85\xa4: :error::x");
}

static void
test_old_commands_are_broken_anywhere(void)
{
    assert_disarmed("a ##[error]x ###[error]y", "a ## [error]x ### [error]y");
    assert_disarmed("a #\xe2\x80\x8b#\xe2\x81\xa0[error]x",
                    "a #\xe2\x80\x8b#\xe2\x81\xa0 [error]x");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/github-commands/ordinary", test_ordinary_lines_stay);
    g_test_add_func("/github-commands/commands", test_commands_are_broken);
    g_test_add_func("/github-commands/old-commands", test_old_commands_are_broken_anywhere);
    return g_test_run();
}

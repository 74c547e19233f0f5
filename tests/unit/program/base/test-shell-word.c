/* SPDX-License-Identifier: Apache-2.0 */
#include "base/shell-word.h"

static void
assert_appended(const char *word, const char *expected)
{
    g_autoptr(GString) command = g_string_new("x");

    shell_word_append(command, word);
    g_assert_cmpstr(command->str, ==, expected);
}

static void
test_words_are_quoted_if_need_be(void)
{
    assert_appended("/ws/src-1.2_a", "x /ws/src-1.2_a");
    assert_appended("A=b,c:d+e@f%g", "x A=b,c:d+e@f%g");
    assert_appended("", "x ''");
    assert_appended("two words", "x 'two words'");
    assert_appended("$(reboot)", "x '$(reboot)'");
    assert_appended("it's", "x 'it'\\''s'");
    assert_appended("~root", "x '~root'");
    assert_appended("\xe7\x81\xaf", "x '\xe7\x81\xaf'");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/shell-word/quoted", test_words_are_quoted_if_need_be);
    return g_test_run();
}

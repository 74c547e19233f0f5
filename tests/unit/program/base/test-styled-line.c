/* SPDX-License-Identifier: Apache-2.0 */
#include "base/styled-line.h"
#include "base/text.h"

static char *
line_of(guint columns, gboolean colour, const char *first, const char *second)
{
    g_autoptr(StyledLine) line = styled_line_new(columns, colour);

    styled_line_put(line, STYLE_GOOD, first);
    styled_line_put(line, STYLE_PLAIN, second);
    return styled_line_take(line);
}

static void
assert_line(guint columns, const char *first, const char *second, const char *expected)
{
    g_autofree char *text = line_of(columns, FALSE, first, second);

    g_assert_cmpstr(text, ==, expected);
    g_assert_true(columns == 0 || text_width(text) <= columns);
}

static void
test_a_line_is_cut_to_its_columns(void)
{
    assert_line(0, "abc", "defghijkl", "abcdefghijkl");
    assert_line(12, "abc", "defghijkl", "abcdefghijkl");
    assert_line(11, "abc", "defghijkl", "abcdefgh...");
    assert_line(4, "abc", "defg", "abc.");
    assert_line(3, "abc", "defg", "abc");
    /* A wide character takes two columns, a combining one none. */
    assert_line(7, "\xe7\x81\xaf\xe5\x8f\xb0", "x\xe5\x85\x89\xe5\x85\x89",
                "\xe7\x81\xaf\xe5\x8f\xb0...");
    assert_line(5, "e\xcc\x81",
                "e\xcc\x81"
                "e\xcc\x81"
                "e\xcc\x81"
                "e\xcc\x81",
                "e\xcc\x81"
                "e\xcc\x81"
                "e\xcc\x81"
                "e\xcc\x81"
                "e\xcc\x81");
}

static void
test_styles_are_the_only_sequences(void)
{
    g_autofree char *text = line_of(0, TRUE, "a\x1b[2Jb",
                                    "c\xc2\x9b"
                                    "31md");

    g_assert_cmpstr(text, ==, "\x1b[32mab\x1b[0mcd");
}

static void
test_padding_stops_at_the_end(void)
{
    g_autoptr(StyledLine) line = styled_line_new(5, FALSE);
    g_autofree char *text = NULL;

    styled_line_put(line, STYLE_PLAIN, "a");
    styled_line_pad(line, 3);
    styled_line_put(line, STYLE_PLAIN, "b");
    g_assert_cmpuint(styled_line_get_rest(line), ==, 1);
    styled_line_pad(line, 9);
    g_assert_cmpuint(styled_line_get_rest(line), ==, 0);
    text = styled_line_take(line);
    g_assert_cmpstr(text, ==, "a  b ");
    g_assert_cmpuint(styled_line_get_width(line), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/styled-line/cut", test_a_line_is_cut_to_its_columns);
    g_test_add_func("/styled-line/styles", test_styles_are_the_only_sequences);
    g_test_add_func("/styled-line/padding", test_padding_stops_at_the_end);
    return g_test_run();
}

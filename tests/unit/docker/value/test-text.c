/* SPDX-License-Identifier: Apache-2.0 */
#include "value/text.h"

#include <string.h>

static void
test_control_characters_do_not_pass(void)
{
    const char *text = "red \x1b[31mline\r\nnext\ttab\x7f\xc2\x9b end";
    g_autofree char *one = cdd_text_clean(text, strlen(text), 100, CDD_TEXT_ONE_LINE);
    g_autofree char *lines = cdd_text_clean(text, strlen(text), 100, CDD_TEXT_LINES);

    g_assert_cmpstr(one, ==, "red  [31mline  next tab   end");
    g_assert_cmpstr(lines, ==, "red  [31mline \nnext\ttab   end");
}

static void
test_what_is_not_utf8_becomes_so_and_length_is_bounded(void)
{
    g_autofree char *text = cdd_text_clean("a\xff\x62", 3, 100, CDD_TEXT_ONE_LINE);
    g_autofree char *bounded = cdd_text_clean("abcdef", 6, 3, CDD_TEXT_ONE_LINE);
    g_autofree char *empty = cdd_text_clean("", 0, 3, CDD_TEXT_ONE_LINE);

    g_assert_cmpstr(text, ==,
                    "a\xef\xbf\xbd"
                    "b");
    g_assert_cmpstr(bounded, ==, "abc…");
    g_assert_cmpstr(empty, ==, "");
}

static void
test_a_tail_keeps_the_end_and_begins_with_a_character(void)
{
    g_autoptr(GString) tail = g_string_new(NULL);

    cdd_text_tail_append(tail, "0123", 4, 8);
    cdd_text_tail_append(tail, "4567", 4, 8);
    g_assert_cmpstr(tail->str, ==, "01234567");
    cdd_text_tail_append(tail, "89", 2, 8);
    g_assert_cmpstr(tail->str, ==, "23456789");
    cdd_text_tail_append(tail, "abcdefghijkl", 12, 8);
    g_assert_cmpstr(tail->str, ==, "efghijkl");
    g_string_assign(tail, "äö");
    cdd_text_tail_append(tail, "x", 1, 4);
    g_assert_cmpstr(tail->str, ==, "öx");
}

/* A byte that is no text becomes a character of three bytes. */
static void
test_a_tail_of_binary_output_keeps_its_bound(void)
{
    g_autoptr(GString) tail = g_string_new(NULL);
    g_autofree char *noise = g_strnfill(100, '\xff');
    g_autofree char *shown = NULL;

    cdd_text_tail_append(tail, noise, 100, 90);
    cdd_text_tail_append(tail, "the end", 7, 90);
    shown = cdd_text_tail_clean(tail, 90);
    g_assert_cmpuint(strlen(shown), <=, 90);
    g_assert_true(g_str_has_suffix(shown, "the end"));
    g_assert_true(g_utf8_validate(shown, -1, NULL));
}

static void
test_other_characters_are_found(void)
{
    g_assert_true(cdd_text_has_only("abba", "ab"));
    g_assert_true(cdd_text_has_only("", "ab"));
    g_assert_false(cdd_text_has_only("abc", "ab"));
    g_assert_false(cdd_text_has_only("cab", "ab"));
    g_assert_false(cdd_text_has_only("a", ""));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/control-characters-do-not-pass", test_control_characters_do_not_pass);
    g_test_add_func("/text/what-is-not-utf8-becomes-so-and-length-is-bounded",
                    test_what_is_not_utf8_becomes_so_and_length_is_bounded);
    g_test_add_func("/text/a-tail-keeps-the-end-and-begins-with-a-character",
                    test_a_tail_keeps_the_end_and_begins_with_a_character);
    g_test_add_func("/text/a-tail-of-binary-output-keeps-its-bound",
                    test_a_tail_of_binary_output_keeps_its_bound);
    g_test_add_func("/text/other-characters-are-found", test_other_characters_are_found);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/lines.h"

#include <string.h>

/* Writes each line as <line>, and a part of an overlong line as its length. */
static void
on_line(const char *line, gsize length, gboolean whole, gpointer user_data)
{
    if (whole)
        g_string_append_printf(user_data, "<%.*s>", (int)length, line);
    else
        g_string_append_printf(user_data, "(%" G_GSIZE_FORMAT ")", length);
}

static char *
split(const char *text, gsize length, gsize cut)
{
    g_autoptr(GString) lines = g_string_new(NULL);
    CddLineBuffer buffer;

    cdd_line_buffer_init(&buffer);
    cdd_line_buffer_feed(&buffer, text, cut, on_line, lines);
    cdd_line_buffer_feed(&buffer, text + cut, length - cut, on_line, lines);
    cdd_line_buffer_flush(&buffer, on_line, lines);
    cdd_line_buffer_clear(&buffer);
    return g_string_free(g_steal_pointer(&lines), FALSE);
}

static void
test_lines_end_alike_however_they_are_cut(void)
{
    const char *text = "a\nbb\r\n\n\r\nc\rd\nlast";

    for (gsize cut = 0; cut <= strlen(text); cut++) {
        g_autofree char *lines = split(text, strlen(text), cut);

        g_assert_cmpstr(lines, ==, "<a><bb><><><c\rd><last>");
    }
}

static void
test_an_overlong_line_comes_in_parts_that_say_so(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *expected = NULL;

    for (int i = 0; i < 2 * CDD_MAX_LINE_LENGTH + 10; i++)
        g_string_append_c(text, 'x');
    g_string_append(text, "\nnext\n");
    expected = g_strdup_printf("(%d)(%d)(10)<next>", CDD_MAX_LINE_LENGTH, CDD_MAX_LINE_LENGTH);
    for (gsize cut = 0; cut <= text->len; cut += 4099) {
        g_autofree char *lines = split(text->str, text->len, cut);

        g_assert_cmpstr(lines, ==, expected);
    }
}

static void
test_a_line_of_exactly_the_bound_is_whole(void)
{
    g_autofree char *filler = g_strnfill(CDD_MAX_LINE_LENGTH, 'x');
    g_autofree char *text = g_strconcat(filler, "\nnext", NULL);
    g_autofree char *expected = g_strconcat("<", filler, "><next>", NULL);
    g_autofree char *lines = split(text, strlen(text), 5);

    g_assert_cmpstr(lines, ==, expected);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lines/lines-end-alike-however-they-are-cut",
                    test_lines_end_alike_however_they_are_cut);
    g_test_add_func("/lines/an-overlong-line-comes-in-parts-that-say-so",
                    test_an_overlong_line_comes_in_parts_that_say_so);
    g_test_add_func("/lines/a-line-of-exactly-the-bound-is-whole",
                    test_a_line_of_exactly_the_bound_is_whole);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/terminal.h"

#include <stdlib.h>
#include <string.h>

static gint64 false_time; /* milliseconds */

static gint64
get_false_time(void)
{
    return false_time;
}

typedef struct {
    char *text;
    size_t length;
    FILE *out;
    Terminal *terminal;
    guint composed; /* how often the footer was */
} Fixture;

static void
set_up(Fixture *f, gconstpointer interactive)
{
    f->out = open_memstream(&f->text, &f->length);
    f->terminal = terminal_new(&(TerminalSetup){.out = f->out,
                                                .errors = f->out,
                                                .interactive = interactive != NULL,
                                                .clock = get_false_time,
                                                .columns = 20,
                                                .rows = 4});
}

static void
tear_down(Fixture *f, gconstpointer data)
{
    terminal_free(f->terminal);
    fclose(f->out);
    free(f->text);
}

/* Three rows fit, as the window has four. */
static void
compose(GPtrArray *lines, const TerminalSpace *space, gpointer user_data)
{
    Fixture *f = user_data;

    f->composed++;
    g_assert_cmpuint(space->columns, ==, 19);
    g_assert_cmpuint(space->rows, ==, 3);
    for (guint i = 0; i < 5; i++)
        g_ptr_array_add(lines, g_strdup_printf("row %u", i));
}

static void
test_elsewhere_lines_are_written_at_once(Fixture *f, gconstpointer data)
{
    terminal_set_footer(f->terminal, compose, f);
    terminal_put(f->terminal, STYLE_BAD, "a\x1b[2J");
    terminal_printf(f->terminal, STYLE_PLAIN, " %d", 1);
    g_assert_cmpuint(f->length, ==, 0);
    terminal_end_line(f->terminal);
    g_assert_cmpstr(f->text, ==, "a 1\n");
    terminal_error(f->terminal, "b\nc");
    g_assert_cmpstr(f->text, ==, "a 1\ncolcon-deb: b\nc\n");
    g_assert_cmpuint(f->composed, ==, 0);
}

#define FOOTER "\x1b[?7lrow 0\x1b[K\r\nrow 1\x1b[K\r\nrow 2\x1b[K\x1b[?7h\x1b[2A\r"

static void
test_the_footer_is_below_the_lines(Fixture *f, gconstpointer data)
{
    terminal_set_footer(f->terminal, compose, f);
    g_assert_cmpstr(f->text, ==, "\x1b[?2026h\x1b[?25l" FOOTER "\x1b[?2026l");
    false_time += 1000;
    terminal_print(f->terminal, STYLE_PLAIN, "line");
    g_assert_true(g_str_has_suffix(f->text, "\x1b[?2026h\r \x1b[J\rline\n" FOOTER "\x1b[?2026l"));
    terminal_set_footer(f->terminal, NULL, NULL);
    g_assert_true(g_str_has_suffix(f->text, "\x1b[?2026h\r \x1b[J\r\x1b[?25h\x1b[?2026l"));
}

/* 20 times a second, however many lines come. */
static void
test_drawings_are_bounded(Fixture *f, gconstpointer data)
{
    gsize before = 0;

    terminal_set_footer(f->terminal, compose, f);
    before = f->length;
    for (guint i = 0; i < 1000; i++)
        terminal_print(f->terminal, STYLE_PLAIN, "line");
    g_assert_cmpuint(f->composed, ==, 1);
    g_assert_cmpuint(f->length, ==, before);
    while (f->composed == 1)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpuint(f->composed, ==, 2);
    g_assert_cmpuint(f->length, >, before + 5000);
}

/* An error goes to another stream: nothing that came before may come after it. */
static void
test_an_error_comes_after_the_lines_before_it(Fixture *f, gconstpointer data)
{
    terminal_set_footer(f->terminal, compose, f);
    terminal_print(f->terminal, STYLE_PLAIN, "line");
    terminal_error(f->terminal, "broken");
    g_assert_nonnull(strstr(f->text, "\x1b[J\rline\n\x1b[?25h\x1b[?2026lcolcon-deb: broken\n"));
    g_assert_true(g_str_has_suffix(f->text, FOOTER "\x1b[?2026l"));
}

static void
test_lines_that_wait_are_written_at_the_end(Fixture *f, gconstpointer data)
{
    terminal_set_footer(f->terminal, compose, f);
    terminal_print(f->terminal, STYLE_PLAIN, "line");
    g_clear_pointer(&f->terminal, terminal_free);
    g_assert_true(g_str_has_suffix(f->text, "\r \x1b[J\rline\n\x1b[?25h\x1b[?2026l"));
}

#define TERMINAL_TEST(path, interactive, function)                                                 \
    g_test_add(path, Fixture, interactive, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TERMINAL_TEST("/terminal/elsewhere", NULL, test_elsewhere_lines_are_written_at_once);
    TERMINAL_TEST("/terminal/footer", "", test_the_footer_is_below_the_lines);
    TERMINAL_TEST("/terminal/bounded", "", test_drawings_are_bounded);
    TERMINAL_TEST("/terminal/error", "", test_an_error_comes_after_the_lines_before_it);
    TERMINAL_TEST("/terminal/end", "", test_lines_that_wait_are_written_at_the_end);
    return g_test_run();
}

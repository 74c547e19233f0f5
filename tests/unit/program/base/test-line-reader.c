/* SPDX-License-Identifier: Apache-2.0 */
#include "base/line-reader.h"

#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    LineReader *reader;
    int input; /* what is written here is read */
    GPtrArray *lines;
} Fixture;

static void
on_line(const char *line, gsize length, gpointer user_data)
{
    g_assert_cmpuint(line[length], ==, '\0');
    g_ptr_array_add(user_data, g_strndup(line, length));
}

static void
set_up(Fixture *f, gconstpointer data)
{
    int ends[2];

    g_assert_true(g_unix_open_pipe(ends, FD_CLOEXEC, NULL));
    f->lines = g_ptr_array_new_with_free_func(g_free);
    f->reader = line_reader_new(ends[0], on_line, f->lines);
    f->input = ends[1];
}

static void
tear_down(Fixture *f, gconstpointer data)
{
    line_reader_free(f->reader);
    if (f->input >= 0)
        close(f->input);
    g_ptr_array_unref(f->lines);
}

static void
put(Fixture *f, const char *text)
{
    g_assert_cmpint(write(f->input, text, strlen(text)), ==, (gssize)strlen(text));
}

static void
end_input(Fixture *f)
{
    close(f->input);
    f->input = -1;
}

static void
wait_for(const Fixture *f, guint lines)
{
    while (f->lines->len < lines)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpuint(f->lines->len, ==, lines);
}

static void
test_lines_come_one_by_one(Fixture *f, gconstpointer data)
{
    put(f, "one\n\ntwo\nthr");
    wait_for(f, 3);
    put(f, "ee\nlast");
    wait_for(f, 4);
    /* A last line needs no end. */
    end_input(f);
    wait_for(f, 5);
    g_assert_cmpstr(f->lines->pdata[0], ==, "one");
    g_assert_cmpstr(f->lines->pdata[1], ==, "");
    g_assert_cmpstr(f->lines->pdata[3], ==, "three");
    g_assert_cmpstr(f->lines->pdata[4], ==, "last");
}

/* The writer has gone, and somebody else still holds the pipe: there is no end. */
static void
test_draining_reads_what_is_there_and_does_not_wait(Fixture *f, gconstpointer data)
{
    put(f, "one\ntwo\n");
    line_reader_drain(f->reader);
    g_assert_cmpuint(f->lines->len, ==, 2);
    line_reader_drain(f->reader);
    g_assert_cmpuint(f->lines->len, ==, 2);
    end_input(f);
    line_reader_drain(f->reader);
    line_reader_drain(f->reader);
    g_assert_cmpuint(f->lines->len, ==, 2);
}

static void
test_the_rest_of_a_long_line_is_dropped(Fixture *f, gconstpointer data)
{
    g_autofree char *chunk = g_strnfill(32 * 1024, 'x');

    for (guint i = 0; i < 2 * LINE_READER_MAX / (32 * 1024); i++) {
        put(f, chunk);
        line_reader_drain(f->reader);
    }
    put(f, "\nnext\n");
    line_reader_drain(f->reader);
    g_assert_cmpuint(f->lines->len, ==, 2);
    g_assert_cmpuint(strlen(f->lines->pdata[0]), ==, LINE_READER_MAX);
    g_assert_cmpstr(f->lines->pdata[1], ==, "next");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/line-reader/lines-come-one-by-one", Fixture, NULL, set_up,
               test_lines_come_one_by_one, tear_down);
    g_test_add("/line-reader/draining-reads-what-is-there-and-does-not-wait", Fixture, NULL, set_up,
               test_draining_reads_what_is_there_and_does_not_wait, tear_down);
    g_test_add("/line-reader/the-rest-of-a-long-line-is-dropped", Fixture, NULL, set_up,
               test_the_rest_of_a_long_line_is_dropped, tear_down);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tree.h"
#include "view/log-tail.h"

static void
collect(const char *line, gpointer user_data)
{
    g_string_append_printf(user_data, "[%s]", line);
}

static void
assert_read(LogTail *tail, const char *expected)
{
    g_autoptr(GString) got = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    log_tail_read(tail, collect, got, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(got->str, ==, expected);
}

static void
append(const Tree *tree, const char *path, const char *text)
{
    g_autofree char *full = g_build_filename(tree->root, path, NULL);
    FILE *file = fopen(full, "a");

    g_assert_cmpint(fputs(text, file), >=, 0);
    g_assert_cmpint(fclose(file), ==, 0);
}

static void
test_each_line_comes_once(Tree *tree, gconstpointer data)
{
    g_autoptr(Folder) folder = folder_open(tree->root, NULL);
    g_autoptr(LogTail) tail = log_tail_new(folder, "logs/a.log");
    g_autoptr(GString) got = g_string_new(NULL);

    tree_put(tree, "logs/a.log", "one\n\ntw");
    assert_read(tail, "[one][]");
    assert_read(tail, "");
    append(tree, "logs/a.log", "o\nrest");
    assert_read(tail, "[two]");
    log_tail_end(tail, collect, got);
    log_tail_end(tail, collect, got);
    g_assert_cmpstr(got->str, ==, "[rest]");
}

static void
test_a_log_that_is_begun_again(Tree *tree, gconstpointer data)
{
    g_autoptr(Folder) folder = folder_open(tree->root, NULL);
    g_autoptr(LogTail) tail = log_tail_new(folder, "logs/a.log");
    g_autofree char *path = g_build_filename(tree->root, "logs/a.log", NULL);
    g_autofree char *kept = g_build_filename(tree->root, "kept", NULL);

    tree_put(tree, "logs/a.log", "one\nhalf");
    assert_read(tail, "[one]");
    /* The old file keeps its number, so that the new one has another. */
    g_assert_cmpint(g_rename(path, kept), ==, 0);
    tree_put(tree, "logs/a.log", "a new and longer one\n");
    assert_read(tail, "[a new and longer one]");
    tree_put(tree, "logs/a.log", "short\n");
    assert_read(tail, "[short]");
}

static void
test_nothing_reaches_a_terminal_raw(Tree *tree, gconstpointer data)
{
    g_autoptr(Folder) folder = folder_open(tree->root, NULL);
    g_autoptr(LogTail) tail = log_tail_new(folder, "logs/a.log");

    tree_put(tree, "logs/a.log", "\x1b[31mred\x1b[0m\x07 \xff\n\x1b]0;title\x07over\n");
    assert_read(tail, "[red \xef\xbf\xbd][over]");
}

static void
test_what_is_no_log(Tree *tree, gconstpointer data)
{
    static const char *const paths[] = {"logs/none.log", "logs/link.log", "logs"};
    g_autoptr(Folder) folder = folder_open(tree->root, NULL);
    g_autofree char *link = g_build_filename(tree->root, "logs/link.log", NULL);

    tree_put(tree, "logs/a.log", "one\n");
    g_assert_cmpint(symlink("a.log", link), ==, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autoptr(LogTail) tail = log_tail_new(folder, paths[i]);
        g_autoptr(GError) error = NULL;

        g_assert_false(log_tail_read(tail, collect, NULL, &error));
        g_assert_nonnull(strstr(error->message, paths[i]));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/log-tail/once", Tree, NULL, tree_set_up, test_each_line_comes_once,
               tree_tear_down);
    g_test_add("/log-tail/again", Tree, NULL, tree_set_up, test_a_log_that_is_begun_again,
               tree_tear_down);
    g_test_add("/log-tail/clean", Tree, NULL, tree_set_up, test_nothing_reaches_a_terminal_raw,
               tree_tear_down);
    g_test_add("/log-tail/no-log", Tree, NULL, tree_set_up, test_what_is_no_log, tree_tear_down);
    return g_test_run();
}

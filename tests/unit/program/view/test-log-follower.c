/* SPDX-License-Identifier: Apache-2.0 */
#include "run-events.h"
#include "tree.h"
#include "view/log-follower.h"

#include <unistd.h>

static void
collect(const char *package, const char *line, gpointer user_data)
{
    g_string_append_printf(user_data, "%s: %s\n", package, line);
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
assert_polled(LogFollower *follower, const char *package, const char *expected)
{
    g_autoptr(GString) got = g_string_new(NULL);

    log_follower_poll(follower, NULL, package, collect, got);
    g_assert_cmpstr(got->str, ==, expected);
}

static void
test_each_whole_line_comes_once(Tree *tree, gconstpointer data)
{
    g_autoptr(LogFollower) follower = log_follower_new(tree->root);

    assert_polled(follower, "a", "");
    tree_put(tree, "logs/a.log", "one\ntwo \xff\nhal");
    tree_put(tree, "logs/b.log", "other\n");
    assert_polled(follower, "a", "a: one\na: two \xef\xbf\xbd\n");
    assert_polled(follower, "a", "");
    append(tree, "logs/a.log", "f\nthree\n");
    assert_polled(follower, "b", "b: other\n");
    assert_polled(follower, "a", "a: half\na: three\n");
    /* It is built again. */
    tree_put(tree, "logs/a.log", "new\n");
    assert_polled(follower, "a", "a: new\n");
}

static void
test_a_target_has_logs_of_its_own(Tree *tree, gconstpointer data)
{
    g_autoptr(LogFollower) follower = log_follower_new(tree->root);
    g_autoptr(GString) got = g_string_new(NULL);

    tree_put(tree, "logs/a.log", "of the whole\n");
    tree_put(tree, "targets/x/logs/a.log", "one\n");
    log_follower_poll(follower, "targets/x", "a", collect, got);
    log_follower_poll(follower, "targets/y", "a", collect, got);
    append(tree, "targets/x/logs/a.log", "two\n");
    log_follower_poll(follower, "targets/x", "a", collect, got);
    g_assert_cmpstr(got->str, ==, "a: one\na: two\n");
    /* The positions of two logs of one name are two. */
    assert_polled(follower, "a", "a: of the whole\n");
}

static void
test_a_zero_byte_ends_nothing(Tree *tree, gconstpointer data)
{
    static const char text[] = "one \0 two\n\0\nthree\n";
    g_autoptr(LogFollower) follower = log_follower_new(tree->root);
    g_autofree char *path = g_build_filename(tree->root, "logs", "a.log", NULL);

    tree_put(tree, "logs/a.log", "");
    g_assert_true(g_file_set_contents(path, text, sizeof text - 1, NULL));
    assert_polled(follower, "a", "a: one \xef\xbf\xbd two\na: \xef\xbf\xbd\na: three\n");
    append(tree, "logs/a.log", "four\n");
    assert_polled(follower, "a", "a: four\n");
}

static void
test_a_flood_is_skipped(Tree *tree, gconstpointer data)
{
    g_autoptr(LogFollower) follower = log_follower_new(tree->root);
    g_autofree char *flood = g_strnfill((gsize)1 << 20, 'x');
    g_autoptr(GString) got = g_string_new(NULL);

    tree_put(tree, "logs/a.log", "begin\n");
    assert_polled(follower, "a", "a: begin\n");
    append(tree, "logs/a.log", flood);
    append(tree, "logs/a.log", "\nend\n");
    log_follower_poll(follower, NULL, "a", collect, got);
    g_assert_true(g_str_has_prefix(got->str, "a: (some lines are left out"));
    g_assert_true(g_str_has_suffix(got->str, "\na: end\n"));
    g_assert_cmpuint(got->len, <, (gsize)1 << 17);
    assert_polled(follower, "a", "");
}

/* A build can put anything there. */
static void
test_only_logs_are_read(Tree *tree, gconstpointer data)
{
    g_autoptr(LogFollower) follower = log_follower_new(tree->root);
    g_autofree char *link = g_build_filename(tree->root, "logs", "link.log", NULL);
    g_autofree char *fifo = g_build_filename(tree->root, "logs", "fifo.log", NULL);

    tree_put(tree, "secret.log", "secret\n");
    tree_put(tree, "logs/a.log", "");
    g_assert_cmpint(symlink("../secret.log", link), ==, 0);
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    assert_polled(follower, "link", "");
    assert_polled(follower, "fifo", "");
    assert_polled(follower, "../secret", "");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TREE_TEST("/log-follower/lines", test_each_whole_line_comes_once);
    TREE_TEST("/log-follower/targets", test_a_target_has_logs_of_its_own);
    TREE_TEST("/log-follower/zero-byte", test_a_zero_byte_ends_nothing);
    TREE_TEST("/log-follower/flood", test_a_flood_is_skipped);
    TREE_TEST("/log-follower/only-logs", test_only_logs_are_read);
    return g_test_run();
}

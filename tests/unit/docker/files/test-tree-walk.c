/* SPDX-License-Identifier: Apache-2.0 */
/* Tests a tree walk with ignore patterns, and following symbolic links. */
#include "files/follow-links.h"
#include "files/tree-walk.h"
#include "tree.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

static CddIgnore *
parse(const char *text)
{
    return text == NULL ? NULL : cdd_ignore_parse(text, -1, NULL, NULL);
}

/* Returns the names that a walk finds, each after a space. */
static char *
walk_by(const char *root, CddIgnore *exclude, CddIgnore *include)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddTreeWalk) walk = cdd_tree_walk_new(root, exclude, include, &error);
    GString *names = g_string_new(NULL);
    const CddTreeEntry *entry;

    g_assert_no_error(error);
    while ((entry = cdd_tree_walk_next(walk, &error)) != NULL) {
        struct stat status;

        g_string_append_printf(names, " %s", entry->name);
        g_assert_cmpint(lstat(entry->path, &status), ==, 0);
        g_assert_cmpuint(status.st_ino, ==, entry->status.st_ino);
        g_assert_true(S_ISLNK(status.st_mode) == (entry->link != NULL));
    }
    g_assert_no_error(error);
    return g_string_free(names, FALSE);
}

static void
assert_walk(const Tree *tree,
            const char *exclude_text,
            const char *include_text,
            const char *expected)
{
    g_autoptr(CddIgnore) exclude = parse(exclude_text);
    g_autoptr(CddIgnore) include = parse(include_text);
    g_autofree char *names = walk_by(tree->root, exclude, include);

    g_assert_cmpstr(names, ==, expected);
}

static void
test_entries_come_in_order(Tree *tree, gconstpointer data G_GNUC_UNUSED)
{
    tree_run(tree, "mkdir -p a/b a-b B empty && touch a/z a/b/c a.c a0 a-b/x B/y && ln -s a link");
    assert_walk(tree, NULL, NULL, " B B/y a a/b a/b/c a/z a-b a-b/x a.c a0 empty link");
    assert_walk(tree, "a\nB/y", NULL, " B a-b a-b/x a.c a0 empty link");
    assert_walk(tree, "*", NULL, "");
    assert_walk(tree, "*\n!a/b/c", NULL, " a a/b a/b/c");
    assert_walk(tree, "*\n!**/c", NULL, " a a/b a/b/c");
    assert_walk(tree, NULL, "a/b", " a a/b a/b/c");
    assert_walk(tree, NULL, "**/[xyz]", " B B/y a a/z a-b a-b/x");
    assert_walk(tree, "a/b", "a\nlink", " a a/z link");
    assert_walk(tree, "a\n!a/b", "a/b/c", " a a/b a/b/c");
    assert_walk(tree, NULL, "none/such", "");
}

/* Names that often match, and patterns made of the same pieces. */
static const char *const pieces[] = {"a", "b", "ab", "c.o", ".d", "keep"};
static const char *const stars[] = {"*", "**", "a*", "?", "[ab]", "*.o", "**b", "[^a]*"};

static const char *
pick(GRand *random, const char *const *from, gsize n)
{
    return from[g_rand_int_range(random, 0, (gint32)n)];
}

static void
grow(GRand *random, const char *directory, guint depth, const char *name, GPtrArray *paths)
{
    gint32 n = g_rand_int_range(random, 1, 5);

    for (gint32 i = 0; i < n; i++) {
        const char *piece = pick(random, pieces, G_N_ELEMENTS(pieces));
        g_autofree char *path = g_build_filename(directory, piece, NULL);
        g_autofree char *below =
            *name == '\0' ? g_strdup(piece) : g_build_filename(name, piece, NULL);

        if (g_file_test(path, G_FILE_TEST_EXISTS))
            continue;
        g_ptr_array_add(paths, g_strdup(below));
        if (depth < 4 && g_rand_int_range(random, 0, 2) == 0) {
            g_assert_cmpint(g_mkdir(path, 0755), ==, 0);
            grow(random, path, depth + 1, below, paths);
        } else {
            g_assert_true(g_file_set_contents(path, "", 0, NULL));
        }
    }
}

static char *
invent_patterns(GRand *random)
{
    GString *text = g_string_new(NULL);

    for (gint32 n = g_rand_int_range(random, 1, 6); n > 0; n--) {
        if (g_rand_int_range(random, 0, 3) == 0)
            g_string_append_c(text, '!');
        for (gint32 parts = g_rand_int_range(random, 1, 4); parts > 0; parts--) {
            if (g_rand_boolean(random))
                g_string_append(text, pick(random, pieces, G_N_ELEMENTS(pieces)));
            else
                g_string_append(text, pick(random, stars, G_N_ELEMENTS(stars)));
            g_string_append_c(text, parts > 1 ? '/' : '\n');
        }
    }
    return g_string_free(text, FALSE);
}

/* Compares in the order of a walk: a slash sorts before all other characters. */
static int
compare_paths(gconstpointer a, gconstpointer b)
{
    const char *first = *(const char *const *)a;
    const char *second = *(const char *const *)b;

    while (*first != '\0' && *first == *second) {
        first++;
        second++;
    }
    return (*first == '/' ? 1 : (guchar)*first) - (*second == '/' ? 1 : (guchar)*second);
}

static gboolean
is_wanted(const char *path, CddIgnore *exclude, CddIgnore *include)
{
    return !cdd_ignore_matches(exclude, path) &&
           (include == NULL || cdd_ignore_matches(include, path));
}

/* Matches each path on its own, and adds the directories above the matches. */
static char *
choose_one_by_one(GPtrArray *paths, CddIgnore *exclude, CddIgnore *include)
{
    g_autoptr(GHashTable) chosen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GString *names = g_string_new(NULL);

    for (guint i = 0; i < paths->len; i++) {
        g_autofree char *path = g_strdup(paths->pdata[i]);
        char *slash = path;

        if (!is_wanted(path, exclude, include))
            continue;
        while (slash != NULL) {
            g_hash_table_add(chosen, g_strdup(path));
            slash = strrchr(path, '/');
            if (slash != NULL)
                *slash = '\0';
        }
    }
    for (guint i = 0; i < paths->len; i++) {
        if (g_hash_table_contains(chosen, paths->pdata[i]))
            g_string_append_printf(names, " %s", (const char *)paths->pdata[i]);
    }
    return g_string_free(names, FALSE);
}

static void
test_a_walk_is_what_each_path_alone_is(Tree *tree, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(7);

    for (guint i = 0; i < 20; i++) {
        g_autofree char *root = g_strdup_printf("%s/%u", tree->root, i);
        g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);

        g_assert_cmpint(g_mkdir(root, 0755), ==, 0);
        grow(random, root, 0, "", paths);
        g_ptr_array_sort(paths, compare_paths);
        for (guint round = 0; round < 200; round++) {
            g_autofree char *exclude_text = invent_patterns(random);
            g_autofree char *include_text = round % 3 == 0 ? invent_patterns(random) : NULL;
            g_autoptr(CddIgnore) exclude = parse(exclude_text);
            g_autoptr(CddIgnore) include = parse(include_text);
            g_autofree char *walked = walk_by(root, exclude, include);
            g_autofree char *chosen = choose_one_by_one(paths, exclude, include);

            if (!g_str_equal(walked, chosen))
                g_error("without\n%sonly\n%s: %s, not %s", exclude_text, include_text, walked,
                        chosen);
        }
    }
}

/* Returns whether a walk opens a directory. */
static gboolean
is_read(const Tree *tree, const char *directory, const char *exclude_text)
{
    g_autofree char *path = g_build_filename(tree->root, directory, NULL);
    g_autoptr(CddIgnore) exclude = parse(exclude_text);
    int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    g_autofree char *names = NULL;
    union {
        struct inotify_event event; /* the first event, for the directory itself, has no name */
        char room[4096];
    } got;
    ssize_t length;

    g_assert_cmpint(inotify_add_watch(watch, path, IN_OPEN), >=, 0);
    names = walk_by(tree->root, exclude, NULL);
    length = read(watch, &got, sizeof got);
    close(watch);
    return length > 0 && got.event.len == 0;
}

static void
test_no_directory_is_read_in_vain(Tree *tree, gconstpointer data G_GNUC_UNUSED)
{
    tree_run(tree, "mkdir -p out/deep src && touch out/deep/x src/y");
    g_assert_true(is_read(tree, "out", NULL));
    g_assert_false(is_read(tree, "out", "out"));
    g_assert_false(is_read(tree, "out", "*\n!src"));
    g_assert_false(is_read(tree, "out", "*\n!src/*.c\n!s*"));
    g_assert_true(is_read(tree, "out", "*\n!out/*.c"));
    g_assert_false(is_read(tree, "out/deep", "*\n!out/*.c"));
    g_assert_true(is_read(tree, "out/deep", "*\n!**/keep"));
    g_assert_false(is_read(tree, "out", "**/keep\n!**/keep/x\nout"));
}

/* If this is root, runs as an unprivileged user. */
static void
test_what_may_not_be_read_is_named(Tree *tree, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddIgnore) exclude = parse("secret\n!**/keep");
    g_autoptr(GError) error = NULL;
    g_autoptr(CddTreeWalk) walk = NULL;
    g_autofree char *names = NULL;
    gboolean root = geteuid() == 0;

    tree_run(tree,
             "chmod 755 . && mkdir -m 711 secret && touch secret/keep a z && chmod 711 secret");
    if (root)
        g_assert_cmpint(seteuid(65534), ==, 0);
    else
        tree_run(tree, "chmod 111 secret");
    /* An excluded directory need not be readable. */
    names = walk_by(tree->root, exclude, NULL);
    walk = cdd_tree_walk_new(tree->root, NULL, NULL, NULL);
    while (cdd_tree_walk_next(walk, &error) != NULL)
        ;
    if (root)
        g_assert_cmpint(seteuid(0), ==, 0);
    g_assert_cmpstr(names, ==, " a z");
    g_assert_error(error, CDD_ERROR, CDD_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, "/secret: Permission denied"));
    tree_run(tree, "chmod 755 secret");
}

static void
on_skipped(const char *path, const char *what, gpointer user_data)
{
    g_string_append_printf(user_data, " %s %s", strrchr(path, '/') + 1, what);
}

static void
test_what_is_no_file_is_told_apart(Tree *tree, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddIgnore) exclude = parse("b-*");
    g_autoptr(GString) skipped = g_string_new(NULL);
    g_autoptr(CddTreeWalk) walk = NULL;
    g_autoptr(GError) error = NULL;
    const CddTreeEntry *entry;

    tree_run(tree, "mkfifo a-pipe b-pipe && touch c && python3 -c 'import socket; "
                   "socket.socket(socket.AF_UNIX).bind(\"d-socket\")'");
    walk = cdd_tree_walk_new(tree->root, exclude, NULL, NULL);
    cdd_tree_walk_set_skipped_func(walk, on_skipped, skipped);
    entry = cdd_tree_walk_next(walk, &error);
    g_assert_cmpstr(entry->name, ==, "c");
    g_assert_null(cdd_tree_walk_next(walk, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(skipped->str, ==, " a-pipe a pipe d-socket a socket");
}

static void
test_a_root_that_is_none_is_an_error(Tree *tree, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *missing = g_build_filename(tree->root, "missing", NULL);
    g_autofree char *link = g_build_filename(tree->root, "link", NULL);
    g_autofree char *names = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_null(cdd_tree_walk_new(missing, NULL, NULL, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, missing));
    /* The root itself may be a symbolic link: the user named it. */
    tree_run(tree, "mkdir real && touch real/a && ln -s real link");
    names = walk_by(link, NULL, NULL);
    g_assert_cmpstr(names, ==, " a");
}

static void
assert_followed(const Tree *tree, const char *path, const char *expected)
{
    const char *const paths[] = {path, NULL};
    g_auto(GStrv) found = cdd_follow_links(tree->root, paths);
    g_autofree char *joined = found == NULL ? NULL : g_strjoinv(" ", found);

    g_assert_cmpstr(joined, ==, expected);
}

static void
test_links_are_followed(Tree *tree, gconstpointer data G_GNUC_UNUSED)
{
    tree_run(
        tree,
        "mkdir -p d/e other && touch d/e/f other/x && ln -s d/e way && ln -s way far && "
        "ln -s /d/e absolute && ln -s ../../../etc out && ln -s loop loop && ln -s more/a more && "
        "ln -s ../other d/up && ln -s nowhere dangling && ln -s . top");
    assert_followed(tree, "d/e/f", "d/e/f");
    assert_followed(tree, "way", "d/e way");
    assert_followed(tree, "way/f", "d/e/f way");
    assert_followed(tree, "far/f", "d/e/f far way");
    assert_followed(tree, "absolute/f", "absolute d/e/f");
    assert_followed(tree, "out/passwd", "etc/passwd out");
    assert_followed(tree, "loop", "loop");
    assert_followed(tree, "more/b", "more");
    assert_followed(tree, "d/up/x", "d/up other/x");
    assert_followed(tree, "dangling", "dangling nowhere");
    assert_followed(tree, "missing/x", "missing/x");
    assert_followed(tree, "w*", "d/e w*");
    assert_followed(tree, "d/u?/x", "d/u? other/x");
    assert_followed(tree, "../../way", "d/e way");
    assert_followed(tree, "top", NULL);
    assert_followed(tree, "/", NULL);
    assert_followed(tree, ".", NULL);
}

static void
test_paths_behind_one_link_are_all_followed(Tree *tree, gconstpointer data G_GNUC_UNUSED)
{
    const char *const paths[] = {"l/x", "l/y", "d/x/z", NULL};
    const char *const expected[] = {"d/x", "d/y", "l", NULL};
    g_auto(GStrv) found = NULL;

    tree_run(tree, "mkdir d && ln -s d l");
    found = cdd_follow_links(tree->root, paths);
    g_assert_cmpstrv(found, (char **)expected);
}

#define ADD(path, func)                                                                            \
    g_test_add("/tree-walk/" path, Tree, NULL, tree_set_up, func, tree_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("entries-come-in-order", test_entries_come_in_order);
    ADD("a-walk-is-what-each-path-alone-is", test_a_walk_is_what_each_path_alone_is);
    ADD("no-directory-is-read-in-vain", test_no_directory_is_read_in_vain);
    ADD("what-may-not-be-read-is-named", test_what_may_not_be_read_is_named);
    ADD("what-is-no-file-is-told-apart", test_what_is_no_file_is_told_apart);
    ADD("a-root-that-is-none-is-an-error", test_a_root_that_is_none_is_an_error);
    ADD("links-are-followed", test_links_are_followed);
    ADD("paths-behind-one-link-are-all-followed", test_paths_behind_one_link_are_all_followed);
    return g_test_run();
}

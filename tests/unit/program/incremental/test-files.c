/* SPDX-License-Identifier: Apache-2.0 */
#include "incremental/file-walk.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define SECOND (G_GINT64_CONSTANT(1000000000))

/* Digests of file contents, as sha256sum prints them. */
#define DIGEST_OF_ONE "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"

static FileList *
walk(const Tree *tree, const FileList *known, gboolean *changed)
{
    g_autoptr(GError) error = NULL;
    FileList *list = file_walk(tree->root, known, changed, NULL, &error);

    g_assert_no_error(error);
    return list;
}

static FileList *
walk_anew(const Tree *tree)
{
    gboolean changed = FALSE;
    FileList *list = walk(tree, NULL, &changed);

    g_assert_true(changed);
    return list;
}

static const FileEntry *
find(const FileList *list, const char *path)
{
    for (guint i = 0; i < list->entries->len; i++)
        if (g_str_equal(file_list_get(list, i)->path, path))
            return file_list_get(list, i);
    return NULL;
}

static FileList *
parse(const char *text)
{
    return file_list_parse(g_strdup(text), strlen(text));
}

/* Makes the files older than @list. */
static void
age(FileList *list)
{
    list->taken += 10 * SECOND;
}

static void
test_all_but_version_control_is_listed(Tree *tree, gconstpointer data)
{
    g_autofree char *pipe = tree_path(tree, "a/pipe");
    g_autofree char *empty = tree_path(tree, "b/empty");
    g_autofree char *link = tree_path(tree, "a/link");
    g_autofree char *loop = tree_path(tree, "a/loop");
    g_autoptr(FileList) list = NULL;

    tree_put(tree, "a/file", "one");
    tree_put(tree, "a.b/file", "one");
    tree_put(tree, "a/.git/config", "x");
    tree_put(tree, "b/.hg/x", "x");
    tree_put(tree, "b/.svn/x", "x");
    tree_put(tree, "b/.bzr", "x");
    tree_put(tree, "b/.gitignore", "x");
    g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
    g_assert_cmpint(g_mkdir(empty, 0700), ==, 0);
    g_assert_cmpint(symlink("/etc/passwd", link), ==, 0);
    g_assert_cmpint(symlink("..", loop), ==, 0);

    list = walk_anew(tree);
    g_assert_cmpuint(list->entries->len, ==, 7);
    /* By bytes, so that a dot comes before a slash. */
    g_assert_cmpstr(file_list_get(list, 0)->path, ==, "a.b/file");
    g_assert_cmpint(find(list, "a/file")->kind, ==, FILE_REGULAR);
    g_assert_cmpstr(find(list, "a/file")->digest, ==, DIGEST_OF_ONE);
    g_assert_cmpuint(find(list, "a/file")->mode, ==, 0644);
    g_assert_cmpint(find(list, "a/pipe")->kind, ==, FILE_PIPE);
    g_assert_cmpint(find(list, "b/empty")->kind, ==, FILE_DIRECTORY);
    g_assert_cmpint(find(list, "a/link")->kind, ==, FILE_LINK);
    g_assert_cmpstr(find(list, "a/link")->target, ==, "/etc/passwd");
    g_assert_cmpstr(find(list, "a/loop")->target, ==, "..");
    g_assert_nonnull(find(list, "b/.gitignore"));
}

static void
test_what_has_not_changed_is_not_read_again(Tree *tree, gconstpointer data)
{
    g_autoptr(FileList) known = NULL;
    g_autoptr(FileList) list = NULL;
    gboolean changed = TRUE;

    tree_put(tree, "a", "one");
    known = walk_anew(tree);
    age(known);
    /* A wrong digest that is believed shows that the file was not read. */
    memset(file_list_get(known, 0)->digest, 'a', DIGEST_LENGTH);
    file_list_seal(known);
    list = walk(tree, known, &changed);
    g_assert_false(changed);
    g_assert_cmpstr(file_list_get(list, 0)->digest, ==, file_list_get(known, 0)->digest);
    g_assert_cmpstr(list->digest, ==, known->digest);
}

/* File times have ticks: a second change within one tick does not show. */
static void
test_a_file_as_young_as_its_list_is_read_again(Tree *tree, gconstpointer data)
{
    g_autofree char *path = tree_write(tree, "a", "one");
    g_autoptr(FileList) known = walk_anew(tree);
    g_autoptr(FileList) list = NULL;
    gboolean changed = FALSE;
    FileEntry *entry = file_list_get(known, 0);
    struct stat status;

    /* Same size, and the list has the times of the later content: the change does not show. */
    tree_overwrite(path, "two");
    g_assert_cmpint(stat(path, &status), ==, 0);
    entry->mtime = status.st_mtim.tv_sec * SECOND + status.st_mtim.tv_nsec;
    entry->ctime = status.st_ctim.tv_sec * SECOND + status.st_ctim.tv_nsec;
    entry->inode = status.st_ino;
    known->taken = entry->mtime + SECOND;

    list = walk(tree, known, &changed);
    g_assert_true(changed);
    g_assert_cmpstr(file_list_get(list, 0)->digest, !=, DIGEST_OF_ONE);
    g_assert_cmpint(list->taken, >, known->taken - SECOND);
    /* With an older file, nothing is read again. */
    g_clear_pointer(&known, file_list_free);
    known = g_steal_pointer(&list);
    age(known);
    list = walk(tree, known, &changed);
    g_assert_false(changed);
}

static void
test_only_what_a_build_sees_is_in_the_digest(Tree *tree, gconstpointer data)
{
    g_autofree char *path = tree_write(tree, "a", "one");
    g_autofree char *other = tree_path(tree, "b");
    g_autoptr(FileList) before = walk_anew(tree);
    g_autoptr(FileList) touched = NULL;
    g_autoptr(FileList) executable = NULL;
    g_autoptr(FileList) renamed = NULL;
    gboolean changed = FALSE;

    age(before);
    g_assert_cmpint(utimensat(AT_FDCWD, path, (struct timespec[2]){{1, 0}, {1, 0}}, 0), ==, 0);
    touched = walk(tree, before, &changed);
    g_assert_true(changed);
    g_assert_cmpstr(touched->digest, ==, before->digest);

    g_assert_cmpint(chmod(path, 0755), ==, 0);
    executable = walk(tree, touched, &changed);
    g_assert_cmpstr(executable->digest, !=, before->digest);
    g_assert_cmpint(chmod(path, 0644), ==, 0);

    g_assert_cmpint(rename(path, other), ==, 0);
    renamed = walk(tree, touched, &changed);
    g_assert_true(changed);
    g_assert_cmpstr(renamed->digest, !=, before->digest);
    g_assert_cmpstr(file_list_get(renamed, 0)->digest, ==, DIGEST_OF_ONE);
}

static void
test_where_a_link_leads_is_its_content(Tree *tree, gconstpointer data)
{
    g_autofree char *path = tree_path(tree, "link");
    g_autoptr(FileList) before = NULL;
    g_autoptr(FileList) same = NULL;
    g_autoptr(FileList) after = NULL;
    gboolean changed = TRUE;

    g_assert_cmpint(symlink("one", path), ==, 0);
    before = walk_anew(tree);
    same = walk(tree, before, &changed);
    g_assert_false(changed);
    g_assert_cmpint(unlink(path), ==, 0);
    g_assert_cmpint(symlink("two", path), ==, 0);
    after = walk(tree, before, &changed);
    g_assert_true(changed);
    g_assert_cmpstr(after->digest, !=, before->digest);
}

static void
test_what_cannot_be_read_is_never_known(Tree *tree, gconstpointer data)
{
    g_autofree char *path = tree_write(tree, "secret", "one");
    g_autofree char *directory = tree_path(tree, "locked");
    g_autoptr(FileList) list = NULL;

    if (geteuid() == 0) {
        /* root can read everything, so the list comes from text. */
        list = parse("colcon-deb-sources 1 5 ?\nf 0000 3 1 1 1 ? secret\n");
        g_assert_nonnull(list);
        file_list_seal(list);
    } else {
        g_assert_cmpint(chmod(path, 0), ==, 0);
        g_assert_cmpint(g_mkdir(directory, 0), ==, 0);
        list = walk_anew(tree);
        g_assert_cmpstr(find(list, "secret")->digest, ==, FILE_DIGEST_UNKNOWN);
        g_assert_cmpstr(find(list, "locked")->digest, ==, FILE_DIGEST_UNKNOWN);
    }
    g_assert_cmpstr(list->digest, ==, FILE_DIGEST_UNKNOWN);
}

static void
test_many_files_are_read_side_by_side(Tree *tree, gconstpointer data)
{
    g_autoptr(FileList) list = NULL;

    for (int i = 0; i < 300; i++) {
        g_autofree char *path = g_strdup_printf("d%d/f%d", i % 7, i);

        tree_put(tree, path, "one");
    }
    list = walk_anew(tree);
    g_assert_cmpuint(list->entries->len, ==, 300);
    for (guint i = 0; i < list->entries->len; i++)
        g_assert_cmpstr(file_list_get(list, i)->digest, ==, DIGEST_OF_ONE);
}

static void
test_too_deep_is_an_error_that_says_where(Tree *tree, gconstpointer data)
{
    g_autoptr(GString) path = g_string_new("d");
    g_autoptr(GError) error = NULL;
    gboolean changed = FALSE;

    for (int i = 0; i < 120; i++)
        g_string_append(path, "/d");
    g_string_append(path, "/file");
    tree_put(tree, path->str, "one");
    g_assert_null(file_walk(tree->root, NULL, &changed, NULL, &error));
    g_assert_nonnull(error);
    g_assert_nonnull(strstr(error->message, "directories deep"));
}

static void
test_a_cancelled_walk_ends(Tree *tree, gconstpointer data)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;
    gboolean changed = FALSE;

    tree_put(tree, "a", "one");
    g_cancellable_cancel(cancellable);
    g_assert_null(file_walk(tree->root, NULL, &changed, cancellable, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_any_name_survives_the_text(Tree *tree, gconstpointer data)
{
    static const char *const names[] = {
        "with space", "100%", "new\nline", "tab\t", "latin1-\xe9", "\xc3\xa9", "a -> b", "\x7f",
    };
    g_autofree char *link = tree_path(tree, "link");
    g_autoptr(FileList) list = NULL;
    g_autoptr(FileList) again = NULL;
    g_autofree char *text = NULL;
    g_autofree char *text_again = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        tree_put(tree, names[i], "one");
    g_assert_cmpint(symlink("to a -> b\xff", link), ==, 0);
    list = walk_anew(tree);
    text = file_list_print(list);
    again = parse(text);
    g_assert_nonnull(again);
    text_again = file_list_print(again);
    g_assert_cmpstr(text, ==, text_again);
    g_assert_true(g_str_is_ascii(text));
    g_assert_nonnull(strstr(text, " with%20space\n"));
    g_assert_nonnull(strstr(text, " latin1-%E9\n"));
    g_assert_nonnull(strstr(text, " link -> to%20a%20->%20b%FF\n"));
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        g_assert_nonnull(find(again, names[i]));
}

#define HEADER "colcon-deb-sources 1 5 " DIGEST_OF_ONE "\n"

static void
test_a_spoilt_list_is_no_list(Tree *tree, gconstpointer data)
{
    static const char *const texts[] = {
        "",
        "colcon-deb-sources 2 5 -\n",
        "colcon-deb-sources 1 x -\n",
        "colcon-deb-sources 1 5\n",
        "colcon-deb-sources 1 5 -",
        HEADER "f 0644 3 1 1 1 " DIGEST_OF_ONE "\n",
        HEADER "f 0644 3 1 1 1 " DIGEST_OF_ONE " a",
        HEADER "f 0644 3 1 1 1 zz a\n",
        HEADER "f 0944 3 1 1 1 " DIGEST_OF_ONE " a\n",
        HEADER "f 77777 3 1 1 1 " DIGEST_OF_ONE " a\n",
        HEADER "f 0644 -3 1 1 1 " DIGEST_OF_ONE " a\n",
        HEADER "x 0644 3 1 1 1 " DIGEST_OF_ONE " a\n",
        HEADER "f 0644 3 1 1 1 " DIGEST_OF_ONE " ../a\n",
        HEADER "f 0644 3 1 1 1 " DIGEST_OF_ONE " /a\n",
        HEADER "f 0644 3 1 1 1 " DIGEST_OF_ONE " a//b\n",
        HEADER "f 0644 3 1 1 1 " DIGEST_OF_ONE " a/.\n",
        HEADER "f 0644 3 1 1 1 " DIGEST_OF_ONE " a%2\n",
        HEADER "f 0644 3 1 1 1 " DIGEST_OF_ONE " a%00\n",
        HEADER "f 0644 3 1 1 1 " DIGEST_OF_ONE " a -> b\n",
        HEADER "l 0000 0 0 0 0 " DIGEST_OF_ONE " a\n",
        HEADER "d 0000 0 0 0 0 - b\nd 0000 0 0 0 0 - a\n",
        HEADER "d 0000 0 0 0 0 - a\nd 0000 0 0 0 0 - a\n",
    };
    static const char zero[] = HEADER "d 0000 0 0 0 0 - a\0b\n";

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(FileList) list = parse(texts[i]);

        if (list != NULL)
            g_error("taken: %s", texts[i]);
    }
    g_assert_null(file_list_parse(g_memdup2(zero, sizeof zero), sizeof zero - 1));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TREE_TEST("/files/all-but-version-control-is-listed", test_all_but_version_control_is_listed);
    TREE_TEST("/files/what-has-not-changed-is-not-read-again",
              test_what_has_not_changed_is_not_read_again);
    TREE_TEST("/files/a-file-as-young-as-its-list-is-read-again",
              test_a_file_as_young_as_its_list_is_read_again);
    TREE_TEST("/files/only-what-a-build-sees-is-in-the-digest",
              test_only_what_a_build_sees_is_in_the_digest);
    TREE_TEST("/files/where-a-link-leads-is-its-content", test_where_a_link_leads_is_its_content);
    TREE_TEST("/files/what-cannot-be-read-is-never-known", test_what_cannot_be_read_is_never_known);
    TREE_TEST("/files/many-files-are-read-side-by-side", test_many_files_are_read_side_by_side);
    TREE_TEST("/files/too-deep-is-an-error-that-says-where",
              test_too_deep_is_an_error_that_says_where);
    TREE_TEST("/files/a-cancelled-walk-ends", test_a_cancelled_walk_ends);
    TREE_TEST("/files/any-name-survives-the-text", test_any_name_survives_the_text);
    TREE_TEST("/files/a-spoilt-list-is-no-list", test_a_spoilt_list_is_no_list);
    return g_test_run();
}

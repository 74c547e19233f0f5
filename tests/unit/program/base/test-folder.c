/* SPDX-License-Identifier: Apache-2.0 */
#include "base/folder.h"
#include "base/state-folder.h"
#include "tree.h"

#include <errno.h>
#include <string.h>

static void
assert_unread(const Folder *folder, const char *path, int failure)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) content = folder_read(folder, path, 4, &error);

    g_assert_null(content);
    g_assert_nonnull(strstr(error->message, path));
    g_assert_nonnull(strstr(error->message, g_strerror(failure)));
}

/* Opening a named pipe without a writer would wait for ever. */
static void
test_only_regular_files_up_to_a_bound_are_read(Tree *tree, gconstpointer data)
{
    g_autoptr(Folder) folder = folder_open(tree->root, NULL);
    g_autoptr(GBytes) content = NULL;

    tree_put(tree, "four", "four");
    tree_put(tree, "five!", "five!");
    tree_put(tree, "below/four", "four");
    tree_run(tree, "mkfifo pipe && ln -s four link && ln -s below way");
    content = folder_read(folder, "below/four", 4, NULL);
    g_assert_cmpmem(g_bytes_get_data(content, NULL), g_bytes_get_size(content), "four", 4);
    assert_unread(folder, "five!", EFBIG);
    assert_unread(folder, "pipe", EINVAL);
    assert_unread(folder, "below", EINVAL);
    assert_unread(folder, "link", ELOOP);
    assert_unread(folder, "way/four", ENOTDIR);
    assert_unread(folder, "absent", ENOENT);
}

static void
test_a_file_is_written_whole_and_removed(Tree *tree, gconstpointer data)
{
    const Owner owner = {.change = FALSE};
    g_autoptr(StateFolder) state = state_folder_open(tree->root, &owner, NULL);
    gsize length = 0;
    g_autofree char *text = NULL;

    g_assert_true(state_folder_write(state, "record", "old and long", NULL));
    g_assert_true(state_folder_write(state, "record", "new", NULL));
    text = state_folder_read(state, "record", 16, &length);
    g_assert_cmpstr(text, ==, "new");
    g_assert_cmpuint(length, ==, 3);
    g_assert_true(state_folder_remove(state, "record", NULL));
    g_assert_true(state_folder_remove(state, "record", NULL));
    g_assert_null(state_folder_read(state, "record", 16, &length));
}

/* A container can make a directory of any name; it must not stop the builds to come. */
static void
test_a_directory_in_the_way_of_a_record_goes(Tree *tree, gconstpointer data)
{
    const Owner owner = {.change = FALSE};
    g_autoptr(StateFolder) state = state_folder_open(tree->root, &owner, NULL);

    tree_run(tree, "mkdir -p .colcon-deb/record/x .colcon-deb/.record.tmp/x .colcon-deb/other/x");
    g_assert_true(state_folder_write(state, "record", "new", NULL));
    g_assert_true(state_folder_remove(state, "other", NULL));
    tree_run(tree, "test -f .colcon-deb/record && test ! -e .colcon-deb/other");
}

static void
test_finding_the_state_folder_makes_nothing(Tree *tree, gconstpointer data)
{
    g_autoptr(StateFolder) state = state_folder_find(tree->root);
    g_autoptr(Folder) folder = folder_open(tree->root, NULL);

    g_assert_null(state);
    g_assert_false(folder_has_directory(folder, ".colcon-deb"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TREE_TEST("/folder/only-regular-files-up-to-a-bound-are-read",
              test_only_regular_files_up_to_a_bound_are_read);
    TREE_TEST("/folder/a-file-is-written-whole-and-removed",
              test_a_file_is_written_whole_and_removed);
    TREE_TEST("/folder/a-directory-in-the-way-of-a-record-goes",
              test_a_directory_in_the_way_of_a_record_goes);
    TREE_TEST("/folder/finding-the-state-folder-makes-nothing",
              test_finding_the_state_folder_makes_nothing);
    return g_test_run();
}

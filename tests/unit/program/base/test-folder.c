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
    assert_unread(folder, "below/../four", EINVAL);
    assert_unread(folder, "../four", EINVAL);
    assert_unread(folder, "/etc/passwd", EINVAL);
    assert_unread(folder, "./four", EINVAL);
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

/* Each makes something of another kind at the name $0. The second is deeper than a process has
 * descriptors and longer than a path. */
static const char *const plants[] = {
    "mkdir -p $0/x; echo >$0/x/file; chmod 500 $0/x",
    "mkdir -p $0/$(printf %01100d 0 | sed s,0,deep/,g)",
    "ln -s precious $0",
    "ln -s /nowhere/at/all $0",
    "mkfifo $0",
};

static void
plant(const Tree *tree, const char *how, const char *name)
{
    g_autofree char *command = g_strdup_printf("sh -c '%s' '%s'", how, name);

    tree_run(tree, command);
}

static void
test_whatever_has_a_name_of_ours_goes(Tree *tree, gconstpointer data)
{
    const Owner owner = {.change = FALSE};
    g_autoptr(Folder) folder = folder_open(tree->root, NULL);
    g_autoptr(GBytes) content = g_bytes_new_static("new", 3);

    tree_put(tree, "precious", "precious");
    for (gsize i = 0; i < G_N_ELEMENTS(plants); i++) {
        plant(tree, plants[i], "name");
        g_assert_true(folder_clear(folder, "name", NULL));
        tree_run(tree, "test ! -e name && test ! -L name");
        plant(tree, plants[i], "name");
        plant(tree, plants[i], ".name.tmp");
        g_assert_true(folder_write(folder, "name", &owner, content, NULL));
        tree_run(tree, "test -f name && test ! -L name && test ! -e .name.tmp && rm name");
        plant(tree, plants[i], "name");
        tree_run(tree, "mkdir moved && echo >moved/inside");
        g_assert_true(folder_rename(folder, "moved", "name", NULL));
        tree_run(tree, "test -f name/inside && rm -r name");
    }
    g_assert_true(folder_clear(folder, "name", NULL));
    tree_run(tree, "test \"$(cat precious)\" = precious");
}

/* Also when the name of the entry that stays does not come last. */
static void
test_what_cannot_be_removed_is_an_error_and_the_rest_goes(Tree *tree, gconstpointer data)
{
    g_autoptr(Folder) folder = folder_open(tree->root, NULL);
    g_autoptr(GError) error = NULL;

    if (geteuid() != 0) {
        g_test_skip("only root can mount");
        return;
    }
    tree_run(tree, "mkdir -p name/a/mounted name/b/c && echo >name/z");
    if (system("mount --help >/dev/null") != 0) {
        g_test_skip("there is no mount");
        return;
    }
    {
        g_autofree char *mount =
            g_strdup_printf("mount -t tmpfs none %s/name/a/mounted 2>/dev/null", tree->root);

        if (system(mount) != 0) {
            g_test_skip("mounting is not permitted");
            return;
        }
    }
    tree_run(tree, "echo >name/a/mounted/file");
    g_assert_false(folder_clear(folder, "name", &error));
    g_assert_nonnull(strstr(error->message, "/name: "));
    tree_run(tree, "test -f name/a/mounted/file && test ! -e name/b && test ! -e name/z");
    tree_run(tree, "umount name/a/mounted");
    g_assert_true(folder_clear(folder, "name", NULL));
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
    TREE_TEST("/folder/whatever-has-a-name-of-ours-goes", test_whatever_has_a_name_of_ours_goes);
    TREE_TEST("/folder/what-cannot-be-removed-is-an-error-and-the-rest-goes",
              test_what_cannot_be_removed_is_an_error_and_the_rest_goes);
    TREE_TEST("/folder/finding-the-state-folder-makes-nothing",
              test_finding_the_state_folder_makes_nothing);
    return g_test_run();
}

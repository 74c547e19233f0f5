/* SPDX-License-Identifier: Apache-2.0 */
#include "program-error.h"
#include "workspace.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    char *path;
    char *source;
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
    f->path = g_dir_make_tmp("workspace-XXXXXX", NULL);
    f->source = g_build_filename(f->path, "src", NULL);
}

static void
remove_tree(const char *path)
{
    g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
    const char *name = NULL;

    while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);

        if (g_file_test(child, G_FILE_TEST_IS_DIR) && !g_file_test(child, G_FILE_TEST_IS_SYMLINK))
            remove_tree(child);
        else
            g_unlink(child);
    }
    g_rmdir(path);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
    remove_tree(f->path);
    g_free(f->source);
    g_free(f->path);
}

static void
add_package(const Fixture *f)
{
    g_autofree char *directory = g_build_filename(f->source, "deep", "in", NULL);
    g_autofree char *file = g_build_filename(directory, "package.xml", NULL);

    g_mkdir_with_parents(directory, 0755);
    g_assert_true(g_file_set_contents(file, "<package/>", -1, NULL));
}

static void
assert_refused(const char *path, const char *part)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(workspace_check(path, &error));
    g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, part));
}

static void
test_what_is_no_workspace_is_refused(Fixture *f, gconstpointer data)
{
    g_autofree char *file = g_build_filename(f->path, "file", NULL);

    assert_refused("/nowhere/at/all", "No such file");
    g_assert_true(g_file_set_contents(file, "", -1, NULL));
    assert_refused(file, "is not a directory");
    assert_refused(f->path, "no src/ in ");
    g_mkdir(f->source, 0755);
    assert_refused(f->path, "no package in ");
}

static void
test_one_package_anywhere_makes_a_workspace(Fixture *f, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    add_package(f);
    g_assert_true(workspace_check(f->path, &error));
    g_assert_no_error(error);
}

static void
assert_directory(const Fixture *f, const char *path, const char *refusal)
{
    const Owner owner = {.change = FALSE};
    g_autoptr(GError) error = NULL;
    gboolean prepared =
        workspace_prepare_directory(f->path, "output directory", path, &owner, &error);

    if (refusal == NULL) {
        g_assert_no_error(error);
        g_assert_true(prepared);
        g_assert_true(g_file_test(path, G_FILE_TEST_IS_DIR));
    } else {
        g_assert_false(prepared);
        g_assert_nonnull(strstr(error->message, refusal));
    }
}

static void
test_a_writable_directory_does_not_overlap_the_sources(Fixture *f, gconstpointer data)
{
    g_autofree char *output = g_build_filename(f->path, "new", "output", NULL);
    g_autofree char *inside = g_build_filename(f->source, "output", NULL);
    g_autofree char *link = g_build_filename(f->path, "link", NULL);
    g_autofree char *through_link = g_build_filename(link, "x", "y", NULL);
    g_autofree char *file = g_build_filename(f->path, "file", NULL);

    add_package(f);
    g_assert_cmpint(symlink(f->source, link), ==, 0);
    g_assert_true(g_file_set_contents(file, "", -1, NULL));
    assert_directory(f, output, NULL);
    assert_directory(f, output, NULL);
    assert_directory(f, inside, "is inside the sources");
    assert_directory(f, f->source, "is inside the sources");
    assert_directory(f, through_link, "is inside the sources");
    assert_directory(f, f->path, "holds the sources");
    assert_directory(f, "/", "holds the sources");
    assert_directory(f, file, "is not a directory");
    g_assert_false(g_file_test(inside, G_FILE_TEST_EXISTS));
}

static void
test_free_space_is_known_before_the_directory_is_there(Fixture *f, gconstpointer data)
{
    g_autofree char *path = g_build_filename(f->path, "not", "yet", NULL);
    guint64 bytes = 0;

    g_assert_true(workspace_free_space(path, &bytes));
    g_assert_cmpuint(bytes, >, 0);
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test)(Fixture *f, gconstpointer data);
    } tests[] = {
        {"/workspace/what-is-no-workspace-is-refused", test_what_is_no_workspace_is_refused},
        {"/workspace/one-package-anywhere-makes-a-workspace",
         test_one_package_anywhere_makes_a_workspace},
        {"/workspace/a-writable-directory-does-not-overlap-the-sources",
         test_a_writable_directory_does_not_overlap_the_sources},
        {"/workspace/free-space-is-known-before-the-directory-is-there",
         test_free_space_is_known_before_the_directory_is_there},
    };

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/program-error.h"
#include "config/workspace.h"

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

/* colcon follows links to packages elsewhere; the container cannot. */
static void
test_a_link_out_of_the_sources_to_packages_is_refused(Fixture *f, gconstpointer data)
{
    g_autofree char *elsewhere = g_dir_make_tmp("elsewhere-XXXXXX", NULL);
    g_autofree char *manifest = g_build_filename(elsewhere, "package.xml", NULL);
    g_autofree char *link = g_build_filename(f->source, "linked", NULL);
    g_autofree char *dangling = g_build_filename(f->source, "dangling", NULL);
    GError *error = NULL;

    add_package(f);
    g_assert_cmpint(symlink(elsewhere, link), ==, 0);
    g_assert_cmpint(symlink("/nowhere", dangling), ==, 0);
    g_assert_true(workspace_check(f->path, &error));
    g_assert_no_error(error);
    g_assert_true(g_file_set_contents(manifest, "<package/>", -1, NULL));
    assert_refused(f->path, "/src/linked is a link to packages outside of src/");
    remove_tree(elsewhere);
}

static void
test_links_within_the_sources_and_ignored_ones_are_fine(Fixture *f, gconstpointer data)
{
    g_autofree char *link = g_build_filename(f->source, "again", NULL);
    g_autofree char *ignored = g_build_filename(f->source, "ignored", NULL);
    g_autofree char *marker = g_build_filename(ignored, "COLCON_IGNORE", NULL);
    g_autofree char *hidden_link = g_build_filename(ignored, "linked", NULL);
    GError *error = NULL;

    add_package(f);
    g_mkdir(ignored, 0755);
    g_assert_cmpint(symlink("/nowhere", marker), ==, 0);
    g_assert_cmpint(symlink(f->path, hidden_link), ==, 0);
    g_assert_cmpint(symlink("deep", link), ==, 0);
    g_assert_true(workspace_check(f->path, &error));
    g_assert_no_error(error);
}

/* As in a large checkout of which only a part is wanted. */
static void
test_a_link_into_an_ignored_directory_is_followed(Fixture *f, gconstpointer data)
{
    g_autofree char *ignored = g_build_filename(f->source, "all", NULL);
    g_autofree char *marker = g_build_filename(ignored, "COLCON_IGNORE", NULL);
    g_autofree char *package = g_build_filename(ignored, "group", "one", NULL);
    g_autofree char *manifest = g_build_filename(package, "package.xml", NULL);
    g_autofree char *loop = g_build_filename(ignored, "group", "loop", NULL);
    g_autofree char *link = g_build_filename(f->source, "chosen", NULL);
    GError *error = NULL;

    g_mkdir_with_parents(package, 0755);
    g_assert_true(g_file_set_contents(manifest, "<package/>", -1, NULL));
    g_assert_cmpint(symlink("/nowhere", marker), ==, 0);
    g_assert_cmpint(symlink(".", loop), ==, 0);
    assert_refused(f->path, "no package in");
    g_assert_cmpint(symlink("all/group", link), ==, 0);
    g_assert_true(workspace_check(f->path, &error));
    g_assert_no_error(error);
}

static void
test_the_sources_may_be_a_link_themselves(Fixture *f, gconstpointer data)
{
    g_autofree char *real = g_build_filename(f->path, "real", NULL);
    GError *error = NULL;

    add_package(f);
    g_assert_cmpint(g_rename(f->source, real), ==, 0);
    g_assert_cmpint(symlink("real", f->source), ==, 0);
    g_assert_true(workspace_check(f->path, &error));
    g_assert_no_error(error);
}

static void
put(const char *directory, const char *name, const char *contents)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);

    g_mkdir_with_parents(parent, 0755);
    g_assert_true(g_file_set_contents(path, contents, -1, NULL));
}

static void
assert_output(const Fixture *f, const char *output, const char *refusal)
{
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(workspace_check_output(f->path, output, &error), ==, refusal == NULL);
    if (refusal != NULL) {
        g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE);
        g_assert_nonnull(strstr(error->message, refusal));
    }
}

static void
test_what_others_keep_in_the_output_is_not_replaced(Fixture *f, gconstpointer data)
{
    g_autofree char *output = g_build_filename(f->path, "output", NULL);
    g_autofree char *other = g_build_filename(f->path, "other", NULL);
    g_autofree char *summary_of_other = g_strdup_printf("{\"workspace\":\"%s\"}", other);
    g_autofree char *own_summary = g_strdup_printf("{\"workspace\":\"%s\"}", f->path);

    assert_output(f, output, NULL);
    put(output, "debs/precious.deb", "");
    assert_output(f, output, "that no build made");
    put(output, ".events.jsonl.tmp", "");
    assert_output(f, output, NULL);
    put(output, "summary.json", own_summary);
    assert_output(f, output, NULL);
    put(output, "summary.json", summary_of_other);
    assert_output(f, output, NULL);
    g_mkdir(other, 0755);
    assert_output(f, output, "of another workspace");
}

/* All targets share the repository, and each reports in its own directory. */
static void
test_targets_of_other_workspaces_count(Fixture *f, gconstpointer data)
{
    g_autofree char *output = g_build_filename(f->path, "output", NULL);
    g_autofree char *other = g_build_filename(f->path, "other", NULL);
    g_autofree char *summary_of_other = g_strdup_printf("{\"workspace\":\"%s\"}", other);
    g_autofree char *own_summary = g_strdup_printf("{\"workspace\":\"%s\"}", f->path);

    g_mkdir(other, 0755);
    put(output, "apt/dists/x", "");
    assert_output(f, output, "that no build made");
    put(output, "targets/arm64/summary.json", own_summary);
    assert_output(f, output, NULL);
    put(output, "targets/armhf/summary.json", summary_of_other);
    assert_output(f, output, "targets/armhf holds the packages of another workspace");
}

/* A container can write the summary: a crash or a hang would stop every later build. */
static void
test_a_strange_summary_does_no_harm(Fixture *f, gconstpointer data)
{
    g_autofree char *output = g_build_filename(f->path, "output", NULL);
    g_autofree char *summary = g_build_filename(output, "summary.json", NULL);
    g_autofree char *brackets = g_strnfill(400000, '[');

    put(output, "debs/own.deb", "");
    put(output, "summary.json", brackets);
    assert_output(f, output, NULL);
    put(output, "summary.json", "{\"workspace\":7}");
    assert_output(f, output, NULL);
    g_assert_cmpint(g_unlink(summary), ==, 0);
    g_assert_cmpint(mkfifo(summary, 0600), ==, 0);
    assert_output(f, output, NULL);
}

static void
assert_directory(const Fixture *f, const char *path, const char *refusal)
{
    const Owner owner = {.change = FALSE};
    g_autoptr(GError) error = NULL;
    gboolean was_there = g_file_test(path, G_FILE_TEST_EXISTS);
    gboolean good =
        workspace_check_directory(f->path, "output directory", "output-dir", path, NULL);
    gboolean is_there = g_file_test(path, G_FILE_TEST_EXISTS);
    gboolean prepared = workspace_prepare_directory(f->path, "output directory", "output-dir", path,
                                                    &owner, &error);

    g_assert_cmpint(good, ==, refusal == NULL);
    g_assert_cmpint(is_there, ==, was_there);
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
test_output_and_overrides_lie_apart(Fixture *f, gconstpointer data)
{
    g_autofree char *output = g_build_filename(f->path, "output", NULL);
    g_autofree char *below = g_build_filename(output, "overrides", NULL);
    g_autofree char *beside = g_build_filename(f->path, "overrides", NULL);

    g_mkdir_with_parents(below, 0755);
    g_mkdir(beside, 0755);
    g_assert_true(workspace_check_apart(output, beside, NULL));
    g_assert_false(workspace_check_apart(output, below, NULL));
    g_assert_false(workspace_check_apart(below, output, NULL));
    g_assert_false(workspace_check_apart(output, output, NULL));
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
        {"/workspace/targets-of-other-workspaces-count", test_targets_of_other_workspaces_count},
        {"/workspace/a-strange-summary-does-no-harm", test_a_strange_summary_does_no_harm},
        {"/workspace/what-is-no-workspace-is-refused", test_what_is_no_workspace_is_refused},
        {"/workspace/one-package-anywhere-makes-a-workspace",
         test_one_package_anywhere_makes_a_workspace},
        {"/workspace/a-link-out-of-the-sources-to-packages-is-refused",
         test_a_link_out_of_the_sources_to_packages_is_refused},
        {"/workspace/links-within-the-sources-and-ignored-ones-are-fine",
         test_links_within_the_sources_and_ignored_ones_are_fine},
        {"/workspace/a-link-into-an-ignored-directory-is-followed",
         test_a_link_into_an_ignored_directory_is_followed},
        {"/workspace/the-sources-may-be-a-link-themselves",
         test_the_sources_may_be_a_link_themselves},
        {"/workspace/what-others-keep-in-the-output-is-not-replaced",
         test_what_others_keep_in_the_output_is_not_replaced},
        {"/workspace/a-writable-directory-does-not-overlap-the-sources",
         test_a_writable_directory_does_not_overlap_the_sources},
        {"/workspace/output-and-overrides-lie-apart", test_output_and_overrides_lie_apart},
        {"/workspace/free-space-is-known-before-the-directory-is-there",
         test_free_space_is_known_before_the_directory_is_there},
    };

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);
    return g_test_run();
}

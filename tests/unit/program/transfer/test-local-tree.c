/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine sends is written where it may be, and nowhere else. */
#include "transfer/local-tree.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const gint64 moment = G_GINT64_CONSTANT(1600000000123456789);

typedef struct {
    char *directory;
    char *inside;  /* the tree */
    char *outside; /* a directory that no file may reach */
    LocalTree *tree;
} Fixture;

static char *
in(const char *directory, const char *name)
{
    return g_build_filename(directory, name, NULL);
}

static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->directory = g_dir_make_tmp("cdd-local-tree-XXXXXX", NULL);
    fixture->inside = in(fixture->directory, "inside");
    fixture->outside = in(fixture->directory, "outside");
    g_assert_cmpint(g_mkdir(fixture->inside, 0755), ==, 0);
    g_assert_cmpint(g_mkdir(fixture->outside, 0755), ==, 0);
    fixture->tree = local_tree_open(fixture->inside, NULL);
    g_assert_nonnull(fixture->tree);
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(Folder) above = folder_open(fixture->directory, NULL);

    local_tree_free(fixture->tree);
    g_assert_true(folder_clear(above, "inside", NULL));
    g_assert_true(folder_clear(above, "outside", NULL));
    g_rmdir(fixture->directory);
    g_free(fixture->directory);
    g_free(fixture->inside);
    g_free(fixture->outside);
}

static void
put(Fixture *fixture, const char *path, const char *content)
{
    GError *error = NULL;
    LocalFile *file = local_tree_begin(fixture->tree, path, &error);

    g_assert_no_error(error);
    g_assert_true(local_file_write(file, content, strlen(content), &error));
    g_assert_true(local_file_finish(file, 0644, moment, &error));
    g_assert_no_error(error);
}

static void
assert_content(Fixture *fixture, const char *path, const char *content)
{
    g_autofree char *full = in(fixture->inside, path);
    g_autofree char *actual = NULL;

    g_assert_true(g_file_get_contents(full, &actual, NULL, NULL));
    g_assert_cmpstr(actual, ==, content);
}

static void
assert_empty(const char *directory)
{
    g_autoptr(Folder) folder = folder_open(directory, NULL);
    g_auto(GStrv) names = folder_list(folder, 10, NULL);

    g_assert_cmpuint(g_strv_length(names), ==, 0);
}

static FileEntry
describe(Fixture *fixture, const char *path)
{
    g_autofree char *full = in(fixture->inside, path);
    FileEntry entry = {.kind = FILE_REGULAR, .path = path};
    struct stat status;

    g_assert_cmpint(lstat(full, &status), ==, 0);
    entry.size = (guint64)status.st_size;
    entry.inode = status.st_ino;
    entry.mode = status.st_mode & 07777;
    entry.mtime = (gint64)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
    return entry;
}

static void
test_a_file(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    FileEntry entry;

    put(fixture, "a/b/c", "content");
    assert_content(fixture, "a/b/c", "content");
    entry = describe(fixture, "a/b/c");
    g_assert_cmpuint(entry.mode, ==, 0644);
    g_assert_cmpint(entry.mtime, ==, moment);
    g_assert_true(local_tree_is_same(fixture->tree, &entry));
    put(fixture, "a/b/c", "another");
    g_assert_false(local_tree_is_same(fixture->tree, &entry));
}

static void
test_an_unfinished_file_has_no_name(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    LocalFile *file = NULL;
    LocalTree *again = NULL;

    put(fixture, "a", "former");
    file = local_tree_begin(fixture->tree, "a", NULL);
    g_assert_true(local_file_write(file, "half", 4, NULL));
    assert_content(fixture, "a", "former");
    /* A run that was killed leaves it. The next one removes it. */
    again = local_tree_open(fixture->inside, NULL);
    local_tree_free(again);
    local_file_abandon(file);
    assert_content(fixture, "a", "former");
    g_assert_true(local_tree_remove(fixture->tree, "a", NULL));
    assert_empty(fixture->inside);
}

static void
test_links_lead_nowhere(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *link = in(fixture->inside, "link");
    FileEntry entry = {.kind = FILE_REGULAR, .path = "link/x"};
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(symlink(fixture->outside, link), ==, 0);
    g_assert_true(local_tree_remove(fixture->tree, "link/x", NULL));
    g_assert_false(local_tree_is_same(fixture->tree, &entry));
    g_assert_false(local_tree_set_attributes(fixture->tree, &entry));
    g_assert_null(local_tree_begin(fixture->tree, "link/x", &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_EXISTS);
    g_assert_true(g_file_test(link, G_FILE_TEST_IS_SYMLINK));
    assert_empty(fixture->outside);
}

static void
test_permissions_alone(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    LocalFile *file = local_tree_begin(fixture->tree, "a", NULL);

    g_assert_true(local_file_finish(file, 06755, moment, NULL));
    g_assert_cmpuint(describe(fixture, "a").mode, ==, 0755);
}

static void
test_other_names(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    FileEntry entry;
    FileEntry changed;

    put(fixture, "a", "content");
    entry = describe(fixture, "a");
    g_assert_true(local_tree_link(fixture->tree, &entry, "d/b"));
    g_assert_cmpuint(describe(fixture, "d/b").inode, ==, entry.inode);
    g_assert_true(local_tree_link(fixture->tree, &entry, "d/b"));
    /* The other name would change as well. */
    changed = entry;
    changed.mtime++;
    g_assert_false(local_tree_set_attributes(fixture->tree, &changed));
    /* It is another file now. */
    put(fixture, "a", "changed");
    g_assert_false(local_tree_link(fixture->tree, &entry, "c"));
    assert_content(fixture, "d/b", "content");
    g_assert_true(local_tree_set_attributes(
        fixture->tree,
        &(FileEntry){.kind = FILE_REGULAR, .path = "a", .mode = 0700, .mtime = moment + 1}));
    g_assert_cmpuint(describe(fixture, "a").mode, ==, 0700);
}

static void
assert_refused(gboolean done, GError **error)
{
    g_assert_false(done);
    g_assert_error(*error, G_IO_ERROR, G_IO_ERROR_EXISTS);
    g_clear_error(error);
}

/* What has the name may be the user's. */
static void
test_another_kind_stays(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const FileEntry link = {.kind = FILE_LINK, .path = "x", .target = "nowhere", .mtime = moment};
    GError *error = NULL;
    LocalFile *file = NULL;

    put(fixture, "x/below", "user's");
    assert_refused(local_tree_make_link(fixture->tree, &link, &error), &error);
    file = local_tree_begin(fixture->tree, "x", &error);
    g_assert_no_error(error);
    assert_refused(local_file_finish(file, 0644, moment, &error), &error);
    assert_content(fixture, "x/below", "user's");
    put(fixture, "file", "user's");
    assert_refused(local_tree_make_directory(fixture->tree, "file", &error), &error);
    file = local_tree_begin(fixture->tree, "file/below", &error);
    assert_refused(file != NULL, &error);
    assert_content(fixture, "file", "user's");
}

static void
test_links(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const FileEntry link = {.kind = FILE_LINK, .path = "x", .target = "nowhere", .mtime = moment};
    g_autofree char *full = in(fixture->inside, "x");
    g_autofree char *target = NULL;

    put(fixture, "x", "file");
    g_assert_true(local_tree_make_link(fixture->tree, &link, NULL));
    target = g_file_read_link(full, NULL);
    g_assert_cmpstr(target, ==, "nowhere");
    g_assert_cmpint(describe(fixture, "x").mtime, ==, moment);
    g_assert_true(local_tree_is_same(fixture->tree, &link));
    put(fixture, "x", "file");
    assert_content(fixture, "x", "file");
    g_assert_true(local_tree_make_directory(fixture->tree, "d/empty", NULL));
}

static void
test_removal(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    put(fixture, "a/b/one", "");
    put(fixture, "a/two", "");
    g_assert_true(local_tree_remove(fixture->tree, "a/b/one", NULL));
    g_assert_true(local_tree_remove(fixture->tree, "a/gone", NULL));
    assert_content(fixture, "a/two", "");
    g_assert_true(local_tree_remove(fixture->tree, "a/two", NULL));
    assert_empty(fixture->inside);
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*func)(Fixture *fixture, gconstpointer data);
    } tests[] = {
        {"a-file", test_a_file},
        {"an-unfinished-file-has-no-name", test_an_unfinished_file_has_no_name},
        {"links-lead-nowhere", test_links_lead_nowhere},
        {"permissions-alone", test_permissions_alone},
        {"other-names", test_other_names},
        {"another-kind-stays", test_another_kind_stays},
        {"links", test_links},
        {"removal", test_removal},
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strconcat("/local-tree/", tests[i].name, NULL);

        g_test_add(path, Fixture, NULL, set_up, tests[i].func, tear_down);
    }
    return g_test_run();
}

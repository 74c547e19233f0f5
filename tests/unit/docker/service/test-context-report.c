/* SPDX-License-Identifier: Apache-2.0 */
/* Tests what a build would send, and that proposed patterns are written only once. */
#include "await.h"
#include "tree.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static CddContextReport *
look(const Tree *tree, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_optimize_build_context_async(tree->root, NULL, NULL, await_ready, &done);
    return cdd_optimize_build_context_finish(await(&done), error);
}

static CddContextReport *
report_on(const Tree *tree)
{
    g_autoptr(GError) error = NULL;
    CddContextReport *report = look(tree, &error);

    g_assert_no_error(error);
    return report;
}

static void
assert_proposed(const Tree *tree, const char *expected)
{
    g_autoptr(CddContextReport) report = report_on(tree);
    g_autofree char *patterns = g_strjoinv(" ", report->proposed_patterns);

    g_assert_cmpstr(patterns, ==, expected);
}

#define WORKSPACE                                                                                  \
    "mkdir -p src/a/__pycache__ build/a install log .git/objects src/b/.git && "                   \
    "touch build/COLCON_IGNORE install/COLCON_IGNORE && "                                          \
    "head -c 2M /dev/zero >build/a/lib.so && head -c 3M /dev/zero >.git/objects/pack && "          \
    "head -c 1000 /dev/zero >src/a/__pycache__/x.pyc && head -c 5000 /dev/zero >src/a/main.cpp "   \
    "&& "                                                                                          \
    "head -c 1M /dev/zero >src/b/.git/pack && printf 'FROM scratch\\nCOPY src /src\\n' "           \
    ">Dockerfile"

static void
test_what_is_sent_is_summed_up(Tree *tree, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddContextReport) report = NULL;
    const CddContextEntry *entry;

    tree_run(tree, WORKSPACE " && truncate -s 100M hole && ln -s hole link && "
                             "printf 'log\\nsrc/a/main.cpp\\n' >.dockerignore");
    report = report_on(tree);
    g_assert_true(g_str_has_suffix(report->ignore_path, "/.dockerignore"));
    g_assert_cmpuint(report->n_directories, ==, 10);
    g_assert_cmpuint(report->n_files, ==, 10);
    g_assert_cmpuint(report->size, >=, 6 * 1024 * 1024);
    g_assert_cmpuint(report->size, <, 6 * 1024 * 1024 + 10000);
    entry = report->largest->pdata[0];
    g_assert_cmpuint(entry->size, ==, 3 * 1024 * 1024);
    entry = report->largest->pdata[2];
    g_assert_cmpstr(entry->path, ==, "build/");
    g_assert_cmpuint(entry->size, ==, 2 * 1024 * 1024);
}

static void
test_the_largest_come_first(Tree *tree, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddContextReport) report = NULL;
    g_autoptr(CddContextReport) copy = NULL;
    const CddContextEntry *entry;

    tree_run(tree, "mkdir d && for i in $(seq 1 30); do head -c ${i}000 /dev/zero >d/$i; done");
    report = report_on(tree);
    copy = cdd_context_report_copy(report);
    g_clear_pointer(&report, cdd_context_report_free);
    g_assert_cmpuint(copy->largest->len, ==, 20);
    entry = copy->largest->pdata[0];
    g_assert_cmpstr(entry->path, ==, "d/");
    g_assert_cmpuint(entry->size, ==, 465000);
    entry = copy->largest->pdata[1];
    g_assert_cmpstr(entry->path, ==, "d/30");
    entry = copy->largest->pdata[19];
    g_assert_cmpstr(entry->path, ==, "d/12");
}

static void
test_what_no_image_needs_is_proposed(Tree *tree, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddContextReport) report = NULL;
    g_autofree char *text = NULL;

    tree_run(tree, WORKSPACE);
    report = report_on(tree);
    g_assert_cmpuint(report->saved_size, ==, 6 * 1024 * 1024);
    g_assert_cmpuint(report->saved_files, ==, 9);
    text = cdd_context_report_format_ignore(report);
    g_assert_cmpstr(text, ==,
                    "# Not needed in any image: 6.0\xC2\xA0MiB in 9 files and directories.\n"
                    "build\n**/.git\n");
}

static void
test_what_the_build_names_is_not_proposed(Tree *tree, gconstpointer data G_GNUC_UNUSED)
{
    tree_run(tree, WORKSPACE " && head -c 1M /dev/zero >x.deb");
    assert_proposed(tree, "build **/.git **/*.deb");
    tree_run(tree, "printf 'from x\\n copy --chown=1:1 \\\\\\n  ./build/a/lib.so \\\\\\n /lib\\n' "
                   ">Dockerfile");
    assert_proposed(tree, "**/.git **/*.deb");
    tree_run(tree, "printf 'FROM x\\nADD [\"*.deb\", \"/\"]\\n' >Dockerfile");
    assert_proposed(tree, "build **/.git");
    tree_run(tree, "printf '.git\\n!.git/objects\\n' >.dockerignore");
    assert_proposed(tree, "build");
    tree_run(tree, "rm Dockerfile build/COLCON_IGNORE");
    assert_proposed(tree, "**/*.deb");
}

static void
test_a_small_tree_has_nothing_to_save(Tree *tree, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddContextReport) report = NULL;

    tree_run(tree, "mkdir -p .git src && head -c 1M /dev/zero >src/x && printf x >.git/HEAD");
    report = report_on(tree);
    g_assert_cmpstr(report->proposed_patterns[0], ==, NULL);
    g_assert_null(cdd_context_report_format_ignore(report));
    g_assert_true(cdd_context_report_write_ignore(report, NULL));
    g_assert_false(g_file_test(report->ignore_path, G_FILE_TEST_EXISTS));
}

static void
test_it_is_written_once(Tree *tree, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddContextReport) report = NULL;
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;
    struct stat status;

    tree_run(tree, WORKSPACE " && printf 'log\\nbuild/' >.rules && chmod 640 .rules && "
                             "ln -s .rules .dockerignore");
    report = report_on(tree);
    g_assert_true(cdd_context_report_write_ignore(report, NULL));
    g_assert_true(g_file_get_contents(report->ignore_path, &first, NULL, NULL));
    g_assert_cmpstr(
        first, ==,
        "log\nbuild/\n# Not needed in any image: 4.0\xC2\xA0MiB in 5 files and directories.\n"
        "**/.git\n");
    g_assert_true(cdd_context_report_write_ignore(report, NULL));
    g_assert_true(g_file_get_contents(report->ignore_path, &second, NULL, NULL));
    g_assert_cmpstr(first, ==, second);
    g_assert_cmpint(lstat(report->ignore_path, &status), ==, 0);
    g_assert_true(S_ISLNK(status.st_mode));
    g_assert_cmpint(stat(report->ignore_path, &status), ==, 0);
    g_assert_cmpuint(status.st_mode & 0777, ==, 0640);
    assert_proposed(tree, "");
}

static void
test_what_cannot_be_written_is_named(Tree *tree, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(CddContextReport) report = NULL;
    g_autoptr(GError) error = NULL;

    tree_run(tree, WORKSPACE);
    report = report_on(tree);
    tree_run(tree, "mkdir .dockerignore");
    g_assert_false(cdd_context_report_write_ignore(report, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, report->ignore_path));
}

static void
test_faults_are_told(Tree *tree, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GAsyncResult) done = NULL;

    tree_run(tree, "printf '[' >.dockerignore");
    g_assert_null(look(tree, &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
    g_assert_nonnull(strstr(error->message, ".dockerignore:1: "));
    g_clear_error(&error);
    cdd_optimize_build_context_async(tree->root, "missing", NULL, await_ready, &done);
    g_assert_null(cdd_optimize_build_context_finish(await(&done), &error));
    g_assert_error(error, CDD_ERROR, CDD_ERROR_INVALID_SPEC);
}

static void
test_it_can_be_cancelled(Tree *tree, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;

    tree_run(tree, WORKSPACE);
    cdd_optimize_build_context_async(tree->root, NULL, cancellable, await_ready, &done);
    g_cancellable_cancel(cancellable);
    g_assert_null(cdd_optimize_build_context_finish(await(&done), &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

#define ADD(path, func)                                                                            \
    g_test_add("/context-report/" path, Tree, NULL, tree_set_up, func, tree_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("what-is-sent-is-summed-up", test_what_is_sent_is_summed_up);
    ADD("the-largest-come-first", test_the_largest_come_first);
    ADD("what-no-image-needs-is-proposed", test_what_no_image_needs_is_proposed);
    ADD("what-the-build-names-is-not-proposed", test_what_the_build_names_is_not_proposed);
    ADD("a-small-tree-has-nothing-to-save", test_a_small_tree_has_nothing_to_save);
    ADD("it-is-written-once", test_it_is_written_once);
    ADD("what-cannot-be-written-is-named", test_what_cannot_be_written_is_named);
    ADD("faults-are-told", test_faults_are_told);
    ADD("it-can-be-cancelled", test_it_can_be_cancelled);
    return g_test_run();
}

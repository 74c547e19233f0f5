/* SPDX-License-Identifier: Apache-2.0 */
#include "incremental/commit-times.h"
#include "incremental/file-walk.h"
#include "tree.h"

#define HEADER "colcon-deb-commits 1\n"

/* Commits at a fixed time, whatever the user has configured. */
#define COMMIT(time)                                                                               \
    "git add -A && GIT_AUTHOR_DATE='" time " +0000' GIT_COMMITTER_DATE='" time                     \
    " +0000' git -c user.name=x -c user.email=x@y commit -q -m x"

static void
set_up(Tree *tree, gconstpointer data)
{
    tree_set_up(tree, data);
    tree_put(tree, "src/a/package.xml", "a");
    tree_put(tree, "src/with blank/package.xml", "b");
    tree_put(tree, "src/with blank/x", "b");
}

static void
assert_times_of(const Tree *tree, CommitSubject subject, const char *expected)
{
    g_autofree char *source = tree_path(tree, subject == COMMIT_SOURCES ? "src" : "debian_dirs");
    g_autoptr(GPtrArray) refused = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    gboolean changed = FALSE;
    g_autoptr(FileList) list = file_walk(source, NULL, &changed, NULL, &error);
    g_autofree char *text = NULL;

    g_assert_no_error(error);
    text = commit_times_print(subject, source, list, refused, NULL);
    g_assert_cmpstr(text, ==, expected);
    g_assert_cmpuint(refused->len, ==, 0);
}

static void
assert_times(const Tree *tree, const char *expected)
{
    assert_times_of(tree, COMMIT_SOURCES, expected);
}

static void
test_without_git_nothing_is_known(Tree *tree, gconstpointer data)
{
    assert_times(tree, HEADER);
}

static void
test_each_package_has_its_last_commit(Tree *tree, gconstpointer data)
{
    tree_run(tree, "git init -q . && " COMMIT("1000000000"));
    assert_times(tree, HEADER "1000000000 a\n1000000000 with%20blank\n");
    tree_run(tree, "echo changed >'src/with blank/x' && " COMMIT("1000000005"));
    assert_times(tree, HEADER "1000000000 a\n1000000005 with%20blank\n");
}

static void
test_what_is_not_committed_counts_by_its_own_time(Tree *tree, gconstpointer data)
{
    tree_run(tree, "git init -q . && " COMMIT("1000000000"));
    tree_run(tree, "echo changed >'src/with blank/x'; touch -d @1000000007 'src/with blank/x'");
    assert_times(tree, HEADER "1000000000 a\n1000000007 with%20blank\n");
    tree_run(tree, "echo new >src/a/new; touch -d @1000000009 src/a/new");
    assert_times(tree, HEADER "1000000009 a\n1000000007 with%20blank\n");
    tree_run(tree, "rm src/a/new 'src/with blank/x'; touch -d @1000000011 'src/with blank'");
    assert_times(tree, HEADER "1000000000 a\n1000000011 with%20blank\n");
}

static void
test_a_repository_below_the_sources(Tree *tree, gconstpointer data)
{
    tree_run(tree, "cd 'src/with blank' && git init -q . && " COMMIT("1000000003"));
    assert_times(tree, HEADER "1000000003 with%20blank\n");
}

static void
test_a_package_at_the_top_and_one_with_an_odd_name(Tree *tree, gconstpointer data)
{
    tree_run(
        tree,
        "mkdir -p 'src/x\"\xc3\xa4\ty' && touch 'src/x\"\xc3\xa4\ty/package.xml' src/package.xml");
    tree_run(tree, "cd src && git init -q . && " COMMIT("1000000003"));
    assert_times(tree, HEADER "1000000003 a\n1000000003 .\n1000000003 with%20blank\n"
                              "1000000003 x\"%C3%A4%09y\n");
    tree_run(tree, "cd src && echo changed >package.xml && " COMMIT("1000000004"));
    assert_times(tree, HEADER "1000000003 a\n1000000004 .\n1000000003 with%20blank\n"
                              "1000000003 x\"%C3%A4%09y\n");
}

static void
test_commits_that_came_by_a_merge(Tree *tree, gconstpointer data)
{
    tree_run(tree, "git init -q -b main . && " COMMIT("1000000000"));
    tree_run(tree, "git checkout -q -b side && echo changed >src/a/x && " COMMIT("1000000005"));
    tree_run(tree, "git checkout -q main && echo changed >other && " COMMIT("1000000006"));
    tree_run(tree, "GIT_AUTHOR_DATE='1000000007 +0000' GIT_COMMITTER_DATE='1000000007 +0000' "
                   "git -c user.name=x -c user.email=x@y merge -q --no-ff -m x side");
    assert_times(tree, HEADER "1000000007 a\n1000000000 with%20blank\n");
}

/* What a build has generated beside an override is not in git. */
static void
test_overrides(Tree *tree, gconstpointer data)
{
    tree_put(tree, "debian_dirs/rosdep.yaml", "{}");
    tree_put(tree, "debian_dirs/a/override.yaml", "{}");
    tree_put(tree, "debian_dirs/a/fix.patch", "");
    tree_run(tree, "git init -q . && " COMMIT("1000000000"));
    tree_put(tree, "debian_dirs/a/debian/control", "generated");
    tree_put(tree, "debian_dirs/with blank/debian/control", "generated");
    assert_times_of(tree, COMMIT_OVERRIDES, HEADER "1000000000 a\n");
    tree_run(tree, "echo x >debian_dirs/a/fix.patch; touch -d @1000000007 debian_dirs/a/fix.patch");
    assert_times_of(tree, COMMIT_OVERRIDES, HEADER "1000000007 a\n");
}

static void
test_a_repository_that_git_refuses(Tree *tree, gconstpointer data)
{
    g_autofree char *source = tree_path(tree, "src");
    g_autofree char *top = tree_path(tree, "");
    g_autoptr(GPtrArray) refused = g_ptr_array_new_with_free_func(g_free);
    gboolean changed = FALSE;
    g_autoptr(FileList) list = file_walk(source, NULL, &changed, NULL, NULL);
    g_autofree char *text = NULL;

    tree_run(tree, "git init -q . && " COMMIT("1000000000"));
    tree_run(tree, "echo damaged >.git/index");
    text = commit_times_print(COMMIT_SOURCES, source, list, refused, NULL);
    g_assert_cmpuint(refused->len, ==, 1);
    g_assert_true(g_str_has_prefix(top, refused->pdata[0]));
}

static void
test_a_repository_without_a_commit(Tree *tree, gconstpointer data)
{
    tree_run(tree, "git init -q .");
    assert_times(tree, HEADER);
}

/* No program that a repository names is run. */
static void
test_a_monitor_of_the_repository_is_not_run(Tree *tree, gconstpointer data)
{
    tree_run(tree, "git init -q . && " COMMIT("1000000000"));
    tree_run(tree, "printf '#!/bin/sh\\ntouch %s/ran\\n' \"$PWD\" >monitor; chmod +x monitor");
    tree_run(tree, "git config core.fsmonitor \"$PWD/monitor\"");
    assert_times(tree, HEADER "1000000000 a\n1000000000 with%20blank\n");
    tree_run(tree, "test ! -e ran");
}

#define ADD(function)                                                                              \
    g_test_add("/commit-times/" #function, Tree, NULL, set_up, test_##function, tree_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(without_git_nothing_is_known);
    ADD(each_package_has_its_last_commit);
    ADD(what_is_not_committed_counts_by_its_own_time);
    ADD(a_repository_below_the_sources);
    ADD(a_package_at_the_top_and_one_with_an_odd_name);
    ADD(commits_that_came_by_a_merge);
    ADD(overrides);
    ADD(a_repository_that_git_refuses);
    ADD(a_repository_without_a_commit);
    ADD(a_monitor_of_the_repository_is_not_run);
    return g_test_run();
}

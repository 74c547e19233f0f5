/* SPDX-License-Identifier: Apache-2.0 */
#include "base/program-error.h"
#include "config/output-check.h"
#include "tree.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>

static const Owner nobody = {.change = FALSE};
static const Owner caller = {.change = TRUE, .uid = 1234, .gid = 1234};

G_GNUC_PRINTF(3, 4)
static void
assert_refused(const Tree *tree, const Owner *owner, const char *format, ...)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *output = tree_path(tree, "output");
    g_autofree char *expected = NULL;
    va_list words;

    va_start(words, format);
    expected = g_strdup_vprintf(format, words);
    va_end(words);
    g_assert_false(output_check(output, owner, &error));
    g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED);
    g_assert_cmpstr(error->message, ==, expected);
}

static void
assert_good(const Tree *tree, const Owner *owner)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *output = tree_path(tree, "output");
    gboolean good = output_check(output, owner, &error);

    g_assert_no_error(error);
    g_assert_true(good);
}

static void
test_an_output_that_is_missing_or_new(Tree *tree, gconstpointer data)
{
    assert_good(tree, &nobody);
    assert_good(tree, &caller);
    tree_run(tree, "mkdir output output/debs output/logs output/.colcon-deb output/apt");
    assert_good(tree, &nobody);
}

static void
test_something_else_in_the_place_of_a_directory(Tree *tree, gconstpointer data)
{
    const char *const names[] = {"debs", "logs", "apt", ".colcon-deb", "targets"};
    const struct {
        const char *command;
        const char *kind;
    } plants[] = {
        {"ln -s elsewhere $0", "a link to elsewhere"},
        {"echo >$0", "a file"},
        {"mkfifo $0", "neither a file nor a directory"},
    };

    tree_run(tree, "mkdir output");
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        for (gsize k = 0; k < G_N_ELEMENTS(plants); k++) {
            g_autofree char *command =
                g_strdup_printf("sh -c '%s' output/%s", plants[k].command, names[i]);
            g_autofree char *clean = g_strdup_printf("rm output/%s", names[i]);

            tree_run(tree, command);
            assert_refused(tree, &nobody,
                           "%s/output/%s is %s; colcon-deb makes a directory there: remove it",
                           tree->root, names[i], plants[k].kind);
            tree_run(tree, clean);
        }
    }
}

static void
test_the_directory_of_a_target(Tree *tree, gconstpointer data)
{
    g_autofree char *output = tree_path(tree, "output");
    g_autoptr(GError) error = NULL;
    g_autofree char *expected = g_strdup_printf(
        "%s/output/targets/arm64 is a link to /srv; colcon-deb makes a directory there: remove it",
        tree->root);

    g_assert_true(output_check_target(output, "arm64", &nobody, NULL));
    tree_run(tree, "mkdir -p output/targets/armhf");
    g_assert_true(output_check_target(output, "arm64", &nobody, NULL));
    g_assert_true(output_check_target(output, "armhf", &nobody, NULL));
    tree_run(tree, "ln -s /srv output/targets/arm64");
    g_assert_false(output_check_target(output, "arm64", &nobody, &error));
    g_assert_cmpstr(error->message, ==, expected);
}

static void
test_what_belongs_to_another_user(Tree *tree, gconstpointer data)
{
    if (geteuid() != 0) {
        g_test_skip("only root can make files of other users");
        return;
    }
    tree_run(tree, "mkdir -p output/logs && chown 4321 output output/logs");
    assert_refused(tree, &caller,
                   "%s/output belongs to 4321 (uid 4321), and 1234 cannot write to it; choose "
                   "another directory with --output-dir, or take it over: sudo chown -R 1234 "
                   "%s/output",
                   tree->root, tree->root);
    assert_good(tree, &nobody);
    tree_run(tree, "chmod 777 output");
    assert_refused(tree, &caller,
                   "%s/output/logs belongs to 4321 (uid 4321), and 1234 cannot write to it; choose "
                   "another directory with --output-dir, or take it over: sudo chown -R 1234 "
                   "%s/output/logs",
                   tree->root, tree->root);
    tree_run(tree, "chgrp 1234 output/logs && chmod 775 output/logs");
    assert_good(tree, &caller);
    tree_run(tree, "chown 1234 output/logs && chmod 555 output/logs");
    assert_refused(tree, &caller,
                   "%s/output/logs: its owner 1234 cannot write to it; run chmod u+rwx "
                   "%s/output/logs, or choose another directory with --output-dir",
                   tree->root, tree->root);
}

/* A user of this machine who is in a group beside his own; FALSE if there is none. */
static gboolean
find_member(Owner *owner, gid_t *group)
{
    const struct group *one = NULL;
    gboolean found = FALSE;

    setgrent();
    while (!found && (one = getgrent()) != NULL) {
        const struct passwd *user = one->gr_mem[0] != NULL ? getpwnam(one->gr_mem[0]) : NULL;

        found = user != NULL && user->pw_uid != 0 && user->pw_gid != one->gr_gid;
        if (found) {
            *owner = (Owner){.change = TRUE, .uid = user->pw_uid, .gid = user->pw_gid};
            *group = one->gr_gid;
        }
    }
    endgrent();
    return found;
}

static void
test_under_sudo_all_groups_of_the_caller_count(Tree *tree, gconstpointer data)
{
    Owner member = {FALSE};
    gid_t group = 0;
    g_autofree char *command = NULL;

    if (geteuid() != 0 || !find_member(&member, &group)) {
        g_test_skip("needs root, and a user with a second group");
        return;
    }
    command = g_strdup_printf("mkdir output && chgrp %u output && chmod 775 output", (guint)group);
    tree_run(tree, command);
    assert_good(tree, &member);
}

static void
test_a_directory_with_the_sticky_bit(Tree *tree, gconstpointer data)
{
    if (geteuid() != 0) {
        g_test_skip("only root can make files of other users");
        return;
    }
    tree_run(tree, "mkdir output && echo >output/unrelated && echo >output/summary.json");
    tree_run(tree, "chown 4321 output/*; chmod 1777 output");
    assert_refused(tree, &caller,
                   "%s/output/summary.json belongs to 4321 (uid 4321), and 1234 cannot replace it; "
                   "choose another directory with --output-dir, or take it over: sudo chown -R "
                   "1234 %s/output/summary.json",
                   tree->root, tree->root);
    tree_run(tree, "chown 1234 output/summary.json");
    assert_good(tree, &caller);
    tree_run(tree, "chown 4321 output/summary.json; chown 1234 output");
    assert_good(tree, &caller);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TREE_TEST("/output-check/an-output-that-is-missing-or-new",
              test_an_output_that_is_missing_or_new);
    TREE_TEST("/output-check/something-else-in-the-place-of-a-directory",
              test_something_else_in_the_place_of_a_directory);
    TREE_TEST("/output-check/the-directory-of-a-target", test_the_directory_of_a_target);
    TREE_TEST("/output-check/what-belongs-to-another-user", test_what_belongs_to_another_user);
    TREE_TEST("/output-check/under-sudo-all-groups-of-the-caller-count",
              test_under_sudo_all_groups_of_the_caller_count);
    TREE_TEST("/output-check/a-directory-with-the-sticky-bit",
              test_a_directory_with_the_sticky_bit);
    return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A temporary directory of a test. */
typedef struct {
    char *root;
} Tree;

static inline void
tree_set_up(Tree *tree, gconstpointer data G_GNUC_UNUSED)
{
    tree->root = g_dir_make_tmp("cdd-tree-XXXXXX", NULL);
    g_assert_nonnull(tree->root);
}

static inline void
tree_tear_down(Tree *tree, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *command =
        g_strdup_printf("chmod -R u+rwX %s && rm -rf %s", tree->root, tree->root);

    g_assert_cmpint(system(command), ==, 0);
    g_free(tree->root);
}

/* Overwrites a file in place, as an editor may do. */
static inline void
tree_overwrite(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    g_assert_nonnull(file);
    g_assert_cmpint(fputs(text, file), >=, 0);
    g_assert_cmpint(fclose(file), ==, 0);
    g_assert_cmpint(chmod(path, 0644), ==, 0);
}

/* Writes a file and creates its directories. */
static inline char *
tree_write(const Tree *tree, const char *path, const char *text)
{
    char *full = g_build_filename(tree->root, path, NULL);
    g_autofree char *directory = g_path_get_dirname(full);

    g_assert_cmpint(g_mkdir_with_parents(directory, 0755), ==, 0);
    tree_overwrite(full, text);
    return full;
}

static inline void
tree_put(const Tree *tree, const char *path, const char *text)
{
    g_free(tree_write(tree, path, text));
}

static inline char *
tree_path(const Tree *tree, const char *path)
{
    return g_build_filename(tree->root, path, NULL);
}

/* Runs a shell script in the directory. */
static inline void
tree_run(const Tree *tree, const char *script)
{
    g_autofree char *command = g_strdup_printf("cd '%s' && %s", tree->root, script);

    g_assert_cmpint(system(command), ==, 0);
}

#define TREE_TEST(name, function)                                                                  \
    g_test_add(name, Tree, NULL, tree_set_up, function, tree_tear_down)

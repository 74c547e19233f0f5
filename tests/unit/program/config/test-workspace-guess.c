/* SPDX-License-Identifier: Apache-2.0 */
#include "config/workspace-guess.h"
#include "tree.h"

static void
test_dockerfiles_are_read(void)
{
    static const struct {
        const char *text;
        const char *ros_distro;
        gboolean is_builder;
    } cases[] = {
        {"FROM ros:jazzy\nRUN apt-get install -y python3-bloom\n", "jazzy", TRUE},
        {"FROM --platform=linux/arm64 example.com/library/ros:humble-ros-base\n", "humble", FALSE},
        {"ARG ROS_DISTRO=kilted\nLABEL colcon-deb.role=builder\n", "kilted", TRUE},
        {"FROM debian\nENV ROS_DISTRO \"rolling\"\n", "rolling", FALSE},
        {"FROM debian:bookworm\n# bloom\n", NULL, TRUE},
        {"FROM ros:${ROS_DISTRO}\n", NULL, FALSE},
        {"", NULL, FALSE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gboolean is_builder = FALSE;
        g_autofree char *ros_distro = workspace_guess_read_dockerfile(cases[i].text, &is_builder);

        g_assert_cmpstr(ros_distro, ==, cases[i].ros_distro);
        g_assert_cmpint(is_builder, ==, cases[i].is_builder);
    }
}

static void
test_the_workspace_is_looked_at(Tree *tree, gconstpointer data)
{
    g_autoptr(WorkspaceGuess) guess = NULL;
    const GuessedDockerfile *dockerfile = NULL;

    tree_put(tree, "docker/jazzy.Dockerfile", "FROM ros:jazzy\nRUN apt install python3-bloom\n");
    tree_put(tree, "Dockerfile", "FROM ros:jazzy\n");
    tree_put(tree, "packaging/lamp/override.yaml", "depends: []\n");
    tree_put(tree, "src/lamp/debian/control", "\n");
    tree_put(tree, "output/lamp/debian/control", "\n");
    tree_put(tree, ".hidden/lamp/debian/control", "\n");
    tree_put(tree, "notes/lamp/readme", "\n");
    guess = workspace_guess_new(tree->root, NULL);
    g_assert_nonnull(guess);
    g_assert_cmpuint(guess->dockerfiles->len, ==, 1);
    dockerfile = guess->dockerfiles->pdata[0];
    g_assert_cmpstr(dockerfile->path, ==, "docker/jazzy.Dockerfile");
    g_assert_cmpstr(dockerfile->ros_distro, ==, "jazzy");
    g_assert_cmpuint(guess->overrides->len, ==, 1);
    g_assert_cmpstr(guess->overrides->pdata[0], ==, "packaging");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/workspace-guess/dockerfiles", test_dockerfiles_are_read);
    g_test_add("/workspace-guess/workspace", Tree, NULL, tree_set_up,
               test_the_workspace_is_looked_at, tree_tear_down);
    return g_test_run();
}

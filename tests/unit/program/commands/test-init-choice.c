/* SPDX-License-Identifier: Apache-2.0 */
#include "base/program-error.h"
#include "commands/init-choice.h"
#include "image/builder-images.h"
#include "tree.h"

#include <string.h>

/* A workspace, and the images of an engine. */
typedef struct {
    Tree tree;
    GPtrArray *settings;
    GPtrArray *images;
    Config *config;
    WorkspaceGuess *guess;
    InitChoice choice;
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
    g_unsetenv("ROS_DISTRO");
    tree_set_up(&f->tree, NULL);
    f->settings = g_ptr_array_new();
    f->images = g_ptr_array_new_with_free_func(g_free);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
    g_clear_pointer(&f->config, config_free);
    g_clear_pointer(&f->guess, workspace_guess_free);
    g_ptr_array_unref(f->settings);
    g_ptr_array_unref(f->images);
    tree_tear_down(&f->tree, NULL);
    g_unsetenv("ROS_DISTRO");
}

static void
add_image(Fixture *f, const char *name, const char *ros_distro)
{
    BuilderImage *image = g_new0(BuilderImage, 1);

    image->name = (char *)name;
    image->ros_distro = (char *)ros_distro;
    g_ptr_array_add(f->images, image);
}

static gboolean
choose(Fixture *f, GError **error)
{
    g_clear_pointer(&f->config, config_free);
    g_clear_pointer(&f->guess, workspace_guess_free);
    f->config = config_load(f->tree.root, "/dev/null", f->settings, error);
    g_assert_nonnull(f->config);
    f->guess = workspace_guess_new(f->tree.root, error);
    return init_choose(&(InitEvidence){.config = f->config, .guess = f->guess, .images = f->images},
                       &f->choice, error);
}

static void
assert_chosen(Fixture *f, const char *ros_distro, const char *image, const char *dockerfile)
{
    g_autoptr(GError) error = NULL;

    choose(f, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(f->choice.ros_distro, ==, ros_distro);
    g_assert_cmpstr(f->choice.image, ==, image);
    g_assert_cmpstr(f->choice.dockerfile, ==, dockerfile);
}

static void
assert_asked(Fixture *f, const char *words)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(choose(f, &error));
    g_assert_error(error, PROGRAM_ERROR, PROGRAM_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, words));
}

static void
test_images(Fixture *f, gconstpointer data)
{
    assert_asked(f, "add --ros-distro NAME");
    add_image(f, "mine:jazzy", "jazzy");
    assert_chosen(f, "jazzy", "mine:jazzy", NULL);
    add_image(f, "other:jazzy", "jazzy");
    assert_asked(f, "--image mine:jazzy, --image other:jazzy");
    /* The default wins, and has to be named by nobody. */
    add_image(f, "colcon-deb-builder:jazzy", "jazzy");
    assert_chosen(f, "jazzy", NULL, NULL);
    add_image(f, "colcon-deb-builder:humble", "humble");
    assert_asked(f, "choose one: --ros-distro jazzy, --ros-distro humble");
    g_setenv("ROS_DISTRO", "humble", TRUE);
    assert_chosen(f, "humble", NULL, NULL);
}

static void
test_dockerfiles(Fixture *f, gconstpointer data)
{
    add_image(f, "colcon-deb-builder:humble", "humble");
    tree_put(&f->tree, "docker/jazzy.Dockerfile", "FROM ros:jazzy\n# bloom\n");
    assert_chosen(f, "jazzy", NULL, "docker/jazzy.Dockerfile");
    tree_put(&f->tree, "docker/humble.Dockerfile", "FROM ros:humble\n# bloom\n");
    assert_asked(f, "choose one: --ros-distro humble, --ros-distro jazzy");
    g_setenv("ROS_DISTRO", "humble", TRUE);
    assert_chosen(f, "humble", NULL, "docker/humble.Dockerfile");
    tree_put(&f->tree, "Dockerfile", "FROM ros:humble\n# bloom\n");
    assert_asked(f, "--dockerfile Dockerfile, --dockerfile docker/humble.Dockerfile");
}

static void
test_overrides(Fixture *f, gconstpointer data)
{
    g_setenv("ROS_DISTRO", "humble", TRUE);
    tree_put(&f->tree, "packaging/lamp/override.yaml", "\n");
    assert_chosen(f, "humble", NULL, NULL);
    g_assert_cmpstr(f->choice.debian_dirs, ==, "packaging");
    tree_put(&f->tree, "more/lamp/debian/rules", "\n");
    assert_asked(f, "choose one: --debian-dirs more, --debian-dirs packaging");
    tree_put(&f->tree, "debian_dirs/lamp/override.yaml", "\n");
    assert_chosen(f, "humble", NULL, NULL);
    g_assert_null(f->choice.debian_dirs);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/init-choice/images", Fixture, NULL, set_up, test_images, tear_down);
    g_test_add("/init-choice/dockerfiles", Fixture, NULL, set_up, test_dockerfiles, tear_down);
    g_test_add("/init-choice/overrides", Fixture, NULL, set_up, test_overrides, tear_down);
    return g_test_run();
}

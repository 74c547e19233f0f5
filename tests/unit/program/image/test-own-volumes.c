/* SPDX-License-Identifier: Apache-2.0 */
#include "base/owner.h"
#include "image/own-containers.h"
#include "image/own-volumes.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* A volume with the labels of a transfer volume. */
static gboolean
match_transfer(const char *user, const char *role, const char *path, const char *workspace)
{
    g_autofree char *own = own_containers_make_user();
    char *labels[] = {
        g_strconcat("colcon-deb.role=", role, NULL),
        g_strconcat("colcon-deb.user=", user != NULL ? user : own, NULL),
        g_strconcat("colcon-deb.workspace=", path, NULL),
        NULL,
    };
    const CddVolume volume = {.name = (char *)"colcon-deb-1-src", .labels = labels};
    gboolean matches = own_volumes_match(&volume, workspace);

    for (char **label = labels; *label != NULL; label++)
        g_free(*label);
    return matches;
}

static void
test_a_transfer_volume_belongs_to_a_user_and_a_workspace(void)
{
    g_assert_true(match_transfer(NULL, "transfer", "/ws", "/ws"));
    g_assert_true(match_transfer(NULL, "transfer", "/ws", NULL));
    g_assert_false(match_transfer(NULL, "transfer", "/ws2", "/ws"));
    g_assert_false(match_transfer(NULL, "other", "/ws", "/ws"));
    g_assert_false(match_transfer("4711@elsewhere", "transfer", "/ws", "/ws"));
    g_assert_false(match_transfer("4711@elsewhere", "transfer", "/ws", NULL));
}

static void
test_a_link_to_a_workspace_is_that_workspace(void)
{
    g_autofree char *directory = g_dir_make_tmp(NULL, NULL);
    g_autofree char *link = g_strconcat(directory, ".link", NULL);

    g_assert_cmpint(symlink(directory, link), ==, 0);
    g_assert_true(match_transfer(NULL, "transfer", directory, link));
    g_assert_true(match_transfer(NULL, "transfer", link, directory));
    g_assert_false(match_transfer(NULL, "transfer", "/nowhere", link));
    g_unlink(link);
    g_rmdir(directory);
    g_assert_false(match_transfer(NULL, "transfer", directory, link));
}

static gboolean
match_name(const char *start, guint uid, const char *workspace)
{
    g_autofree char *name = g_strdup_printf("%s-%u", start, uid);
    const CddVolume volume = {.name = name};

    return own_volumes_match(&volume, workspace);
}

static void
test_a_compiler_cache_belongs_to_a_uid(void)
{
    Owner owner = owner_of_caller();
    guint uid = owner_get_uid(&owner);

    g_assert_true(match_name("colcon-deb-ccache-rolling-amd64", uid, NULL));
    g_assert_false(match_name("colcon-deb-ccache-rolling-amd64", uid, "/ws"));
    g_assert_false(match_name("colcon-deb-ccache-rolling-amd64", uid + 1, NULL));
    g_assert_false(match_name("colcon-deb-ccache-rolling-amd64-1", uid + 10, NULL));
    g_assert_false(match_name("my-ccache-rolling-amd64", uid, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/own-volumes/a-transfer-volume-belongs-to-a-user-and-a-workspace",
                    test_a_transfer_volume_belongs_to_a_user_and_a_workspace);
    g_test_add_func("/own-volumes/a-link-to-a-workspace-is-that-workspace",
                    test_a_link_to_a_workspace_is_that_workspace);
    g_test_add_func("/own-volumes/a-compiler-cache-belongs-to-a-uid",
                    test_a_compiler_cache_belongs_to_a_uid);
    return g_test_run();
}

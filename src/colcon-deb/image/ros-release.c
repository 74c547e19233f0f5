/* SPDX-License-Identifier: Apache-2.0 */
#include "ros-release.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

gboolean
ros_release_needs_archive(const char *ros_distro)
{
    return !g_str_equal(ros_distro, "rolling");
}

/* The directory of our Dockerfiles is beside that of the scripts, in the source and where both are
 * installed. */
static char *
find_dockerfile(const char *ros_distro)
{
    g_autofree char *scripts = cdd_prepare_helper_scripts(NULL, NULL);
    g_autofree char *parent = g_path_get_dirname(scripts != NULL ? scripts : "scripts");
    g_autofree char *name = g_strconcat(ros_distro, ".Dockerfile", NULL);
    g_autofree char *path = g_build_filename(parent, "docker", name, NULL);

    return g_file_test(path, G_FILE_TEST_EXISTS) ? g_steal_pointer(&path) : NULL;
}

char *
ros_release_advise(const char *ros_distro, const char *name, const Architecture *architecture)
{
    g_autofree char *file = find_dockerfile(ros_distro);
    g_autofree char *directory = NULL;
    g_autofree char *platform =
        architecture != NULL ? architecture_get_platform(architecture) : NULL;

    if (!ros_release_needs_archive(ros_distro))
        return g_strdup_printf("make it with 'colcon-deb image create --ros-distro %s%s%s'",
                               ros_distro, architecture != NULL ? " --arch " : "",
                               architecture != NULL ? architecture->debian : "");
    if (file == NULL)
        return g_strdup_printf("make it with a Dockerfile that installs ROS %s, as "
                               "docker/jazzy.Dockerfile installs Jazzy",
                               ros_distro);
    directory = g_path_get_dirname(file);
    return g_strdup_printf("make it with 'colcon-deb image build -t %s%s%s -f %s %s'", name,
                           platform != NULL ? " --platform " : "", platform != NULL ? platform : "",
                           file, directory);
}

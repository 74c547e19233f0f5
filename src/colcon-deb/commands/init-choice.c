/* SPDX-License-Identifier: Apache-2.0 */
#include "init-choice.h"

#include "../base/program-error.h"
#include "../image/builder-images.h"

static gboolean
is_for(const char *ros_distro, const char *wanted)
{
    return wanted == NULL || ros_distro == NULL || g_str_equal(ros_distro, wanted);
}

static void
add_once(GPtrArray *names, const char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (g_str_equal(names->pdata[i], name))
            return;
    g_ptr_array_add(names, (gpointer)name);
}

static char *
join(GPtrArray *names, const char *between)
{
    g_ptr_array_add(names, NULL);
    return g_strjoinv(between, (char **)names->pdata);
}

static gboolean
is_of_dockerfile(const InitEvidence *evidence, const char *distro)
{
    const GPtrArray *dockerfiles = evidence->guess->dockerfiles;

    for (guint i = 0; i < dockerfiles->len; i++)
        if (g_strcmp0(((const GuessedDockerfile *)dockerfiles->pdata[i])->ros_distro, distro) == 0)
            return TRUE;
    return FALSE;
}

/* The distributions that the Dockerfiles are for; if none says so, those of the images. */
static GPtrArray *
find_distros(const InitEvidence *evidence)
{
    const GPtrArray *dockerfiles = evidence->guess->dockerfiles;
    const GPtrArray *images = evidence->images;
    GPtrArray *distros = g_ptr_array_new();

    for (guint i = 0; i < dockerfiles->len; i++) {
        const GuessedDockerfile *dockerfile = dockerfiles->pdata[i];

        if (dockerfile->ros_distro != NULL)
            add_once(distros, dockerfile->ros_distro);
    }
    if (distros->len > 0 || images == NULL)
        return distros;
    for (guint i = 0; i < images->len; i++) {
        const BuilderImage *image = images->pdata[i];

        if (image->ros_distro != NULL)
            add_once(distros, image->ros_distro);
    }
    return distros;
}

static gboolean
choose_distro(const InitEvidence *evidence, InitChoice *choice, GError **error)
{
    g_autoptr(GPtrArray) distros = find_distros(evidence);
    g_autofree char *names = NULL;

    if (evidence->config->ros_distro != NULL) {
        choice->ros_distro = evidence->config->ros_distro;
        choice->distro_origin = "--ros-distro or $ROS_DISTRO";
        return TRUE;
    }
    if (distros->len == 1) {
        choice->ros_distro = distros->pdata[0];
        choice->distro_origin = is_of_dockerfile(evidence, choice->ros_distro)
                                    ? "the Dockerfile"
                                    : "the builder image of the engine";
        return TRUE;
    }
    if (distros->len == 0)
        return program_error_usage(error,
                                   "init: no Dockerfile of the workspace and no builder image of "
                                   "%s says which ROS distribution to build for: add --ros-distro "
                                   "NAME, such as --ros-distro jazzy",
                                   evidence->images != NULL ? "the engine" : "an engine");
    names = join(distros, ", --ros-distro ");
    return program_error_usage(error,
                               "init: there are Dockerfiles or builder images for several ROS "
                               "distributions: choose one: --ros-distro %s",
                               names);
}

/* Returns the only Dockerfile of the distribution; NULL for none, and with @error for several. */
static const char *
find_dockerfile(const InitEvidence *evidence, const char *ros_distro, GError **error)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new();
    g_autofree char *names = NULL;

    for (guint i = 0; i < evidence->guess->dockerfiles->len; i++) {
        const GuessedDockerfile *dockerfile = evidence->guess->dockerfiles->pdata[i];

        if (is_for(dockerfile->ros_distro, ros_distro))
            g_ptr_array_add(paths, dockerfile->path);
    }
    if (paths->len <= 1)
        return paths->len == 1 ? paths->pdata[0] : NULL;
    names = join(paths, ", --dockerfile ");
    program_error_usage(error,
                        "init: several Dockerfiles make a builder image for %s: choose one: "
                        "--dockerfile %s",
                        ros_distro, names);
    return NULL;
}

/* Returns the only image of the distribution; NULL for none and for the one that is the default
 * anyway, and with @error for several. */
static const char *
find_image(const InitEvidence *evidence, const char *ros_distro, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    g_autofree char *usual = g_strconcat("colcon-deb-builder:", ros_distro, NULL);
    g_autofree char *names = NULL;

    for (guint i = 0; evidence->images != NULL && i < evidence->images->len; i++) {
        const BuilderImage *image = evidence->images->pdata[i];

        if (g_str_equal(image->name, usual))
            return NULL;
        if (image->ros_distro != NULL && is_for(image->ros_distro, ros_distro))
            g_ptr_array_add(found, image->name);
    }
    if (found->len <= 1)
        return found->len == 1 ? found->pdata[0] : NULL;
    names = join(found, ", --image ");
    program_error_usage(
        error, "init: the engine has several builder images for %s: choose one: --image %s",
        ros_distro, names);
    return NULL;
}

static gboolean
choose_container(const InitEvidence *evidence, InitChoice *choice, GError **error)
{
    GError *failure = NULL;

    if (evidence->config->image != NULL || evidence->config->dockerfile != NULL) {
        choice->image = evidence->config->image;
        choice->dockerfile = evidence->config->dockerfile;
        choice->container_origin = "the command line";
        return TRUE;
    }
    choice->dockerfile = find_dockerfile(evidence, choice->ros_distro, &failure);
    if (choice->dockerfile != NULL)
        choice->container_origin = "the workspace";
    else if (failure == NULL)
        choice->image = find_image(evidence, choice->ros_distro, &failure);
    if (choice->image != NULL)
        choice->container_origin = "the engine";
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, failure);
    return FALSE;
}

static gboolean
choose_overrides(const InitEvidence *evidence, InitChoice *choice, GError **error)
{
    const GPtrArray *found = evidence->guess->overrides;
    g_autoptr(GPtrArray) copy = NULL;
    g_autofree char *names = NULL;
    g_autofree char *usual = g_build_filename(evidence->config->colcon_repo, "debian_dirs", NULL);

    if (!g_str_equal(evidence->config->debian_dirs, usual)) {
        choice->debian_dirs = evidence->config->debian_dirs;
        choice->overrides_origin = "the command line";
        return TRUE;
    }
    for (guint i = 0; i < found->len; i++)
        if (g_str_equal(found->pdata[i], "debian_dirs"))
            return TRUE;
    if (found->len == 1) {
        choice->debian_dirs = found->pdata[0];
        choice->overrides_origin = "the workspace";
    }
    if (found->len <= 1)
        return TRUE;
    copy = g_ptr_array_new();
    for (guint i = 0; i < found->len; i++)
        g_ptr_array_add(copy, found->pdata[i]);
    names = join(copy, ", --debian-dirs ");
    return program_error_usage(error,
                               "init: several directories look like overrides: choose one: "
                               "--debian-dirs %s",
                               names);
}

gboolean
init_choose(const InitEvidence *evidence, InitChoice *choice, GError **error)
{
    *choice = (InitChoice){NULL};
    return choose_distro(evidence, choice, error) && choose_container(evidence, choice, error) &&
           choose_overrides(evidence, choice, error);
}

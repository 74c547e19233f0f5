/* SPDX-License-Identifier: Apache-2.0 */
#include "workspace-guess.h"

#include "../base/folder.h"

#include <string.h>

enum {
    MAX_NAMES = 1000,             /* of a directory */
    MAX_DOCKERFILE = 1024 * 1024, /* bytes */
};

/* Where builds of colcon and of this program write; overrides are not looked for there. */
static const char *const outputs[] = {"src", "build", "install", "log", "output", NULL};

/* Where people keep Dockerfiles; "" is the workspace itself. */
static const char *const dockerfile_places[] = {"", "docker", ".devcontainer"};

static void
dockerfile_free(gpointer data)
{
    GuessedDockerfile *dockerfile = data;

    g_free(dockerfile->path);
    g_free(dockerfile->ros_distro);
    g_free(dockerfile);
}

char *
workspace_guess_read_dockerfile(const char *text, gboolean *is_builder)
{
    g_autoptr(GRegex) regex =
        g_regex_new("^\\s*(?:(?:ENV|ARG)\\s+ROS_DISTRO[= ]\\s*\"?|FROM\\s+(?:--\\S+\\s+)*(?:\\S*/)?"
                    "ros:)([a-z][a-z0-9]*)",
                    G_REGEX_MULTILINE | G_REGEX_CASELESS, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    /* bloom makes debian/ directories: no other image needs it. */
    *is_builder = strstr(text, "colcon-deb.role=builder") != NULL || strstr(text, "bloom") != NULL;
    return g_regex_match(regex, text, 0, &match) ? g_match_info_fetch(match, 1) : NULL;
}

static gboolean
is_dockerfile(const char *name)
{
    return g_str_equal(name, "Dockerfile") || g_str_has_suffix(name, ".Dockerfile") ||
           g_str_has_prefix(name, "Dockerfile.");
}

static void
add_dockerfile(WorkspaceGuess *guess, const Folder *folder, const char *place, const char *name)
{
    g_autoptr(GBytes) content = folder_read(folder, name, MAX_DOCKERFILE, NULL);
    g_autofree char *text = NULL;
    g_autofree char *ros_distro = NULL;
    gboolean is_builder = FALSE;
    GuessedDockerfile *dockerfile = NULL;

    if (content == NULL)
        return;
    text = g_utf8_make_valid(g_bytes_get_data(content, NULL), (gssize)g_bytes_get_size(content));
    ros_distro = workspace_guess_read_dockerfile(text, &is_builder);
    if (!is_builder)
        return;
    dockerfile = g_new0(GuessedDockerfile, 1);
    dockerfile->path = *place != '\0' ? g_build_filename(place, name, NULL) : g_strdup(name);
    dockerfile->ros_distro = g_steal_pointer(&ros_distro);
    g_ptr_array_add(guess->dockerfiles, dockerfile);
}

static void
find_dockerfiles(WorkspaceGuess *guess, const Folder *workspace, const char *place)
{
    g_autoptr(Folder) own = *place != '\0' ? folder_open_child(workspace, place, NULL) : NULL;
    const Folder *folder = *place != '\0' ? own : workspace;
    g_auto(GStrv) names = folder != NULL ? folder_list(folder, MAX_NAMES, NULL) : NULL;

    for (char **name = names; name != NULL && *name != NULL; name++)
        if (is_dockerfile(*name))
            add_dockerfile(guess, folder, place, *name);
}

/* docs/overrides.md has the layout: a directory for each package. */
static gboolean
has_overrides(const Folder *folder)
{
    g_auto(GStrv) names = folder_list(folder, MAX_NAMES, NULL);

    for (char **name = names; name != NULL && *name != NULL; name++) {
        g_autoptr(Folder) package =
            folder_has_directory(folder, *name) ? folder_open_child(folder, *name, NULL) : NULL;

        if (package != NULL &&
            (folder_has_file(package, "override.yaml") || folder_has_directory(package, "debian")))
            return TRUE;
    }
    return FALSE;
}

static void
find_overrides(WorkspaceGuess *guess, const Folder *workspace)
{
    g_auto(GStrv) names = folder_list(workspace, MAX_NAMES, NULL);

    for (char **name = names; name != NULL && *name != NULL; name++) {
        g_autoptr(Folder) folder = NULL;

        if (**name == '.' || g_strv_contains(outputs, *name) ||
            !folder_has_directory(workspace, *name))
            continue;
        folder = folder_open_child(workspace, *name, NULL);
        if (folder != NULL && has_overrides(folder))
            g_ptr_array_add(guess->overrides, g_strdup(*name));
    }
}

WorkspaceGuess *
workspace_guess_new(const char *workspace, GError **error)
{
    g_autoptr(Folder) folder = folder_open(workspace, error);
    WorkspaceGuess *guess = NULL;

    if (folder == NULL)
        return NULL;
    guess = g_new0(WorkspaceGuess, 1);
    guess->dockerfiles = g_ptr_array_new_with_free_func(dockerfile_free);
    guess->overrides = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; i < G_N_ELEMENTS(dockerfile_places); i++)
        find_dockerfiles(guess, folder, dockerfile_places[i]);
    find_overrides(guess, folder);
    return guess;
}

void
workspace_guess_free(WorkspaceGuess *guess)
{
    if (guess == NULL)
        return;
    g_ptr_array_unref(guess->dockerfiles);
    g_ptr_array_unref(guess->overrides);
    g_free(guess);
}

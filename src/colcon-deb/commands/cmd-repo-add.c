/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/program-error.h"
#include "repo-change-command.h"

#include <errno.h>
#include <stdlib.h>

/* The files by their real paths: a container gets no links. */
static GPtrArray *
find_files(char *const *names, GError **error)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(free);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (; *names != NULL; names++) {
        char *path = realpath(*names, NULL);

        if (path == NULL) {
            program_error_errno(error, errno, "adding %s to the repository", *names);
            return NULL;
        }
        g_ptr_array_add(files, path);
        if (!g_str_has_suffix(path, ".deb") || !g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
            g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                        "%s is not a .deb file; name the files of Debian packages", *names);
            return NULL;
        }
        if (!g_hash_table_add(seen, g_path_get_basename(path))) {
            program_error_usage(error,
                                "repo add: %s: another file of that name is given too; add the "
                                "two one after the other",
                                *names);
            return NULL;
        }
    }
    g_ptr_array_add(files, NULL);
    return g_steal_pointer(&files);
}

static gboolean
add(int argc, char **argv, GError **error)
{
    g_auto(Options) options = {0};
    g_autofree char *suite = NULL;
    const GOptionEntry extra[] = {
        REPO_WORKSPACE_OPTION(options),
        {"suite", 0, 0, G_OPTION_ARG_STRING, &suite, "add to that suite [the image's codename]",
         "NAME"},
        {NULL},
    };
    g_autoptr(GPtrArray) files = NULL;

    if (!options_parse(&options, &cmd_repo_add, extra, argc, argv, error))
        return FALSE;
    if (options.help)
        return TRUE;
    if (options.arguments == NULL)
        return program_error_usage(error, "repo add: the .deb file is missing");
    files = find_files(options.arguments, error);
    return files != NULL && repo_change_run(&cmd_repo_add, &options, suite,
                                            (const char *const *)files->pdata, error);
}

const Command cmd_repo_add = {
    .parent = "repo",
    .name = "add",
    .arguments = "DEB...",
    .max_arguments = G_MAXUINT,
    .max_targets = 1,
    .keys = repo_change_keys,
    .summary = "Add packages to the repository",
    .notes =
        "A container checks each file: that it is a whole Debian package, for an architecture that "
        "the suite has, and no other file of a version that is there. All files are added, or "
        "none. Builds keep what was added until `colcon-deb repo rm` removes it.",
    .examples = "  colcon-deb repo add driver_1.2_amd64.deb -w ~/ros_ws\n"
                "  colcon-deb repo add --suite stable vendor/*.deb",
    .run = add,
};

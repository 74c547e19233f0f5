/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/program-error.h"
#include "repo-change-command.h"

static gboolean
remove_packages(int argc, char **argv, GError **error)
{
    g_auto(Options) options = {0};
    g_autofree char *suite = NULL;
    const GOptionEntry extra[] = {
        REPO_WORKSPACE_OPTION(options),
        {"suite", 0, 0, G_OPTION_ARG_STRING, &suite,
         "remove from that suite [the image's codename]", "NAME"},
        {NULL},
    };

    if (!options_parse(&options, &cmd_repo_remove, extra, argc, argv, error))
        return FALSE;
    if (options.help)
        return TRUE;
    if (options.arguments == NULL)
        return program_error_usage(error, "repo rm: the name of the package is missing; "
                                          "'colcon-deb repo ls' lists them");
    return repo_change_run(&cmd_repo_remove, &options, suite,
                           (const char *const *)options.arguments, error);
}

const Command cmd_repo_remove = {
    .parent = "repo",
    .name = "rm",
    .alias = "remove",
    .arguments = "NAME[=VERSION]...",
    .max_arguments = G_MAXUINT,
    .max_targets = 1,
    .keys = repo_change_keys,
    .summary = "Remove packages from the repository",
    .notes = "Removes all versions of a package, or one, with its debug symbols, from one suite. "
             "All that are named are removed, or none. The next build puts back what the "
             "workspace still has. Packages of robots stay installed.",
    .examples = "  colcon-deb repo rm driver\n"
                "  colcon-deb repo rm --suite stable ros-jazzy-app=1.0.0-0noble.20261129.101010",
    .run = remove_packages,
};

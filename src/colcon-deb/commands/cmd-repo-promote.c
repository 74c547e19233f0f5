/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/program-error.h"
#include "repo-change-command.h"

static gboolean
promote(int argc, char **argv, GError **error)
{
    g_auto(Options) options = {0};
    g_autofree char *from = NULL;
    const GOptionEntry extra[] = {
        REPO_WORKSPACE_OPTION(options),
        {"from", 0, 0, G_OPTION_ARG_STRING, &from,
         "copy the packages of that suite [the image's codename]", "NAME"},
        {NULL},
    };

    if (!options_parse(&options, &cmd_repo_promote, extra, argc, argv, error))
        return FALSE;
    if (options.help)
        return TRUE;
    if (options.arguments == NULL)
        return program_error_usage(error, "repo promote: the suite is missing, such as stable");
    return repo_change_run(&cmd_repo_promote, &options, from,
                           (const char *const *)options.arguments, error);
}

const Command cmd_repo_promote = {
    .parent = "repo",
    .name = "promote",
    .arguments = "SUITE",
    .max_arguments = 1,
    .max_targets = 1,
    .keys = repo_change_keys,
    .summary = "Copy the packages of the workspace's suite to another suite",
    .notes =
        "Afterwards SUITE has the packages that the workspace's suite has, in all its "
        "architectures, and those that `colcon-deb repo add --suite SUITE` has added. Others leave "
        "SUITE. A package in two suites is one file. Builds change their own suite only, so SUITE "
        "stays as it is until the next promotion.",
    .examples = "  colcon-deb repo promote stable\n"
                "  colcon-deb repo promote stable --from testing",
    .run = promote,
};

/* SPDX-License-Identifier: Apache-2.0 */
#include "verbs.h"

static gboolean
repo(int argc, char **argv, GError **error)
{
    return verbs_run(&cmd_repo, repo_verbs,
                     "  colcon-deb repo VERB --help   the options of a verb\n"
                     "  docs/repository.md            how robots use the repository",
                     argc, argv, error);
}

const Command cmd_repo = {
    .name = "repo",
    .summary = "List, change, sign and serve the APT repository",
    .examples =
        "  colcon-deb repo ls ~/ros_ws                    # what is in it\n"
        "  colcon-deb repo add driver_1.2_amd64.deb       # a package of others\n"
        "  colcon-deb repo promote stable                 # what was tested goes to robots\n"
        "  colcon-deb repo serve ~/ros_ws                 # for a robot in the network",
    .run = repo,
};

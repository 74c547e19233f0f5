/* SPDX-License-Identifier: Apache-2.0 */
#include "build-directories.h"

#include "output-check.h"
#include "workspace.h"

/* What all targets share, and then what is the target's own. */
static gboolean
check_output(const Config *config, const Owner *owner, GError **error)
{
    return output_check(config->repository_dir, owner, error) &&
           (config->target == NULL ||
            (output_check_target(config->repository_dir, config->target, owner, error) &&
             output_check(config->output_dir, owner, error)));
}

static gboolean
check_content(const Config *config, GError **error)
{
    return workspace_check_output(config->colcon_repo, config->repository_dir, error) &&
           workspace_check_output(config->colcon_repo, config->output_dir, error);
}

gboolean
build_directories_check(const Config *config, GError **error)
{
    const Owner owner = owner_of_caller();

    return workspace_check(config->colcon_repo, error) && check_output(config, &owner, error) &&
           output_check_writable(config->debian_dirs, "debian-dirs", &owner, error) &&
           workspace_check_directory(config->colcon_repo, "output directory", "output-dir",
                                     config->repository_dir, error) &&
           check_content(config, error) &&
           workspace_check_directory(config->colcon_repo, "directory of overrides", "debian-dirs",
                                     config->debian_dirs, error) &&
           workspace_check_apart(config->repository_dir, config->debian_dirs, error);
}

gboolean
build_directories_make(const Config *config, GError **error)
{
    const Owner owner = owner_of_caller();

    return workspace_prepare_directory(config->colcon_repo, "output directory", "output-dir",
                                       config->repository_dir, &owner, error) &&
           workspace_prepare_directory(config->colcon_repo, "output directory", "output-dir",
                                       config->output_dir, &owner, error) &&
           workspace_prepare_directory(config->colcon_repo, "directory of overrides", "debian-dirs",
                                       config->debian_dirs, &owner, error) &&
           workspace_check_apart(config->repository_dir, config->debian_dirs, error);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "build-directories.h"

#include "output-check.h"
#include "workspace.h"

gboolean
build_directories_check(const Config *config, GError **error)
{
    const Owner owner = owner_of_caller();

    return workspace_check(config->colcon_repo, error) &&
           output_check(config->output_dir, &owner, error) &&
           output_check_writable(config->debian_dirs, "debian-dirs", &owner, error) &&
           workspace_check_directory(config->colcon_repo, "output directory", "output-dir",
                                     config->output_dir, error) &&
           workspace_check_output(config->colcon_repo, config->output_dir, error) &&
           workspace_check_directory(config->colcon_repo, "directory of overrides", "debian-dirs",
                                     config->debian_dirs, error) &&
           workspace_check_apart(config->output_dir, config->debian_dirs, error);
}

gboolean
build_directories_make(const Config *config, GError **error)
{
    const Owner owner = owner_of_caller();

    return workspace_prepare_directory(config->colcon_repo, "output directory", "output-dir",
                                       config->output_dir, &owner, error) &&
           workspace_prepare_directory(config->colcon_repo, "directory of overrides", "debian-dirs",
                                       config->debian_dirs, &owner, error) &&
           workspace_check_apart(config->output_dir, config->debian_dirs, error);
}

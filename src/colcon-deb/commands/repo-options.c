/* SPDX-License-Identifier: Apache-2.0 */
#include "repo-options.h"

#include "../base/output-names.h"
#include "../base/program-error.h"

char *
repo_get_path(const Config *config)
{
    return g_build_filename(config->repository_dir, OUTPUT_REPOSITORY, NULL);
}

Config *
repo_load_config(const Options *options, GError **error)
{
    g_autoptr(Config) config = options_load_one_config(options, error);
    g_autofree char *path = config != NULL ? repo_get_path(config) : NULL;
    g_autofree char *suites = config != NULL ? g_build_filename(path, "dists", NULL) : NULL;

    if (config == NULL || g_file_test(suites, G_FILE_TEST_IS_DIR))
        return g_steal_pointer(&config);
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                "there is no repository at %s; name the workspace or --output-dir, or make one "
                "with 'colcon-deb build'",
                path);
    return NULL;
}

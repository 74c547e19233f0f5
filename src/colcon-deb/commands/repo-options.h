/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "options.h"

/* The option --workspace of the verbs of repo that have arguments of their own in place of PATH. */
#define REPO_WORKSPACE_OPTION(options)                                                             \
    {                                                                                              \
        "workspace", 'w', 0, G_OPTION_ARG_FILENAME, &(options).workspace,                          \
            "take the repository of that workspace [.]", "DIR"                                     \
    }

/* The configuration, if the workspace has a repository; else an error that says how to make one. */
Config *repo_load_config(const Options *options, GError **error);

/* For people: where @config has its repository. */
char *repo_get_path(const Config *config);

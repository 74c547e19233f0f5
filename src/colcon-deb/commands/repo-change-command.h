/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "command.h"
#include "repo-options.h"

/* The keys of commands that change the repository in a container. */
extern const char *const repo_change_keys[];

/* Runs `repo add`, `rm` or `promote` once the command line is parsed. @words: what the change is
 * about, see run/repository-change.h. */
gboolean repo_change_run(const Command *command,
                         const Options *options,
                         const char *suite,
                         const char *const *words,
                         GError **error);

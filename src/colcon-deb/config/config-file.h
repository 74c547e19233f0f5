/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "config.h"
#include "yaml-tree.h"

/* Reads colcon-deb.yaml into a Config. */

/* Reads the keys of the top level, and then those of @target; NULL for none. All targets are
 * checked. @name: of the file, for errors. */
gboolean config_file_read_tree(
    Config *config, const char *name, const YamlTree *tree, const char *target, GError **error);

/* The key of that full name, or the first key of a section of that name. */
const ConfigKey *config_file_find_key(const char *name, gboolean *is_section);

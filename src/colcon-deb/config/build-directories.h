/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "config.h"

/* The directories of a build: the workspace, and those that it writes to. */

/* Whether a build could use them. Changes nothing: a missing directory is no error. */
gboolean build_directories_check(const Config *config, GError **error);

/* Makes those that are missing. Call build_directories_check() before. */
gboolean build_directories_make(const Config *config, GError **error);

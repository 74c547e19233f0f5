/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Files in which colcon finds arguments of a build. Of colcon.meta in the workspace, the arguments
 * of CMake are used. The defaults of a user are not: packages would then depend on who builds them.
 */

/* "KIND:PACKAGE:ARGUMENT" for each argument of CMake that colcon.meta has for a package by its
 * name. NULL if there are none. */
char **colcon_files_read_arguments(const char *workspace);

/* Returns a sentence for each file of colcon that has settings which this program ignores and which
 * would change the packages. The sentence names these settings. */
GPtrArray *colcon_files_describe(const char *workspace);

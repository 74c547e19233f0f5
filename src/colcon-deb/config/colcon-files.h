/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Files in which colcon finds arguments of a build, and which this program does not use: the
 * settings of packages in colcon.meta, and colcon's own defaults.
 */

/* A sentence for each such file that a colcon build of @workspace would read, and that would change
 * its packages. */
GPtrArray *colcon_files_describe(const char *workspace);

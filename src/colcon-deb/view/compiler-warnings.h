/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * The warnings of compilers and of CMake in the build of a package. The container writes them to a
 * file beside the log (scripts/helpers/colcon_deb/building/compiler_warnings.py).
 */
enum {
    COMPILER_WARNINGS_MAX = 50, /* lines of one package that are shown */
};

/* The lines that belong to the log @log in @output_dir; empty if there are none. @more: whether the
 * log has others. */
char **compiler_warnings_read(const char *output_dir, const char *log, gboolean *more);

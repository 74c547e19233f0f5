/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/owner.h"

#include <glib.h>

/* Checks of a workspace that need no engine. */

/* Bytes. Warn when less is free: a large workspace would not fit. */
#define WORKSPACE_LOW_SPACE (G_GUINT64_CONSTANT(1) << 30)

/* Whether @path is a directory whose src/ contains a package.xml. The error is a usage error. */
gboolean workspace_check(const char *path, GError **error);

/* The directories below src/ of @path that contain a package.xml, by the same rules. */
GPtrArray *workspace_find_packages(const char *path, GError **error);

/* Checks the directory @path, which a build of @workspace writes to, as
 * workspace_prepare_directory() does, and makes nothing: a missing directory is no error. */
gboolean workspace_check_directory(
    const char *workspace, const char *what, const char *flag, const char *path, GError **error);

/* Makes the directory @path, which a build of @workspace writes to, if it is not there. Checks that
 * it is writable and does not overlap the sources. @what: its name in errors. @flag: the option
 * that chooses another. */
gboolean workspace_prepare_directory(const char *workspace,
                                     const char *what,
                                     const char *flag,
                                     const char *path,
                                     const Owner *owner,
                                     GError **error);

/* Whether neither of the two directories that a build writes to contains the other. */
gboolean workspace_check_apart(const char *output, const char *debian_dirs, GError **error);

/* Whether @path is @directory or below it, after following links. */
gboolean workspace_is_inside(const char *path, const char *directory);

/* Whether a build of @workspace may replace the packages in @output: there are none, or an earlier
 * build of the same workspace made them. */
gboolean workspace_check_output(const char *workspace, const char *output, GError **error);

/* The free space of the file system of @path, or of its nearest existing parent. */
gboolean workspace_free_space(const char *path, guint64 *bytes);

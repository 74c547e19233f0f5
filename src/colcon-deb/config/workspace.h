/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/owner.h"

#include <glib.h>

/* What can be known about a workspace before an engine is asked. */

/* Below this, a warning is due: a small workspace's packages and logs fit, a large one's do not. */
#define WORKSPACE_LOW_SPACE (G_GUINT64_CONSTANT(1) << 30)

/* @path is a directory with a src/ in which there is a package.xml; else a usage error. */
gboolean workspace_check(const char *path, GError **error);

/* Makes the directory @path that a build of @workspace writes to, if it is not there, and checks
 * that it can be written and does not overlap the sources. @what names it in messages, and @flag is
 * what chooses another. */
gboolean workspace_prepare_directory(const char *workspace,
                                     const char *what,
                                     const char *flag,
                                     const char *path,
                                     const Owner *owner,
                                     GError **error);

/* The two directories that a build writes to are two: neither holds the other. */
gboolean workspace_check_apart(const char *output, const char *debian_dirs, GError **error);

/* Whether @path is @directory or in it, wherever links lead. */
gboolean workspace_is_inside(const char *path, const char *directory);

/* Whether a build of @workspace may replace the packages in @output: there are none, or they are
 * its own. What somebody else keeps there is not to be lost. */
gboolean workspace_check_output(const char *workspace, const char *output, GError **error);

/* The bytes that a user may still write where @path, or the nearest directory above it, is. */
gboolean workspace_free_space(const char *path, guint64 *bytes);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/owner.h"

/* Checks, before anything is made or changed, that a build for the caller can use what is in the
 * directories that it writes to. A missing directory is no error. */

/* Whether the caller may write to the directory @path. @flag: the option that chooses another. */
gboolean
output_check_writable(const char *path, const char *flag, const Owner *owner, GError **error);

/* The same of the output directory and of what earlier builds have made in it. What has the name of
 * one of its directories must be a directory. */
gboolean output_check(const char *output, const Owner *owner, GError **error);

/* Whether a build can use the directory of a target, which is in the output directory @output. Call
 * output_check() for @output before, and for the target's directory after it. */
gboolean
output_check_target(const char *output, const char *target, const Owner *owner, GError **error);

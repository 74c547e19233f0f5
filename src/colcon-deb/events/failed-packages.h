/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/* The names of the packages that failed in the last build into @output, by its summary. A usage
 * error if there are none. */
char **failed_packages_read(const char *output, GError **error);

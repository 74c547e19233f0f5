/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Normalises a path by its text alone, like Go's filepath.Clean: no repeated or trailing slash, no
 * ".", and ".." only at the start. "" becomes ".".
 */
char *cdd_file_path_clean(const char *path);

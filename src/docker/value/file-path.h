/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * The shortest name of the same file by the text alone, as Go's filepath.Clean has it: one slash in
 * place of several, none at the end, no ".", and no ".." that something stands before. "" is ".".
 */
char *cdd_file_path_clean(const char *path);

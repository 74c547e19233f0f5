/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "tree-walk.h"

/* The files that a thread skipped while it packed a directory, as messages. */
typedef struct _CddSkippedFiles CddSkippedFiles;

CddSkippedFiles *cdd_skipped_files_new(void);
void cdd_skipped_files_free(CddSkippedFiles *self);

/* A CddTreeSkippedFunc whose user_data are the skipped files; for any thread. */
void cdd_skipped_files_add(const char *path, const char *what, gpointer user_data);

/* Returns a message for each file so far, e.g. "/dir/p is skipped: it is a pipe". */
GStrv cdd_skipped_files_dup_messages(CddSkippedFiles *self);

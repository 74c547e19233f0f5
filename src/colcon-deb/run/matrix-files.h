/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../events/run-summary.h"

/* The record of a build of several targets: summary.json in the output directory, which is locked
 * meanwhile. The build of each target writes its own files in its own directory. */
typedef struct MatrixFiles MatrixFiles;

/* Writes @summary, which says that the build runs, and removes what a build without targets has
 * left beside it. Fails if another build is writing to @directory. */
MatrixFiles *matrix_files_open(const char *directory, const RunSummary *summary, GError **error);
void matrix_files_free(MatrixFiles *files);

/* Writes the last summary. */
gboolean matrix_files_close(const MatrixFiles *files, const RunSummary *summary, GError **error);

/* SPDX-License-Identifier: Apache-2.0 */
#include "matrix-files.h"

#include "../base/folder.h"
#include "../base/output-names.h"
#include "../events/run-files.h"

#include <string.h>

/* Files of a build without targets. */
static const char *const others[] = {OUTPUT_EVENTS, OUTPUT_REPORT, OUTPUT_TRACE};

struct MatrixFiles {
    Folder *folder; /* locked */
    Owner owner;
};

static gboolean
write_summary(const MatrixFiles *files, const RunSummary *summary, GError **error)
{
    char *text = run_summary_to_json(summary);
    g_autoptr(GBytes) content = g_bytes_new_take(text, strlen(text));

    return folder_write(files->folder, OUTPUT_SUMMARY, &files->owner, content, error);
}

static gboolean
remove_others(const MatrixFiles *files, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        if (!folder_clear(files->folder, others[i], error))
            return FALSE;
    return TRUE;
}

MatrixFiles *
matrix_files_open(const char *directory, const RunSummary *summary, GError **error)
{
    MatrixFiles *files = g_new0(MatrixFiles, 1);

    files->owner = owner_of_caller();
    files->folder = folder_open(directory, error);
    if (files->folder != NULL && run_files_lock(files->folder, error) &&
        remove_others(files, error) && write_summary(files, summary, error))
        return files;
    matrix_files_free(files);
    return NULL;
}

void
matrix_files_free(MatrixFiles *files)
{
    if (files == NULL)
        return;
    folder_free(files->folder);
    g_free(files);
}

gboolean
matrix_files_close(const MatrixFiles *files, const RunSummary *summary, GError **error)
{
    return write_summary(files, summary, error);
}

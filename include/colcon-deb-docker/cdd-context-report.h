/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-macros.h>

G_BEGIN_DECLS

/**
 * CddContextEntry:
 * @path: (type filename): a file below the directory, or a directory directly in it, then with a
 *   slash at its end
 * @size: bytes, of a directory those of all files in it that are sent
 *
 * Something large in a #CddContextReport.
 */
typedef struct {
    char *path;
    guint64 size;
} CddContextEntry;

#define CDD_TYPE_CONTEXT_ENTRY (cdd_context_entry_get_type())
CDD_API GType cdd_context_entry_get_type(void);

/**
 * cdd_context_entry_copy:
 * @entry: an entry
 *
 * Returns: (transfer full): a copy
 */
CDD_API CddContextEntry *cdd_context_entry_copy(const CddContextEntry *entry);

/**
 * cdd_context_entry_free:
 * @entry: (transfer full) (nullable): an entry
 */
CDD_API void cdd_context_entry_free(CddContextEntry *entry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContextEntry, cdd_context_entry_free)

/**
 * CddContextReport:
 * @ignore_path: (type filename): the ignore file that counts for the build, or the `.dockerignore`
 *   that is not there yet
 * @n_files: how many files are sent, symbolic links among them
 * @n_directories: how many directories
 * @size: bytes of all files, without their holes
 * @largest: (element-type CddContextEntry): the 20 largest entries, the largest first
 * @proposed_patterns: (array zero-terminated=1): what could be left out besides; may be empty
 * @saved_files: how many files and directories fewer would be sent then
 * @saved_size: how many bytes fewer
 *
 * What the directory of an image build sends, and what it need not send.
 */
typedef struct {
    char *ignore_path;
    guint64 n_files;
    guint64 n_directories;
    guint64 size;
    GPtrArray *largest;
    char **proposed_patterns;
    guint64 saved_files;
    guint64 saved_size;
} CddContextReport;

#define CDD_TYPE_CONTEXT_REPORT (cdd_context_report_get_type())
CDD_API GType cdd_context_report_get_type(void);

/**
 * cdd_context_report_copy:
 * @report: a report
 *
 * Returns: (transfer full): a copy
 */
CDD_API CddContextReport *cdd_context_report_copy(const CddContextReport *report);

/**
 * cdd_context_report_free:
 * @report: (transfer full) (nullable): a report
 */
CDD_API void cdd_context_report_free(CddContextReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContextReport, cdd_context_report_free)

/**
 * cdd_context_report_format_ignore:
 * @report: a report
 *
 * Returns: (transfer full) (nullable): the lines for the ignore file, with a comment before them;
 *   %NULL when nothing is proposed
 */
CDD_API char *cdd_context_report_format_ignore(const CddContextReport *report);

/**
 * cdd_context_report_write_ignore:
 * @report: a report
 * @error: return location, %CDD_ERROR_FAILED naming the file
 *
 * Adds what is proposed to the end of the ignore file, or makes one; whoever reads it meanwhile
 * finds the old or the new one. What is in it already is not added again, so that a second call
 * changes nothing.
 *
 * Returns: whether the file now has all that is proposed
 */
CDD_API gboolean cdd_context_report_write_ignore(const CddContextReport *report, GError **error);

/**
 * cdd_optimize_build_context_async:
 * @context_dir: (type filename): the directory of a build, as in #CddBuildContext
 * @dockerfile_path: (nullable) (type filename): the Dockerfile, as there; if it is %NULL there need
 *   not be one yet
 * @cancellable: (nullable): ends it soon; nothing has been changed
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Looks at what a build would send. Proposed are repositories of sources, caches, the results of
 * builds and the like, as a workspace of ROS or C++ has them and no image needs them: only what is
 * there, is sent so far, and is a megabyte, a thousand files, or 64 KiB and a hundredth of it all.
 * What a COPY or ADD of the Dockerfile or an exception in the ignore file names is not proposed.
 * Nothing is written; no engine is needed.
 */
CDD_API void cdd_optimize_build_context_async(const char *context_dir,
                                              const char *dockerfile_path,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

/**
 * cdd_optimize_build_context_finish:
 * @result: what the callback got
 * @error: return location, %CDD_ERROR_INVALID_SPEC for a directory, Dockerfile or ignore file that
 *   is none, %CDD_ERROR_FAILED naming what cannot be read
 *
 * Ends cdd_optimize_build_context_async().
 *
 * Returns: (transfer full): the report, or %NULL
 */
CDD_API CddContextReport *cdd_optimize_build_context_finish(GAsyncResult *result, GError **error);

G_END_DECLS

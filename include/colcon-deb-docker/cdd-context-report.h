/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-macros.h>

G_BEGIN_DECLS

/**
 * CddContextEntry:
 * @path: (type filename): the path of a file, or of a directory directly in the context, with a
 *   trailing slash
 * @size: bytes; for a directory the sum of all files in it that are sent
 *
 * A large file or directory in a #CddContextReport.
 *
 * Since: 0.1
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
 *
 * Since: 0.1
 */
CDD_API CddContextEntry *cdd_context_entry_copy(const CddContextEntry *entry);

/**
 * cdd_context_entry_free:
 * @entry: (transfer full) (nullable): an entry
 *
 * Since: 0.1
 */
CDD_API void cdd_context_entry_free(CddContextEntry *entry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContextEntry, cdd_context_entry_free)

/**
 * CddContextReport:
 * @ignore_path: (type filename): the ignore file of the build, or the path of a `.dockerignore`
 *   that does not exist yet
 * @n_files: number of files sent, including symbolic links
 * @n_directories: number of directories sent
 * @size: bytes of all files, without the holes of sparse files
 * @largest: (element-type CddContextEntry): the 20 largest entries, largest first
 * @proposed_patterns: (array zero-terminated=1): patterns to add to the ignore file; may be empty
 * @saved_files: number of files and directories that the patterns would save
 * @saved_size: number of bytes that the patterns would save
 *
 * Describes what an image build sends of its directory and what it could omit.
 *
 * Since: 0.1
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
 *
 * Since: 0.1
 */
CDD_API CddContextReport *cdd_context_report_copy(const CddContextReport *report);

/**
 * cdd_context_report_free:
 * @report: (transfer full) (nullable): a report
 *
 * Since: 0.1
 */
CDD_API void cdd_context_report_free(CddContextReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddContextReport, cdd_context_report_free)

/**
 * cdd_context_report_format_ignore:
 * @report: a report
 *
 * Returns: (transfer full) (nullable): the lines to add to the ignore file, after a comment; %NULL
 *   if there is nothing to propose
 *
 * Since: 0.1
 */
CDD_API char *cdd_context_report_format_ignore(const CddContextReport *report);

/**
 * cdd_context_report_write_ignore:
 * @report: a report
 * @error: return location; %CDD_ERROR_FAILED with the file's name
 *
 * Appends the proposed patterns to the ignore file, or creates the file. The file is replaced
 * atomically. A pattern that is already in the file is not added again, so a second call changes
 * nothing.
 *
 * Returns: whether the file now has all proposed patterns
 *
 * Since: 0.1
 */
CDD_API gboolean cdd_context_report_write_ignore(const CddContextReport *report, GError **error);

/**
 * cdd_optimize_build_context_async:
 * @context_dir: (type filename): the directory of a build, see #CddBuildContext.context_dir
 * @dockerfile_path: (nullable) (type filename): the Dockerfile, see
 *   #CddBuildContext.dockerfile_path; if %NULL, the Dockerfile need not exist yet
 * @cancellable: (nullable): cancelling stops the search; no file is changed
 * @callback: called once, in the caller's main context
 * @user_data: passed to @callback
 *
 * Measures what a build would send and proposes patterns for the ignore file. The patterns match
 * version control data, caches and build results of ROS and C++ workspaces, which no image needs. A
 * pattern is proposed only if it saves at least 1 MiB, 1000 files, or 64 KiB that are a hundredth
 * of everything sent. Paths that a COPY or ADD of the Dockerfile or an exception in the ignore file
 * names are never proposed. Nothing is written; no engine is needed.
 *
 * Since: 0.1
 */
CDD_API void cdd_optimize_build_context_async(const char *context_dir,
                                              const char *dockerfile_path,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

/**
 * cdd_optimize_build_context_finish:
 * @result: the result that the callback got
 * @error: return location; %CDD_ERROR_INVALID_SPEC for an invalid directory, Dockerfile or ignore
 *   file, %CDD_ERROR_FAILED with the name of the file that cannot be read
 *
 * Finishes cdd_optimize_build_context_async().
 *
 * Returns: (transfer full): the report, or %NULL
 *
 * Since: 0.1
 */
CDD_API CddContextReport *cdd_optimize_build_context_finish(GAsyncResult *result, GError **error);

G_END_DECLS

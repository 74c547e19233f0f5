/* SPDX-License-Identifier: Apache-2.0 */
/* Reports what a build context sends. A thread reads the directory. */
#include "../files/context.h"
#include "../value/result.h"
#include "ignore-proposal.h"

#include <colcon-deb-docker/cdd-context-report.h>
#include <colcon-deb-docker/cdd-error.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_LARGEST = 20,
    BLOCK_SIZE = 512,
};

CddContextEntry *
cdd_context_entry_copy(const CddContextEntry *entry)
{
    CddContextEntry *copy = g_memdup2(entry, sizeof *entry);

    copy->path = g_strdup(entry->path);
    return copy;
}

void
cdd_context_entry_free(CddContextEntry *entry)
{
    if (entry == NULL)
        return;
    g_free(entry->path);
    g_free(entry);
}

static gpointer
copy_entry(gconstpointer entry, gpointer none G_GNUC_UNUSED)
{
    return cdd_context_entry_copy(entry);
}

CddContextReport *
cdd_context_report_copy(const CddContextReport *report)
{
    CddContextReport *copy = g_memdup2(report, sizeof *report);

    copy->ignore_path = g_strdup(report->ignore_path);
    copy->largest =
        report->largest != NULL ? g_ptr_array_copy(report->largest, copy_entry, NULL) : NULL;
    copy->proposed_patterns = g_strdupv(report->proposed_patterns);
    return copy;
}

void
cdd_context_report_free(CddContextReport *report)
{
    if (report == NULL)
        return;
    g_free(report->ignore_path);
    g_clear_pointer(&report->largest, g_ptr_array_unref);
    g_strfreev(report->proposed_patterns);
    g_free(report);
}

/* Reading */

typedef struct {
    char *context_dir;
    char *dockerfile_path;
} Request;

/* The directory directly in the context whose file sizes are summed. */
typedef struct {
    CddContextReport *report;
    GString *top;
    guint64 size;
} Survey;

static void
request_free(gpointer data)
{
    Request *request = data;

    g_free(request->context_dir);
    g_free(request->dockerfile_path);
    g_free(request);
}

/* A directory comes before its only file. */
static gboolean
comes_before(const CddContextEntry *entry, const CddContextEntry *other)
{
    return entry->size > other->size ||
           (entry->size == other->size && g_str_has_suffix(entry->path, "/"));
}

/* Inserts an entry in order if it is one of the largest so far. */
static void
add_large(GPtrArray *largest, const char *path, guint64 size)
{
    const CddContextEntry entry = {(char *)path, size};
    guint at = largest->len;

    while (at > 0 && comes_before(&entry, largest->pdata[at - 1]))
        at--;
    if (size == 0 || at == MAX_LARGEST)
        return;
    g_ptr_array_insert(largest, (gint)at, cdd_context_entry_copy(&entry));
    if (largest->len > MAX_LARGEST)
        g_ptr_array_set_size(largest, MAX_LARGEST);
}

static void
end_top(Survey *survey)
{
    if (survey->top->len > 0)
        add_large(survey->report->largest, survey->top->str, survey->size);
    g_string_truncate(survey->top, 0);
    survey->size = 0;
}

static guint64
get_sent_size(const struct stat *status)
{
    if (!S_ISREG(status->st_mode))
        return 0;
    return MIN((guint64)status->st_size, (guint64)status->st_blocks * BLOCK_SIZE);
}

static guint64
count_entry(Survey *survey, const CddTreeEntry *entry)
{
    CddContextReport *report = survey->report;
    guint64 size = get_sent_size(&entry->status);

    if (strchr(entry->name, '/') == NULL)
        end_top(survey);
    if (S_ISDIR(entry->status.st_mode)) {
        report->n_directories++;
        if (strchr(entry->name, '/') == NULL)
            g_string_append_printf(survey->top, "%s/", entry->name);
    } else {
        report->n_files++;
        add_large(report->largest, entry->name, size);
    }
    report->size += size;
    survey->size += size;
    return size;
}

static gboolean
measure(const CddContext *context,
        CddContextReport *report,
        CddIgnoreProposal *proposal,
        GCancellable *cancellable,
        GError **error)
{
    g_autoptr(CddTreeWalk) walk =
        cdd_tree_walk_new(context->directory, context->exclude, NULL, error);
    g_autoptr(GString) top = g_string_new(NULL);
    Survey survey = {.report = report, .top = top};
    const CddTreeEntry *entry;
    GError *fault = NULL;

    if (walk == NULL)
        return FALSE;
    while ((entry = cdd_tree_walk_next(walk, &fault)) != NULL) {
        if (g_cancellable_set_error_if_cancelled(cancellable, error))
            return FALSE;
        cdd_ignore_proposal_count(proposal, entry, count_entry(&survey, entry));
    }
    end_top(&survey);
    if (fault != NULL)
        g_propagate_error(error, fault);
    return fault == NULL;
}

static CddContextReport *
survey_context(const CddContext *context, GCancellable *cancellable, GError **error)
{
    g_autoptr(CddContextReport) report = g_new0(CddContextReport, 1);
    g_autoptr(CddIgnoreProposal) proposal = cdd_ignore_proposal_new(context);

    report->ignore_path = context->ignore_path != NULL
                              ? g_strdup(context->ignore_path)
                              : g_build_filename(context->directory, ".dockerignore", NULL);
    report->largest = g_ptr_array_new_with_free_func((GDestroyNotify)cdd_context_entry_free);
    if (!measure(context, report, proposal, cancellable, error))
        return NULL;
    report->proposed_patterns = cdd_ignore_proposal_choose(
        proposal, report->size, &report->saved_files, &report->saved_size);
    return g_steal_pointer(&report);
}

/* The Dockerfile need not exist yet. */
static CddContext *
open_context(const Request *request, GError **error)
{
    g_autofree char *dockerfile = g_build_filename(request->context_dir, "Dockerfile", NULL);
    gboolean none =
        request->dockerfile_path == NULL && !g_file_test(dockerfile, G_FILE_TEST_EXISTS);

    return cdd_context_open(request->context_dir, request->dockerfile_path, none ? "" : NULL,
                            error);
}

static void
work(GTask *task, gpointer source G_GNUC_UNUSED, gpointer data, GCancellable *cancellable)
{
    const Request *request = data;
    GError *error = NULL;
    g_autoptr(CddContext) context = open_context(request, &error);
    CddContextReport *report =
        context != NULL ? survey_context(context, cancellable, &error) : NULL;

    if (report == NULL)
        g_task_return_error(task, error);
    else
        g_task_return_pointer(task, report, (GDestroyNotify)cdd_context_report_free);
}

void
cdd_optimize_build_context_async(const char *context_dir,
                                 const char *dockerfile_path,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, user_data);
    Request *request;

    g_task_set_source_tag(task, cdd_optimize_build_context_async);
    if (context_dir == NULL) {
        cdd_result_return_missing(g_steal_pointer(&task), "context_dir");
        return;
    }
    request = g_new0(Request, 1);
    request->context_dir = g_strdup(context_dir);
    request->dockerfile_path = g_strdup(dockerfile_path);
    g_task_set_task_data(task, request, request_free);
    g_task_run_in_thread(task, work);
}

CddContextReport *
cdd_optimize_build_context_finish(GAsyncResult *result, GError **error)
{
    if (!cdd_result_check(result, NULL, cdd_optimize_build_context_async, error))
        return NULL;
    return g_task_propagate_pointer(G_TASK(result), error);
}

/* Writing */

char *
cdd_context_report_format_ignore(const CddContextReport *report)
{
    g_autofree char *size = NULL;
    g_autofree char *patterns = NULL;

    if (report->proposed_patterns == NULL || report->proposed_patterns[0] == NULL)
        return NULL;
    size = g_format_size_full(report->saved_size, G_FORMAT_SIZE_IEC_UNITS);
    patterns = g_strjoinv("\n", report->proposed_patterns);
    return g_strdup_printf("# Not needed in any image: %s in %" G_GUINT64_FORMAT
                           " files and directories.\n%s\n",
                           size, report->saved_files, patterns);
}

static gboolean
has_line(char **lines, const char *wanted)
{
    for (; *lines != NULL; lines++) {
        g_autofree char *line = g_strstrip(g_strdup(*lines));

        if (g_str_equal(line, wanted))
            return TRUE;
    }
    return FALSE;
}

/* Returns the proposed patterns that are not yet in the text. */
static CddContextReport *
reduce(const CddContextReport *report, const char *text)
{
    CddContextReport *reduced = cdd_context_report_copy(report);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GStrvBuilder) left = g_strv_builder_new();

    for (char **pattern = report->proposed_patterns; pattern != NULL && *pattern != NULL;
         pattern++) {
        if (!has_line(lines, *pattern))
            g_strv_builder_add(left, *pattern);
    }
    g_strfreev(reduced->proposed_patterns);
    reduced->proposed_patterns = g_strv_builder_end(left);
    return reduced;
}

static gboolean
explain(const CddContextReport *report, GError *fault, GError **error)
{
    g_set_error(error, CDD_ERROR, CDD_ERROR_FAILED, "writing %s: %s", report->ignore_path,
                fault->message);
    g_error_free(fault);
    return FALSE;
}

/* Replaces the target of a symbolic link, and keeps the file's permissions. */
static gboolean
replace(const char *path, const char *text, GError **error)
{
    char *real = realpath(path, NULL);
    struct stat status;
    int mode = stat(path, &status) == 0 ? (int)(status.st_mode & 0777) : 0644;
    gboolean ok = g_file_set_contents_full(real != NULL ? real : path, text, -1,
                                           G_FILE_SET_CONTENTS_CONSISTENT, mode, error);

    free(real);
    return ok;
}

gboolean
cdd_context_report_write_ignore(const CddContextReport *report, GError **error)
{
    g_autofree char *old = NULL;
    g_autofree char *lines = NULL;
    g_autofree char *text = NULL;
    g_autoptr(CddContextReport) reduced = NULL;
    GError *fault = NULL;

    if (!g_file_get_contents(report->ignore_path, &old, NULL, &fault)) {
        if (!g_error_matches(fault, G_FILE_ERROR, G_FILE_ERROR_NOENT))
            return explain(report, fault, error);
        g_clear_error(&fault);
        old = g_strdup("");
    }
    reduced = reduce(report, old);
    lines = cdd_context_report_format_ignore(reduced);
    if (lines == NULL)
        return TRUE;
    text = g_strconcat(old, *old == '\0' || g_str_has_suffix(old, "\n") ? "" : "\n", lines, NULL);
    return replace(report->ignore_path, text, &fault) || explain(report, fault, error);
}

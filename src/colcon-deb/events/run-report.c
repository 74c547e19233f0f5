/* SPDX-License-Identifier: Apache-2.0 */
#include "run-report.h"

#include "../base/folder.h"
#include "../base/output-names.h"
#include "../base/program-error.h"
#include "event-json.h"

#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

struct RunReport {
    Folder *folder; /* locked */
    Owner owner;
    int events;   /* the open file; -1 when it is closed */
    int failure;  /* errno of the first write that failed; 0 */
    off_t length; /* bytes of complete lines */
};

/* Not every file system has locks; then the run goes on without one. */
static gboolean
lock_directory(const RunReport *report, GError **error)
{
    if (flock(report->folder->fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return TRUE;
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                "another colcon-deb is building into %s; wait for it or choose another "
                "--output-dir",
                report->folder->path);
    return FALSE;
}

RunReport *
run_report_open(const char *directory, const Owner *owner, GError **error)
{
    g_autoptr(RunReport) report = g_new0(RunReport, 1);

    report->owner = *owner;
    report->events = -1;
    report->folder = folder_open(directory, error);
    if (report->folder == NULL || !lock_directory(report, error))
        return NULL;
    report->events = folder_create(report->folder, OUTPUT_EVENTS_TEMPORARY, owner, error);
    return report->events >= 0 ? g_steal_pointer(&report) : NULL;
}

void
run_report_event(RunReport *report, const CddBuildEvent *event, gint64 timestamp)
{
    g_autofree char *line = NULL;

    if (report->failure != 0)
        return;
    line = event_to_json(event, timestamp);
    report->failure = folder_write_all(report->events, line, strlen(line));
    if (report->failure == 0)
        report->length += (off_t)strlen(line);
    else if (ftruncate(report->events, report->length) != 0)
        /* An incomplete line stays; run_report_close() reports the failure. */
        errno = 0;
}

static gboolean
finish_events(RunReport *report, GError **error)
{
    int failure = folder_close_file(report->events);

    report->events = -1;
    if (report->failure == 0)
        report->failure = failure;
    if (!folder_rename(report->folder, OUTPUT_EVENTS_TEMPORARY, OUTPUT_EVENTS, error))
        return FALSE;
    return report->failure == 0 || program_error_errno(error, report->failure, "writing %s/%s",
                                                       report->folder->path, OUTPUT_EVENTS);
}

static gboolean
write_summary(const RunReport *report, const RunSummary *summary, GError **error)
{
    char *text = run_summary_to_json(summary);
    g_autoptr(GBytes) content = g_bytes_new_take(text, strlen(text));

    if (folder_write(report->folder, OUTPUT_SUMMARY, &report->owner, content, error))
        return TRUE;
    /* The previous run's summary must not stand beside this run's events. */
    folder_clear(report->folder, OUTPUT_SUMMARY, NULL);
    return FALSE;
}

gboolean
run_report_close(RunReport *report, const RunSummary *summary, GError **error)
{
    gboolean summarised = write_summary(report, summary, error);

    /* Report the first of two failures: mostly both are the same full disk. */
    return finish_events(report, summarised ? error : NULL) && summarised;
}

static void
drop_events(RunReport *report)
{
    if (report->events < 0)
        return;
    close(report->events);
    report->events = -1;
    folder_clear(report->folder, OUTPUT_EVENTS_TEMPORARY, NULL);
}

gboolean
run_report_close_unchanged(RunReport *report, const RunSummary *summary, GError **error)
{
    drop_events(report);
    return write_summary(report, summary, error);
}

void
run_report_free(RunReport *report)
{
    if (report == NULL)
        return;
    drop_events(report);
    folder_free(report->folder);
    g_free(report);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "run-report.h"

#include "../base/folder.h"
#include "../base/output-names.h"
#include "../base/program-error.h"
#include "event-json.h"
#include "host-event.h"

#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum {
    MAX_OUTPUT = 8 * 1024 * 1024 /* bytes of ordinary lines in events.jsonl */
};

/* Files about a run that are made at its end. */
static const char *const results[] = {OUTPUT_REPORT, OUTPUT_TRACE};

struct RunReport {
    Folder *folder; /* locked */
    Owner owner;
    gboolean begun; /* events.jsonl is that of this run */
    int events;     /* the open file; -1 when it is closed */
    int failure;    /* errno of the first write that failed; 0 */
    off_t length;   /* bytes of complete lines */
    gsize output;   /* bytes of ordinary lines */
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

static gboolean
write_summary(const RunReport *report, const RunSummary *summary, GError **error)
{
    char *text = run_summary_to_json(summary);
    g_autoptr(GBytes) content = g_bytes_new_take(text, strlen(text));

    return folder_write(report->folder, OUTPUT_SUMMARY, &report->owner, content, error);
}

static gboolean
remove_results(const RunReport *report, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(results); i++)
        if (!folder_clear(report->folder, results[i], error))
            return FALSE;
    return TRUE;
}

static gboolean
name_events(RunReport *report, GError **error)
{
    report->begun = folder_rename(report->folder, OUTPUT_EVENTS_TEMPORARY, OUTPUT_EVENTS, error);
    return report->begun;
}

gboolean
run_report_begin(RunReport *report, const RunSummary *summary, GError **error)
{
    /* On a full disk there is no summary meanwhile. */
    return remove_results(report, error) &&
           (write_summary(report, summary, NULL) ||
            folder_clear(report->folder, OUTPUT_SUMMARY, error)) &&
           name_events(report, error);
}

static void
write_event(RunReport *report, const CddBuildEvent *event, gint64 timestamp)
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

static void
write_output(RunReport *report, const CddBuildEvent *event, gint64 timestamp)
{
    if (report->output > MAX_OUTPUT)
        return;
    report->output += strlen(cdd_build_event_get_line(event));
    if (report->output > MAX_OUTPUT) {
        g_autoptr(CddBuildEvent) note =
            host_event_log("info", "further lines of output are left out of events.jsonl");

        write_event(report, note, timestamp);
        return;
    }
    write_event(report, event, timestamp);
}

/* The last lines of a failed package. With --verbose all of its lines have come, and are in its
 * log. */
static void
write_tail(RunReport *report, const Package *package, gint64 timestamp)
{
    for (const GList *line = package->tail.head; line != NULL; line = line->next) {
        g_autoptr(CddBuildEvent) event = host_event_progress(
            "package_output", "name", package->name, "msg", (const char *)line->data, NULL);

        write_event(report, event, timestamp);
    }
}

static void
write_progress(RunReport *report,
               const RunState *state,
               const CddBuildEvent *event,
               gint64 timestamp)
{
    const char *type = cdd_build_event_get_name(event);
    const Package *package = run_state_lookup(state, event);

    if (g_str_equal(type, "package_progress") || g_str_equal(type, "package_output"))
        return;
    if (g_str_equal(type, "package_complete") && package != NULL &&
        package->status == PACKAGE_FAILED)
        write_tail(report, package, timestamp);
    write_event(report, event, timestamp);
}

void
run_report_event(RunReport *report,
                 const RunState *state,
                 const CddBuildEvent *event,
                 gint64 timestamp)
{
    switch (cdd_build_event_get_kind(event)) {
    case CDD_BUILD_EVENT_PROGRESS:
        write_progress(report, state, event, timestamp);
        break;
    case CDD_BUILD_EVENT_LOG:
        write_event(report, event, timestamp);
        break;
    case CDD_BUILD_EVENT_OUTPUT:
        write_output(report, event, timestamp);
        break;
    }
}

static gboolean
finish_events(RunReport *report, GError **error)
{
    int failure = folder_close_file(report->events);

    report->events = -1;
    if (report->failure == 0)
        report->failure = failure;
    return report->failure == 0 || program_error_errno(error, report->failure, "writing %s/%s",
                                                       report->folder->path, OUTPUT_EVENTS);
}

/* Another summary must not stand beside the events of this run. */
static gboolean
write_last_summary(const RunReport *report, const RunSummary *summary, GError **error)
{
    if (write_summary(report, summary, error))
        return TRUE;
    folder_clear(report->folder, OUTPUT_SUMMARY, NULL);
    return FALSE;
}

gboolean
run_report_close(RunReport *report, const RunSummary *summary, GError **error)
{
    gboolean summarised = FALSE;

    if (!report->begun && !(remove_results(report, error) && name_events(report, error)))
        return FALSE;
    /* Report the first of two failures: mostly both are the same full disk. */
    summarised = write_last_summary(report, summary, error);
    return finish_events(report, summarised ? error : NULL) && summarised;
}

/* Events of a build stay, also if it was given up. */
static void
drop_events(RunReport *report)
{
    if (report->events < 0)
        return;
    close(report->events);
    report->events = -1;
    if (!report->begun)
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

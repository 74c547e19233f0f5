/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include "event-json.h"
#include "output-file.h"
#include "program-error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char events_name[] = "events.jsonl";
static const char events_temporary[] = ".events.jsonl.tmp";
static const char summary_name[] = "summary.json";
static const char summary_temporary[] = ".summary.json.tmp";

struct Report {
    char *path;
    Owner owner;
    int directory; /* open on @path and locked */
    int events;    /* -1 when it has been closed */
    int failure;   /* errno of the first write that failed; 0 */
    off_t length;  /* of the whole lines */
};

static int
create_file(const Report *report, const char *name, GError **error)
{
    return output_file_create(report->directory, report->path, name, &report->owner, error);
}

/* Some file systems report a full disk only here. Returns 0 or errno. */
static int
close_file(int fd)
{
    int failure = fsync(fd) != 0 && errno != EINVAL ? errno : 0;

    if (close(fd) != 0 && failure == 0)
        failure = errno;
    return failure;
}

/* Not every file system has locks; a run without one is better than none. */
static gboolean
lock_directory(const Report *report, GError **error)
{
    if (flock(report->directory, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return TRUE;
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                "another colcon-deb is building into %s; wait for it or choose another "
                "--output-dir",
                report->path);
    return FALSE;
}

Report *
report_open(const char *directory, const Owner *owner, GError **error)
{
    g_autoptr(Report) report = g_new0(Report, 1);

    report->path = g_strdup(directory);
    report->owner = *owner;
    report->events = -1;
    report->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (report->directory < 0) {
        program_error_errno(error, errno, "opening the output directory %s", directory);
        return NULL;
    }
    if (!lock_directory(report, error))
        return NULL;
    report->events = create_file(report, events_temporary, error);
    return report->events >= 0 ? g_steal_pointer(&report) : NULL;
}

void
report_event(Report *report, const CddBuildEvent *event, gint64 timestamp)
{
    g_autofree char *line = NULL;

    if (report->failure != 0)
        return;
    line = event_to_json(event, timestamp);
    report->failure = output_file_write(report->events, line, strlen(line));
    if (report->failure == 0)
        report->length += (off_t)strlen(line);
    else if (ftruncate(report->events, report->length) != 0)
        /* Half a line stays; the failure itself is reported. */
        errno = 0;
}

static gboolean
give_name(const Report *report, const char *temporary, const char *name, GError **error)
{
    if (renameat(report->directory, temporary, report->directory, name) == 0)
        return TRUE;
    return program_error_errno(error, errno, "naming %s/%s", report->path, name);
}

static gboolean
finish_events(Report *report, GError **error)
{
    int failure = close_file(report->events);

    report->events = -1;
    if (report->failure == 0)
        report->failure = failure;
    if (!give_name(report, events_temporary, events_name, error))
        return FALSE;
    return report->failure == 0 ||
           program_error_errno(error, report->failure, "writing %s/%s", report->path, events_name);
}

static gboolean
write_summary(const Report *report, const Summary *summary, GError **error)
{
    g_autofree char *text = summary_to_json(summary);
    int fd = create_file(report, summary_temporary, error);
    int failure = 0;
    int close_failure = 0;

    if (fd < 0)
        return FALSE;
    failure = output_file_write(fd, text, strlen(text));
    close_failure = close_file(fd);
    if (failure == 0)
        failure = close_failure;
    if (failure == 0)
        return give_name(report, summary_temporary, summary_name, error);
    /* The summary of the run before must not stand beside the events of this one. */
    unlinkat(report->directory, summary_temporary, 0);
    unlinkat(report->directory, summary_name, 0);
    return program_error_errno(error, failure, "writing %s/%s", report->path, summary_name);
}

gboolean
report_close(Report *report, const Summary *summary, GError **error)
{
    gboolean summarised = write_summary(report, summary, error);

    /* Of two faults the first is told: mostly they are the same full disk. */
    return finish_events(report, summarised ? error : NULL) && summarised;
}

static void
drop_events(Report *report)
{
    if (report->events < 0)
        return;
    close(report->events);
    report->events = -1;
    unlinkat(report->directory, events_temporary, 0);
}

gboolean
report_close_unchanged(Report *report, const Summary *summary, GError **error)
{
    drop_events(report);
    return write_summary(report, summary, error);
}

void
report_free(Report *report)
{
    if (report == NULL)
        return;
    drop_events(report);
    if (report->directory >= 0)
        close(report->directory);
    g_free(report->path);
    g_free(report);
}

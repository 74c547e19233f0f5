/* SPDX-License-Identifier: Apache-2.0 */
#include "run-files.h"

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

struct RunFiles {
    Folder *folder; /* locked */
    Owner owner;
    gboolean begun; /* events.jsonl is that of this run */
    int events;     /* the open file; -1 when it is closed */
    int failure;    /* errno of the first write that failed; 0 */
    off_t length;   /* bytes of complete lines */
    gsize output;   /* bytes of ordinary lines */
};

gboolean
run_files_lock(const Folder *folder, GError **error)
{
    if (flock(folder->fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return TRUE;
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                "another colcon-deb is building into %s; wait for it or choose another "
                "--output-dir",
                folder->path);
    return FALSE;
}

RunFiles *
run_files_open(const char *directory, const Owner *owner, GError **error)
{
    g_autoptr(RunFiles) files = g_new0(RunFiles, 1);

    files->owner = *owner;
    files->events = -1;
    files->folder = folder_open(directory, error);
    if (files->folder == NULL || !run_files_lock(files->folder, error))
        return NULL;
    files->events = folder_create(files->folder, OUTPUT_EVENTS_TEMPORARY, owner, error);
    return files->events >= 0 ? g_steal_pointer(&files) : NULL;
}

static gboolean
write_summary(const RunFiles *files, const RunSummary *summary, GError **error)
{
    char *text = run_summary_to_json(summary);
    g_autoptr(GBytes) content = g_bytes_new_take(text, strlen(text));

    return folder_write(files->folder, OUTPUT_SUMMARY, &files->owner, content, error);
}

static gboolean
remove_results(const RunFiles *files, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(results); i++)
        if (!folder_clear(files->folder, results[i], error))
            return FALSE;
    return TRUE;
}

static gboolean
name_events(RunFiles *files, GError **error)
{
    files->begun = folder_rename(files->folder, OUTPUT_EVENTS_TEMPORARY, OUTPUT_EVENTS, error);
    return files->begun;
}

gboolean
run_files_begin(RunFiles *files, const RunSummary *summary, GError **error)
{
    if (files->begun)
        return TRUE;
    /* On a full disk there is no summary meanwhile. */
    return remove_results(files, error) &&
           (write_summary(files, summary, NULL) ||
            folder_clear(files->folder, OUTPUT_SUMMARY, error)) &&
           name_events(files, error);
}

static void
write_event(RunFiles *files, const CddBuildEvent *event, gint64 timestamp)
{
    g_autofree char *line = NULL;

    if (files->failure != 0)
        return;
    line = event_to_json(event, timestamp);
    files->failure = folder_write_all(files->events, line, strlen(line));
    if (files->failure == 0)
        files->length += (off_t)strlen(line);
    else if (ftruncate(files->events, files->length) != 0)
        /* An incomplete line stays; run_files_close() reports the failure. */
        errno = 0;
}

static void
write_output(RunFiles *files, const CddBuildEvent *event, gint64 timestamp)
{
    if (files->output > MAX_OUTPUT)
        return;
    files->output += strlen(cdd_build_event_get_line(event));
    if (files->output > MAX_OUTPUT) {
        g_autoptr(CddBuildEvent) note =
            host_event_log("info", "further lines of output are left out of events.jsonl");

        write_event(files, note, timestamp);
        return;
    }
    write_event(files, event, timestamp);
}

/* The last lines of a failed package. With --verbose all of its lines have come, and are in its
 * log. */
static void
write_tail(RunFiles *files, const Package *package, gint64 timestamp)
{
    for (const GList *line = package->tail.head; line != NULL; line = line->next) {
        g_autoptr(CddBuildEvent) event = host_event_progress(
            "package_output", "name", package->name, "msg", (const char *)line->data, NULL);

        write_event(files, event, timestamp);
    }
}

static void
write_progress(RunFiles *files, const RunState *state, const CddBuildEvent *event, gint64 timestamp)
{
    const char *type = cdd_build_event_get_name(event);
    const Package *package = run_state_lookup(state, event);

    if (g_str_equal(type, "package_progress") || g_str_equal(type, "package_output"))
        return;
    if (g_str_equal(type, "package_complete") && package != NULL &&
        package->status == PACKAGE_FAILED)
        write_tail(files, package, timestamp);
    write_event(files, event, timestamp);
}

void
run_files_event(RunFiles *files,
                const RunState *state,
                const CddBuildEvent *event,
                gint64 timestamp)
{
    switch (cdd_build_event_get_kind(event)) {
    case CDD_BUILD_EVENT_PROGRESS:
        write_progress(files, state, event, timestamp);
        break;
    case CDD_BUILD_EVENT_LOG:
        write_event(files, event, timestamp);
        break;
    case CDD_BUILD_EVENT_OUTPUT:
        write_output(files, event, timestamp);
        break;
    }
}

static gboolean
finish_events(RunFiles *files, GError **error)
{
    int failure = folder_close_file(files->events);

    files->events = -1;
    if (files->failure == 0)
        files->failure = failure;
    return files->failure == 0 || program_error_errno(error, files->failure, "writing %s/%s",
                                                      files->folder->path, OUTPUT_EVENTS);
}

/* Another summary must not stand beside the events of this run. */
static gboolean
write_last_summary(const RunFiles *files, const RunSummary *summary, GError **error)
{
    if (write_summary(files, summary, error))
        return TRUE;
    folder_clear(files->folder, OUTPUT_SUMMARY, NULL);
    return FALSE;
}

gboolean
run_files_close(RunFiles *files, const RunSummary *summary, GError **error)
{
    gboolean summarised = FALSE;

    if (!files->begun && !(remove_results(files, error) && name_events(files, error)))
        return FALSE;
    /* Report the first of two failures: mostly both are the same full disk. */
    summarised = write_last_summary(files, summary, error);
    return finish_events(files, summarised ? error : NULL) && summarised;
}

/* Events of a build stay, also if it was given up. */
static void
drop_events(RunFiles *files)
{
    if (files->events < 0)
        return;
    close(files->events);
    files->events = -1;
    if (!files->begun)
        folder_clear(files->folder, OUTPUT_EVENTS_TEMPORARY, NULL);
}

gboolean
run_files_close_unchanged(RunFiles *files, const RunSummary *summary, GError **error)
{
    drop_events(files);
    return write_summary(files, summary, error);
}

void
run_files_free(RunFiles *files)
{
    if (files == NULL)
        return;
    drop_events(files);
    folder_free(files->folder);
    g_free(files);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "remote-build.h"

#include "../base/clock.h"
#include "../base/program-error.h"
#include "../events/host-event.h"

#include <string.h>

enum {
    INTERVAL = 250,   /* milliseconds between two reports of progress */
    PATIENCE = 30000, /* milliseconds for the log of a package */
};

typedef struct {
    CddBuildEvent *event;
    gint64 timestamp;
} Waiting;

struct RemoteBuild {
    Transfer *transfer;
    CddContainerSpec *spec;
    RemoteBuildFunc on_event;
    gpointer user_data;
    GCancellable *giving_up;
    gboolean lost;     /* no log can be asked for any more */
    const char *stage; /* that is shown; NULL for none */
    gint64 began;      /* the stage, by clock_now() */
    gint64 reported;   /* the last progress */
    GQueue events;     /* Waiting */
    gboolean passing;  /* remote_build_pass_on() is at work, and serves the main context */
};

static void
waiting_free(gpointer data)
{
    Waiting *waiting = data;

    cdd_build_event_free(waiting->event);
    g_free(waiting);
}

/* Consumes @event. */
static void
report(RemoteBuild *remote, CddBuildEvent *event)
{
    remote->on_event(event, clock_timestamp(), remote->user_data);
    cdd_build_event_free(event);
}

static void
begin_stage(RemoteBuild *remote, const char *stage)
{
    remote->stage = stage;
    remote->began = clock_now();
    report(remote, host_event_progress("stage", "value", stage, NULL));
}

static void
end_stage(RemoteBuild *remote, gboolean success)
{
    g_autofree char *ms = g_strdup_printf("%" G_GINT64_FORMAT, clock_now() - remote->began);

    report(remote, host_event_progress("stage_complete", "value", remote->stage, "success",
                                       success ? "true" : "false", "ms", ms, NULL));
    remote->stage = NULL;
}

static void
on_progress(guint64 current, guint64 total, gpointer user_data)
{
    RemoteBuild *remote = user_data;
    g_autofree char *done = g_strdup_printf("%" G_GUINT64_FORMAT, current);
    g_autofree char *all = g_strdup_printf("%" G_GUINT64_FORMAT, total);

    if (remote->stage == NULL || clock_now() < remote->reported + INTERVAL)
        return;
    remote->reported = clock_now();
    report(remote, host_event_progress("general", "current", done, "total", all, "message",
                                       "copying files", "unit", "bytes", NULL));
}

static void
explain_unsent(GError **error)
{
    if (g_error_matches(*error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE) ||
        g_error_matches(*error, CDD_ERROR, CDD_ERROR_PROTOCOL))
        program_error_append(error,
                             "; the container ends by itself, and what was sent stays there. "
                             "Build again");
}

RemoteBuild *
remote_build_begin(const TransferSetup *setup,
                   RemoteBuildFunc on_event,
                   gpointer user_data,
                   GCancellable *giving_up,
                   GError **error)
{
    g_autoptr(RemoteBuild) remote = g_new0(RemoteBuild, 1);

    remote->on_event = on_event;
    remote->user_data = user_data;
    remote->giving_up = g_object_ref(giving_up);
    g_queue_init(&remote->events);
    begin_stage(remote, "send");
    remote->transfer = transfer_begin(setup, on_progress, remote, error);
    end_stage(remote, remote->transfer != NULL);
    if (remote->transfer == NULL) {
        explain_unsent(error);
        return NULL;
    }
    remote->spec = transfer_redirect(remote->transfer);
    return g_steal_pointer(&remote);
}

void
remote_build_free(RemoteBuild *remote)
{
    if (remote == NULL)
        return;
    g_queue_clear_full(&remote->events, waiting_free);
    g_clear_pointer(&remote->spec, cdd_container_spec_free);
    transfer_free(remote->transfer);
    g_object_unref(remote->giving_up);
    g_free(remote);
}

const CddContainerSpec *
remote_build_get_spec(const RemoteBuild *remote)
{
    return remote->spec;
}

const char *
remote_build_get_copies(const RemoteBuild *remote)
{
    return transfer_get_identity(remote->transfer);
}

void
remote_build_take(RemoteBuild *remote, const CddBuildEvent *event, gint64 timestamp)
{
    Waiting *waiting = g_new0(Waiting, 1);

    waiting->event = cdd_build_event_copy(event);
    waiting->timestamp = timestamp;
    g_queue_push_tail(&remote->events, waiting);
}

static void
on_given_up(GCancellable *giving_up G_GNUC_UNUSED, gpointer user_data)
{
    g_cancellable_cancel(user_data);
}

static gboolean
on_time_over(gpointer user_data)
{
    g_cancellable_cancel(user_data);
    return G_SOURCE_REMOVE;
}

/* The build goes on meanwhile, so this neither fails nor waits for ever. If the connection is lost,
 * the end of the container says so. */
static void
fetch(RemoteBuild *remote, const char *path)
{
    g_autoptr(GCancellable) enough = g_cancellable_new();
    gulong handler =
        g_cancellable_connect(remote->giving_up, G_CALLBACK(on_given_up), enough, NULL);
    guint timer = g_timeout_add(PATIENCE, on_time_over, enough);
    g_autoptr(GError) error = NULL;

    if (!remote->lost && !transfer_fetch(remote->transfer, path, enough, &error)) {
        g_debug("fetching %s: %s", path, error->message);
        remote->lost = TRUE;
    }
    g_cancellable_disconnect(remote->giving_up, handler);
    if (g_main_context_find_source_by_id(NULL, timer) != NULL)
        g_source_remove(timer);
}

/* The log of a package, and its compilers' warnings: see view/compiler-warnings.h. */
static void
fetch_log(RemoteBuild *remote, const char *log)
{
    static const char ending[] = ".log";
    g_autofree char *warnings = NULL;

    if (!g_str_has_suffix(log, ending) || strstr(log, "..") != NULL || *log == '/')
        return;
    warnings = g_strdup_printf("%.*s.warnings", (int)(strlen(log) - strlen(ending)), log);
    fetch(remote, log);
    fetch(remote, warnings);
}

static gboolean
is_event(const CddBuildEvent *event, const char *name)
{
    return g_strcmp0(cdd_build_event_get_name(event), name) == 0;
}

static void
pass_on(RemoteBuild *remote)
{
    Waiting *waiting = g_queue_pop_head(&remote->events);

    remote->on_event(waiting->event, waiting->timestamp, remote->user_data);
    waiting_free(waiting);
}

void
remote_build_pass_on(RemoteBuild *remote)
{
    const Waiting *waiting = NULL;

    if (remote->passing)
        return;
    remote->passing = TRUE;
    while ((waiting = g_queue_peek_head(&remote->events)) != NULL &&
           !is_event(waiting->event, "build_complete")) {
        const char *log = is_event(waiting->event, "package_complete")
                              ? cdd_build_event_lookup(waiting->event, "log")
                              : NULL;

        if (log != NULL)
            fetch_log(remote, log);
        pass_on(remote);
    }
    remote->passing = FALSE;
}

gboolean
remote_build_end(RemoteBuild *remote, GError **error)
{
    gboolean good = FALSE;

    remote_build_pass_on(remote);
    begin_stage(remote, "receive");
    good = transfer_end(remote->transfer, remote->giving_up, error);
    end_stage(remote, good);
    if (!good)
        program_error_append(error, "; what was built is on the engine, and the next build brings "
                                    "it back. Build again");
    /* Without the files the container's last words would be wrong. */
    while (good && !g_queue_is_empty(&remote->events))
        pass_on(remote);
    return good;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "container-end.h"

#include "../base/await.h"
#include "../base/program-error.h"

#include <signal.h>

enum {
    SIGNAL_BASE = 128, /* signal N gives the exit code 128 + N */
    /* Milliseconds for the past events, which the engine sends at once. */
    EVENTS_TIME = 500,
};

/* What the engine has done to the container, or has seen. */
typedef struct {
    gboolean is_gone; /* the engine */
    gboolean out_of_memory;
    guint64 signal; /* 0 if the engine sent none */
} EngineView;

static void
on_event(const CddEvent *event, gpointer user_data)
{
    EngineView *view = user_data;
    const char *number = cdd_event_get_attribute(event, "signal");

    if (g_strcmp0(event->action, "oom") == 0)
        view->out_of_memory = TRUE;
    else if (g_strcmp0(event->action, "kill") == 0 && number != NULL &&
             !g_ascii_string_to_unsigned(number, 10, 0, G_MAXUINT8, &view->signal, NULL))
        view->signal = SIGKILL;
}

/* The container is gone, but its events are still known. */
static EngineView
ask(CddService *service, const char *container, GCancellable *cancellable)
{
    EngineView view = {FALSE};
    g_autofree char *filter = g_strconcat("container=", container, NULL);
    const CddEventsOptions options = {.filters = (const char *const[]){filter, NULL}, .since = 1};
    g_autoptr(GCancellable) enough = g_cancellable_new();
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;

    cdd_service_watch_events_async(service, &options, on_event, &view, NULL, enough, await_ready,
                                   &done);
    await_time(EVENTS_TIME, cancellable);
    g_cancellable_cancel(enough);
    cdd_service_watch_events_finish(service, await(&done), &error);
    view.is_gone = g_error_matches(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE);
    return view;
}

char *
container_end_explain(CddService *service,
                      const char *container,
                      gint64 exit_code,
                      GCancellable *cancellable)
{
    EngineView view = ask(service, container, cancellable);

    if (view.is_gone)
        return g_strdup("the engine does not answer any more: it was stopped, and ended it");
    if (view.out_of_memory)
        return g_strdup("the engine says that it ran out of memory: build with fewer --jobs");
    if (view.signal == SIGKILL)
        return g_strdup("the engine killed it, because somebody asked it to (docker kill, docker "
                        "rm), or because it is being stopped itself");
    if (view.signal != 0)
        return g_strdup_printf("the engine stopped it with signal %u, because somebody asked it to "
                               "(docker stop, docker kill), or because it is being stopped itself",
                               (guint)view.signal);
    if (exit_code == SIGNAL_BASE + SIGKILL)
        return g_strdup("killed, but not by way of the engine: by the kernel, for lack of memory, "
                        "or by somebody on the engine's machine");
    return NULL;
}

void
container_end_explain_loss(CddService *service, GCancellable *cancellable, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddEngineInfo) info = NULL;

    cdd_service_get_engine_info_async(service, cancellable, await_ready, &done);
    info = cdd_service_get_engine_info_finish(service, await(&done), NULL);
    program_error_append(
        error, info != NULL ? "; the engine answers again. The container ends by itself; what was "
                              "built stays. Build again"
                            : "; the engine does not answer any more: was it stopped? The "
                              "container ends by itself; what was built stays. Start the engine "
                              "and build again");
}

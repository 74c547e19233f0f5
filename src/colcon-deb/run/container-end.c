/* SPDX-License-Identifier: Apache-2.0 */
#include "container-end.h"

#include "../base/await.h"
#include "../base/program-error.h"

#include <signal.h>

enum {
    SIGNAL_BASE = 128, /* signal N gives the exit code 128 + N */
    /* Milliseconds for the past events, which the engine sends at once; a slow one needs some. */
    EVENTS_TIME = 5000,
    GUARD_TIME = 1000,
};

/* What the engine knows of the container. */
typedef struct {
    gboolean is_gone; /* all of its events have come */
    gboolean out_of_memory;
    gboolean ended_by_engine;
    char *signal; /* the first; NULL if the engine does not say */
} EngineView;

static void
on_event(const CddEvent *event, gpointer user_data)
{
    EngineView *view = user_data;

    if (g_strcmp0(event->action, "oom") == 0) {
        view->out_of_memory = TRUE;
    } else if (g_strcmp0(event->action, "kill") == 0 || g_strcmp0(event->action, "stop") == 0) {
        view->ended_by_engine = TRUE;
        if (view->signal == NULL)
            view->signal = g_strdup(cdd_event_get_attribute(event, "signal"));
    } else if (g_strcmp0(event->action, "destroy") == 0) {
        view->is_gone = TRUE;
    }
}

static void
await_all(const EngineView *view, GAsyncResult **done, GCancellable *cancellable)
{
    gboolean over = FALSE;
    guint timer = g_timeout_add(EVENTS_TIME, await_timeout, &over);

    while (*done == NULL && !over && !view->is_gone && !g_cancellable_is_cancelled(cancellable))
        g_main_context_iteration(NULL, TRUE);
    if (!over)
        g_source_remove(timer);
}

/* The container is gone, but its events are still known. */
static void
ask(EngineView *view, CddService *service, const char *container, GCancellable *cancellable)
{
    g_autofree char *filter = g_strconcat("container=", container, NULL);
    const CddEventsOptions options = {
        .filters = (const char *const[]){filter, NULL},
        .since = 1000 * G_USEC_PER_SEC, /* all that the engine has */
    };
    g_autoptr(GCancellable) enough = g_cancellable_new();
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_watch_events_async(service, &options, on_event, view, NULL, enough, await_ready,
                                   &done);
    await_all(view, &done, cancellable);
    g_cancellable_cancel(enough);
    cdd_service_watch_events_finish(service, await(&done), NULL);
}

static gboolean
answers(CddService *service, GCancellable *cancellable)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddEngineInfo) info = NULL;

    cdd_service_get_engine_info_async(service, cancellable, await_ready, &done);
    info = cdd_service_get_engine_info_finish(service, await(&done), NULL);
    return info != NULL;
}

static char *
describe_order(const EngineView *view)
{
    return g_strdup_printf("the engine ended it%s%s, because somebody asked it to (docker stop, "
                           "docker kill, docker rm), or because it is being stopped itself",
                           view->signal != NULL ? " with signal " : "",
                           view->signal != NULL ? view->signal : "");
}

/* Podman logs no kill for a stop or a removal. */
static char *
describe_kill(const Engine *engine)
{
    if (g_str_equal(engine->info->name, "Podman"))
        return g_strdup("it was killed, and Podman does not say by whom");
    return g_strdup("it was killed, but not by way of the engine: by the kernel, for lack of "
                    "memory, or by somebody on the engine's machine");
}

char *
container_end_explain(const Engine *engine,
                      const char *container,
                      gint64 exit_code,
                      GCancellable *cancellable)
{
    EngineView view = {FALSE};
    g_autofree char *signal = NULL;

    ask(&view, engine->service, container, cancellable);
    signal = view.signal;
    if (view.out_of_memory)
        return g_strdup("the engine says that it ran out of memory: build with fewer --jobs");
    if (view.ended_by_engine)
        return describe_order(&view);
    if (!view.is_gone)
        return answers(engine->service, cancellable)
                   ? NULL
                   : g_strdup("the engine does not answer any more: was it stopped?");
    if (exit_code == SIGNAL_BASE + SIGKILL)
        return describe_kill(engine);
    return NULL;
}

void
container_end_explain_loss(const Engine *engine, GCancellable *cancellable, GError **error)
{
    CddService *service = engine->service;
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddEngineInfo) info = NULL;

    /* Its guard ends a moment later. */
    if (engine->podman != NULL)
        await_time(GUARD_TIME, cancellable);
    if (engine->podman != NULL && podman_service_get_last_words(engine->podman) != NULL) {
        program_error_append(error,
                             "; Podman's service has ended: %s. The container ends by itself; what "
                             "was built stays. Build again",
                             podman_service_get_last_words(engine->podman));
        return;
    }
    cdd_service_get_engine_info_async(service, cancellable, await_ready, &done);
    info = cdd_service_get_engine_info_finish(service, await(&done), NULL);
    program_error_append(
        error, info != NULL ? "; the engine answers again. The container ends by itself; what was "
                              "built stays. Build again"
                            : "; the engine does not answer any more: was it stopped? The "
                              "container ends by itself; what was built stays. Start the engine "
                              "and build again");
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints the events of an engine until Ctrl-C, and reconnects after a lost connection:
 *
 *     watch-events type=container event=die
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <glib-unix.h>
#include <stdio.h>

static void
on_event(const CddEvent *event, gpointer user_data G_GNUC_UNUSED)
{
    const char *name = cdd_event_get_attribute(event, "name");

    printf("%s %s %s\n", event->type, event->action, name != NULL ? name : event->id);
    fflush(stdout);
}

static gboolean
on_interrupted(gpointer cancellable)
{
    g_cancellable_cancel(cancellable);
    return G_SOURCE_CONTINUE;
}

static void
on_over(GObject *source, GAsyncResult *result, gpointer user_data)
{
    int *exit_code = user_data;
    g_autoptr(GError) error = NULL;

    cdd_service_watch_events_finish(CDD_SERVICE(source), result, &error);
    *exit_code = !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    if (*exit_code != 0)
        fprintf(stderr, "%s\n", error->message);
}

int
main(int argc G_GNUC_UNUSED, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    g_autoptr(GCancellable) interrupt = g_cancellable_new();
    CddEventsOptions options = {.filters = (const char *const *)argv + 1, .max_retries = 5};
    int exit_code = -1;

    if (service == NULL) {
        fprintf(stderr, "%s\n", error->message);
        return 2;
    }
    g_unix_signal_add(SIGINT, on_interrupted, interrupt);
    cdd_service_watch_events_async(service, &options, on_event, NULL, NULL, interrupt, on_over,
                                   &exit_code);
    while (exit_code < 0)
        g_main_context_iteration(NULL, TRUE);
    return exit_code;
}

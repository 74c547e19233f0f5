/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists the containers for each line of standard input, in a program whose loop is poll(), here by
 * GLib's name:
 *
 *     own-loop </etc/hostname
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>
#include <unistd.h>

static void
on_listed(GObject *source, GAsyncResult *result, gpointer user_data)
{
    int *n_running = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) all =
        cdd_service_list_containers_finish(CDD_SERVICE(source), result, &error);

    --*n_running;
    if (all == NULL)
        fprintf(stderr, "%s\n", error->message);
    else
        printf("%u containers\n", all->len);
}

int
main(void)
{
    GMainContext *context = g_main_context_default();
    g_autoptr(CddService) service = cdd_service_new(NULL, NULL);
    gboolean at_end = service == NULL;
    int n_running = 0;

    g_main_context_acquire(context);
    while (!at_end || n_running > 0) {
        GPollFD fds[64];
        int priority;
        int timeout;
        int n;
        char bytes[256];

        g_main_context_prepare(context, &priority);
        n = g_main_context_query(context, priority, &timeout, fds, (int)G_N_ELEMENTS(fds) - 1);
        n = MIN(n, (int)G_N_ELEMENTS(fds) - 1);
        fds[n] = (GPollFD){at_end ? -1 : STDIN_FILENO, G_IO_IN, 0};
        g_poll(fds, (guint)n + 1, timeout);
        if (g_main_context_check(context, priority, fds, n))
            g_main_context_dispatch(context);
        if (at_end || fds[n].revents == 0)
            continue;
        at_end = read(STDIN_FILENO, bytes, sizeof bytes) <= 0;
        if (!at_end && ++n_running > 0)
            cdd_service_list_containers_async(service, TRUE, NULL, NULL, on_listed, &n_running);
    }
    g_main_context_release(context);
    return service == NULL ? 2 : 0;
}

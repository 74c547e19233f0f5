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
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    g_autoptr(GArray) fds = g_array_new(FALSE, FALSE, sizeof(GPollFD));
    gboolean at_end = FALSE;
    int n_running = 0;

    if (service == NULL) {
        fprintf(stderr, "%s\n", error->message);
        return 2;
    }
    g_main_context_acquire(context);
    while (!at_end || n_running > 0) {
        GPollFD input = {at_end ? -1 : STDIN_FILENO, G_IO_IN, 0};
        int priority;
        int timeout;
        int n;
        char bytes[256];

        g_main_context_prepare(context, &priority);
        /* Tells how many descriptors there are: ask again until the array holds them all. */
        while ((n = g_main_context_query(context, priority, &timeout, (GPollFD *)fds->data,
                                         (int)fds->len)) > (int)fds->len)
            g_array_set_size(fds, (guint)n);
        g_array_set_size(fds, (guint)n);
        g_array_append_val(fds, input);
        g_poll((GPollFD *)fds->data, fds->len, timeout);
        input = g_array_index(fds, GPollFD, n);
        if (g_main_context_check(context, priority, (GPollFD *)fds->data, n))
            g_main_context_dispatch(context);
        if (at_end || input.revents == 0)
            continue;
        at_end = read(STDIN_FILENO, bytes, sizeof bytes) <= 0;
        if (!at_end && ++n_running > 0)
            cdd_service_list_containers_async(service, TRUE, NULL, NULL, on_listed, &n_running);
    }
    g_main_context_release(context);
    return 0;
}

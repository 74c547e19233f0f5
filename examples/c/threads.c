/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command in several containers, each in a thread that blocks, and sums up the exit codes:
 *
 *     threads 4 debian:bookworm sh -c 'exit 2'
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>

enum {
    MAX_THREADS = 64,
};

/* A service belongs to one thread. */
static gpointer
run(gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    g_autoptr(CddContainerResult) result = NULL;

    if (service != NULL)
        result = cdd_service_run_container_sync(service, data, NULL, NULL, &error);
    if (result == NULL) {
        fprintf(stderr, "%s\n", error->message);
        return GINT_TO_POINTER(-1);
    }
    return GINT_TO_POINTER((int)result->exit_code);
}

int
main(int argc, char **argv)
{
    int n = argc > 3 ? (int)g_ascii_strtoll(argv[1], NULL, 10) : 0;
    GThread *threads[MAX_THREADS];
    CddContainerSpec spec = {.network_mode = CDD_NETWORK_HOST};
    gboolean failed = FALSE;
    int sum = 0;

    if (n < 1 || n > MAX_THREADS) {
        fprintf(stderr, "usage: threads 1…%d IMAGE COMMAND…\n", MAX_THREADS);
        return 2;
    }
    spec.image = argv[2];
    spec.command = (const char *const *)argv + 3;
    for (int i = 0; i < n; i++)
        threads[i] = g_thread_new("run", run, &spec);
    for (int i = 0; i < n; i++) {
        int code = GPOINTER_TO_INT(g_thread_join(threads[i]));

        failed = failed || code < 0;
        sum += MAX(code, 0);
    }
    printf("%d\n", sum);
    return failed;
}

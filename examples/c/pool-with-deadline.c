/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs shell commands, each in a container, two at a time. What has not ended after some seconds is
 * stopped and removed:
 *
 *     pool-with-deadline debian:bookworm 5 'exit 3' 'sleep 60' 'echo hello'
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>

static gboolean
on_deadline(gpointer cancellable)
{
    g_cancellable_cancel(cancellable);
    return G_SOURCE_REMOVE;
}

static void
on_done(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GPtrArray **outcomes = user_data;

    *outcomes = cdd_container_pool_run_many_finish(CDD_CONTAINER_POOL(source), result);
}

/* The outcomes are complete also after the deadline: what had ended has its exit code. */
static int
print_outcomes(const GPtrArray *outcomes, char **commands)
{
    int failed = 0;

    for (guint i = 0; i < outcomes->len; i++) {
        const CddContainerOutcome *outcome = outcomes->pdata[i];

        if (outcome->result != NULL)
            printf("%s: exit code %d\n", commands[i], (int)outcome->result->exit_code);
        else if (g_error_matches(outcome->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            printf("%s: not in time\n", commands[i]);
        else
            printf("%s: %s\n", commands[i], outcome->error->message);
        failed |= outcome->result == NULL;
    }
    return failed;
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    g_autoptr(CddContainerPool) pool = NULL;
    g_autoptr(GCancellable) deadline = g_cancellable_new();
    g_autoptr(GPtrArray) specs =
        g_ptr_array_new_with_free_func((GDestroyNotify)cdd_container_spec_free);
    g_autoptr(GPtrArray) outcomes = NULL;
    guint64 seconds = 0;

    if (service == NULL || argc < 4 ||
        !g_ascii_string_to_unsigned(argv[2], 10, 1, 3600, &seconds, &error)) {
        fprintf(stderr, "%s\n",
                error != NULL ? error->message
                              : "usage: pool-with-deadline IMAGE SECONDS COMMAND…");
        return 2;
    }
    for (int i = 3; i < argc; i++) {
        CddContainerSpec spec = {
            .image = argv[1], .network_mode = CDD_NETWORK_NONE, .stop_timeout = 1000};

        spec.command = (const char *const[]){"sh", "-c", argv[i], NULL};
        g_ptr_array_add(specs, cdd_container_spec_copy(&spec));
    }
    pool = cdd_container_pool_new(CDD_DOCKER_CLIENT(service), 2);
    g_timeout_add_seconds((guint)seconds, on_deadline, deadline);
    cdd_container_pool_run_many_async(pool, (const CddContainerSpec *const *)specs->pdata,
                                      specs->len, NULL, CDD_CONTAINER_POOL_NONE, deadline, on_done,
                                      &outcomes);
    while (outcomes == NULL)
        g_main_context_iteration(NULL, TRUE);
    return print_outcomes(outcomes, argv + 3);
}

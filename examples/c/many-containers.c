/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a shell command in several containers, four at a time, each with its own NUMBER, and prints
 * how each one ended, in order:
 *
 *     many-containers debian:bookworm 10 'exit $((NUMBER % 3))'
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>

static void
on_done(GObject *source, GAsyncResult *result, gpointer user_data)
{
    GPtrArray **outcomes = user_data;

    *outcomes = cdd_container_pool_run_many_finish(CDD_CONTAINER_POOL(source), result);
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    g_autoptr(CddContainerPool) pool = NULL;
    g_autoptr(GPtrArray) specs =
        g_ptr_array_new_with_free_func((GDestroyNotify)cdd_container_spec_free);
    g_autoptr(GPtrArray) outcomes = NULL;
    guint64 count = 0;

    if (service == NULL || argc != 4 ||
        !g_ascii_string_to_unsigned(argv[2], 10, 1, 1000, &count, &error)) {
        fprintf(stderr, "%s\n",
                error != NULL ? error->message : "usage: many-containers IMAGE COUNT COMMAND");
        return 2;
    }
    for (guint64 i = 0; i < count; i++) {
        g_autofree char *number = g_strdup_printf("NUMBER=%u", (guint)i);
        CddContainerSpec spec = {.image = argv[1], .network_mode = CDD_NETWORK_NONE};

        spec.command = (const char *const[]){"sh", "-c", argv[3], NULL};
        spec.environment = (const char *const[]){number, NULL};
        g_ptr_array_add(specs, cdd_container_spec_copy(&spec));
    }
    pool = cdd_container_pool_new(CDD_DOCKER_CLIENT(service), 4);
    cdd_container_pool_run_many_async(pool, (const CddContainerSpec *const *)specs->pdata,
                                      specs->len, NULL, CDD_CONTAINER_POOL_NONE, NULL, on_done,
                                      &outcomes);
    while (outcomes == NULL)
        g_main_context_iteration(NULL, TRUE);
    for (guint i = 0; i < outcomes->len; i++) {
        CddContainerOutcome *outcome = g_ptr_array_index(outcomes, i);

        if (outcome->error != NULL)
            printf("%u: %s\n", i, outcome->error->message);
        else
            printf("%u: exit code %d\n", i, (int)outcome->result->exit_code);
    }
    return 0;
}

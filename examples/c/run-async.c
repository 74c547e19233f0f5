/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command in a container without blocking, as a program with a main loop does, prints its
 * output and exits with its exit code:
 *
 *     run-async debian:bookworm sh -c 'echo hello; exit 7'
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>

static void
on_stdout(const void *data, gsize length, gpointer user_data G_GNUC_UNUSED)
{
    fwrite(data, 1, length, stdout);
}

static void
on_stderr(const void *data, gsize length, gpointer user_data G_GNUC_UNUSED)
{
    fwrite(data, 1, length, stderr);
}

static void
on_done(GObject *source, GAsyncResult *result, gpointer user_data)
{
    int *exit_code = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(CddContainerResult) container =
        cdd_service_run_container_finish(CDD_SERVICE(source), result, &error);

    if (container == NULL)
        fprintf(stderr, "%s\n", error->message);
    *exit_code = container == NULL ? 125 : (int)container->exit_code;
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    CddOutputHandler handler = {.on_stdout = on_stdout, .on_stderr = on_stderr};
    CddContainerSpec spec = {.network_mode = CDD_NETWORK_HOST};
    int exit_code = -1;

    if (service == NULL || argc < 3) {
        fprintf(stderr, "%s\n", error != NULL ? error->message : "usage: run-async IMAGE COMMAND…");
        return 2;
    }
    spec.image = argv[1];
    spec.command = (const char *const *)argv + 2;
    cdd_service_run_container_async(service, &spec, &handler, NULL, on_done, &exit_code);
    while (exit_code < 0)
        g_main_context_iteration(NULL, TRUE);
    return exit_code;
}

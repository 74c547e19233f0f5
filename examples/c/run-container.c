/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command in a container, keeps its two streams apart and exits with its exit code:
 *
 *     run-container debian:bookworm sh -c 'echo hello; echo trouble >&2; exit 7'
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

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    g_autoptr(CddContainerResult) result = NULL;
    CddOutputHandler handler = {.on_stdout = on_stdout, .on_stderr = on_stderr};
    CddContainerSpec spec = {.network_mode = CDD_NETWORK_HOST};

    if (argc < 3) {
        fprintf(stderr, "usage: run-container IMAGE COMMAND…\n");
        return 2;
    }
    spec.image = argv[1];
    spec.command = (const char *const *)argv + 2;
    if (service != NULL)
        result = cdd_service_run_container_sync(service, &spec, &handler, NULL, &error);
    if (result == NULL) {
        fprintf(stderr, "%s\n", error->message);
        return 125;
    }
    return (int)result->exit_code;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints the last ten lines of a container's log and what follows, until the container ends. Both
 * streams go to standard output:
 *
 *     follow-logs web
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>

static void
on_output(const void *data, gsize length, gpointer user_data G_GNUC_UNUSED)
{
    fwrite(data, 1, length, stdout);
    fflush(stdout);
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    CddOutputHandler handler = {.on_stdout = on_output, .on_stderr = on_output};
    CddLogsOptions options = {.follow = TRUE, .tail = 10};

    if (argc != 2) {
        fprintf(stderr, "usage: follow-logs CONTAINER\n");
        return 2;
    }
    if (service == NULL ||
        !cdd_service_read_container_logs_sync(service, argv[1], &options, &handler, NULL, &error)) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A filter that runs in a container: standard input goes in, standard output comes out:
 *
 *     pipe-through debian:bookworm tr a-z A-Z <words >WORDS
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <gio/gunixinputstream.h>
#include <stdio.h>

/* The input is copied while the output arrives. A command that does not read all of it is no error.
 */
static void
on_stdin(GOutputStream *input, gpointer user_data)
{
    g_output_stream_splice_async(input, user_data, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                 G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

static void
on_stdout(const void *data, gsize length, gpointer user_data G_GNUC_UNUSED)
{
    fwrite(data, 1, length, stdout);
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    g_autoptr(CddContainerResult) result = NULL;
    g_autoptr(GInputStream) input = g_unix_input_stream_new(0, FALSE);
    CddOutputHandler handler = {.on_stdin = on_stdin, .on_stdout = on_stdout, .user_data = input};
    CddContainerSpec spec = {.network_mode = CDD_NETWORK_NONE, .open_stdin = TRUE};

    if (argc < 3) {
        fprintf(stderr, "usage: pipe-through IMAGE COMMAND…\n");
        return 2;
    }
    spec.image = argv[1];
    spec.command = (const char *const *)argv + 2;
    if (service != NULL)
        result = cdd_service_run_container_sync(service, &spec, &handler, NULL, &error);
    /* The message has the last lines that the command wrote, standard error among them. */
    if (result == NULL || !cdd_container_result_check(result, &error)) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    return 0;
}

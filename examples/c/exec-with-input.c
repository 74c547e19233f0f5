/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command in a running container with this program's standard input, prints its standard
 * output and exits with its exit code:
 *
 *     echo hello | exec-with-input web sh -c 'cat >/tmp/greeting'
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <gio/gunixinputstream.h>
#include <stdio.h>

static void
on_stdout(const void *data, gsize length, gpointer user_data G_GNUC_UNUSED)
{
    fwrite(data, 1, length, stdout);
}

static void
on_done(GObject *source, GAsyncResult *result, gpointer user_data)
{
    gint64 *exit_code = user_data;
    g_autoptr(GError) error = NULL;

    if (!cdd_service_exec_finish(CDD_SERVICE(source), result, exit_code, &error)) {
        fprintf(stderr, "%s\n", error->message);
        *exit_code = 125;
    }
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    g_autoptr(GInputStream) input = g_unix_input_stream_new(0, FALSE);
    CddOutputHandler handler = {.on_stdout = on_stdout};
    CddExecSpec spec = {0};
    gint64 exit_code = -1;

    if (service == NULL || argc < 3) {
        fprintf(stderr, "%s\n",
                error != NULL ? error->message : "usage: exec-with-input CONTAINER COMMAND…");
        return 2;
    }
    spec.command = (const char *const *)argv + 2;
    cdd_service_exec_async(service, argv[1], &spec, input, &handler, NULL, on_done, &exit_code);
    while (exit_code < 0)
        g_main_context_iteration(NULL, TRUE);
    return (int)exit_code;
}

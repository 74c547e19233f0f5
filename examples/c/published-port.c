/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts a web server in a container, publishes its port on a free port of this machine, asks it
 * for a page and removes the container:
 *
 *     published-port python:3 8000 python3 -m http.server 8000
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>

static const int max_tries = 50;

/* Returns the first line of the answer; NULL if the server does not answer. */
static char *
fetch(const CddPortBinding *port)
{
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketConnection) server =
        g_socket_client_connect_to_host(client, port->host_ip, port->host_port, NULL, NULL);
    GIOStream *stream = G_IO_STREAM(server);
    g_autoptr(GDataInputStream) answer = NULL;

    if (stream == NULL || !g_output_stream_printf(g_io_stream_get_output_stream(stream), NULL, NULL,
                                                  NULL, "GET / HTTP/1.0\r\n\r\n"))
        return NULL;
    answer = g_data_input_stream_new(g_io_stream_get_input_stream(stream));
    return g_data_input_stream_read_line(answer, NULL, NULL, NULL);
}

/* The port is open before the server listens, so the first answers may be missing. */
static void
use(CddService *service, const char *id, GError **error)
{
    g_autofree char *line = NULL;

    for (int i = 0; i < max_tries && line == NULL; i++) {
        g_autoptr(CddContainerInfo) info =
            cdd_service_inspect_container_sync(service, id, NULL, error);

        if (info != NULL && !info->running)
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the server has ended with code %d",
                        (int)info->exit_code);
        if (*error != NULL)
            return;
        g_usleep(G_USEC_PER_SEC / 5);
        line = fetch(info->ports->pdata[0]);
    }
    if (line != NULL)
        printf("%s\n", g_strchomp(line));
    else
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "the server does not answer");
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    g_autofree char *id = NULL;
    g_autofree char *any = argc > 3 ? g_strconcat("127.0.0.1::", argv[2], NULL) : NULL;
    g_autoptr(CddPortBinding) port = NULL;
    CddContainerSpec spec = {.n_ports = 1};

    if (any == NULL) {
        fprintf(stderr, "usage: published-port IMAGE PORT COMMAND…\n");
        return 2;
    }
    spec.image = argv[1];
    spec.command = (const char *const *)argv + 3;
    if (service != NULL && (spec.ports = port = cdd_port_binding_parse(any, &error)) != NULL)
        id = cdd_service_create_container_sync(service, &spec, NULL, &error);
    if (id != NULL && cdd_service_start_container_sync(service, id, NULL, &error))
        use(service, id, &error);
    if (id != NULL)
        cdd_service_remove_container_sync(service, id, CDD_REMOVE_FORCE, NULL, NULL);
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    return error != NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts a web server in a container, publishes its port on a free port of this machine, asks it
 * for a page and removes the container:
 *
 *     published-port python:3 8000 python3 -m http.server 8000
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>
#include <string.h>

enum {
    MAX_TRIES = 50,
    PAUSE = 200 * 1000, /* microseconds */
};

/* Returns the first line of the answer. */
static char *
fetch(guint16 port, GError **error)
{
    static const char request[] = "GET / HTTP/1.0\r\n\r\n";
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketConnection) connection =
        g_socket_client_connect_to_host(client, "127.0.0.1", port, NULL, error);
    GIOStream *stream = G_IO_STREAM(connection);
    char answer[80] = "";
    gssize length = -1;

    if (stream != NULL && g_output_stream_write_all(g_io_stream_get_output_stream(stream), request,
                                                    strlen(request), NULL, NULL, error))
        length = g_input_stream_read(g_io_stream_get_input_stream(stream), answer,
                                     sizeof answer - 1, NULL, error);
    if (length == 0)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the server on port %u is silent", port);
    return length > 0 ? g_strndup(answer, strcspn(answer, "\r\n")) : NULL;
}

/* The port is open before the server listens, so the first answers may be missing. */
static gboolean
use(CddService *service, const char *id, GError **error)
{
    if (!cdd_service_start_container_sync(service, id, NULL, error))
        return FALSE;
    for (int i = 0; i < MAX_TRIES; i++) {
        g_autoptr(CddContainerInfo) info = NULL;
        g_autofree char *line = NULL;

        g_clear_error(error);
        info = cdd_service_inspect_container_sync(service, id, NULL, error);
        if (info != NULL && info->ports->len > 0)
            line = fetch(((CddPortBinding *)info->ports->pdata[0])->host_port, error);
        else if (info != NULL)
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the server has ended with code %d",
                        (int)info->exit_code);
        if (line != NULL)
            printf("%s\n", line);
        if (line != NULL || info == NULL || !info->running)
            return line != NULL;
        g_usleep(PAUSE);
    }
    return FALSE;
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
    if (id != NULL) {
        use(service, id, &error);
        cdd_service_remove_container_sync(service, id, CDD_REMOVE_FORCE, NULL,
                                          error == NULL ? &error : NULL);
    }
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    return error != NULL;
}

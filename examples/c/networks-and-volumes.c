/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lets containers share a volume, and find each other by name on a network of their own. Everything
 * that is made is called NAME, and nothing of it is left behind:
 *
 *     networks-and-volumes debian:bookworm NAME
 */
#include <colcon-deb-docker/colcon-deb-docker.h>
#include <stdio.h>

static void
on_stdout(const void *data, gsize length, gpointer user_data G_GNUC_UNUSED)
{
    fwrite(data, 1, length, stdout);
}

/* What reads the volume asks the network for the one that waits, by its other name. */
static gboolean
try(CddService *service, const char *image, const char *name, GError **error)
{
    CddVolumeMount data = {.volume = name, .container_path = "/data"};
    CddEndpointSettings network = {.network = name,
                                   .aliases = (const char *const[]){"store", NULL}};
    CddContainerSpec writer = {.image = image, .volumes = &data, .n_volumes = 1};
    CddContainerSpec store = {.image = image, .name = name, .networks = &network, .n_networks = 1};
    CddContainerSpec reader = writer;
    CddOutputHandler handler = {.on_stdout = on_stdout};
    g_autoptr(CddContainerResult) written = NULL;
    g_autoptr(CddContainerResult) read = NULL;
    g_autofree char *id = NULL;

    writer.command = (const char *const[]){"sh", "-c", "echo hello >/data/greeting", NULL};
    store.command = (const char *const[]){"sleep", "600", NULL};
    reader.command =
        (const char *const[]){"sh", "-c", "cat /data/greeting; getent hosts store", NULL};
    reader.network_mode = CDD_NETWORK_NAMED;
    reader.network = name;
    return (written = cdd_service_run_container_sync(service, &writer, NULL, NULL, error)) &&
           cdd_container_result_check(written, error) &&
           (id = cdd_service_create_container_sync(service, &store, NULL, error)) &&
           cdd_service_start_container_sync(service, id, NULL, error) &&
           (read = cdd_service_run_container_sync(service, &reader, &handler, NULL, error)) &&
           cdd_container_result_check(read, error);
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CddService) service = cdd_service_new(NULL, &error);
    g_autoptr(CddVolume) volume = NULL;
    g_autofree char *network = NULL;

    if (argc != 3) {
        fprintf(stderr, "usage: networks-and-volumes IMAGE NAME\n");
        return 2;
    }
    if (service != NULL)
        volume = cdd_service_create_volume_sync(service, &(CddVolumeSpec){.name = argv[2]}, NULL,
                                                &error);
    if (volume != NULL)
        network = cdd_service_create_network_sync(service, &(CddNetworkSpec){.name = argv[2]}, NULL,
                                                  &error);
    if (network != NULL) {
        try(service, argv[1], argv[2], &error);
        cdd_service_remove_container_sync(service, argv[2], CDD_REMOVE_FORCE, NULL, NULL);
        cdd_service_remove_network_sync(service, network, NULL, error == NULL ? &error : NULL);
    }
    if (volume != NULL)
        cdd_service_remove_volume_sync(service, argv[2], FALSE, NULL,
                                       error == NULL ? &error : NULL);
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    return error != NULL;
}
